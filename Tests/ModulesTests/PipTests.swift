//! `pip`: what is asked, what is installed, and what pip is told.

import Testing
import Values

@testable import Modules

@Suite struct PipTests {
    private func run(
        _ arguments: OrderedMap, _ answers: [Observation], check: Bool = false
    ) async throws -> (result: ModuleResult, scripts: [Script]) {
        let host = ScriptedHost(answers)
        let result = try await StepDriver(host, checkMode: check, showsDifferences: false).run(
            module(PipModule.self, arguments))
        return (result, host.applied)
    }

    private let installed = Observation("/usr/bin/pip3\nSome_Thing==1.20\nother==2\n")

    @Test func namesAndExactVersionsAreCompared() async throws {
        #expect(!(try await run(["name": ["some.thing==1.20.0", "Other"]], [installed])).result.changed)
        #expect(!(try await run(["name": "absent-one", "state": "absent"], [installed])).result.changed)
        #expect(try await run(["name": "other", "version": "3"], [installed], check: true).result.changed)
        #expect(try await run(["name": "other>=2"], [installed], check: true).result.changed)
    }

    @Test func pipTellsWhetherAnythingChanged() async throws {
        let (result, scripts) = try await run(
            ["name": "new", "version": "1", "extra_args": "--no-deps"],
            [installed, Observation("Installing\ndrover-changed\n")])
        #expect(result.changed && result.fields["stdout"] == "Installing\n")
        #expect(scripts.first?.text.contains("pip install --no-deps new==1 </dev/null") == true)
        let same = try await run(["requirements": "/r.txt"], [installed, Observation("already satisfied\n")])
        #expect(!same.result.changed && same.scripts.first?.text.contains("-r /r.txt") == true)
        let failed = try await run(["name": "new"], [installed, Observation("", status: 1, error: "no such package")])
        #expect(failed.result.failed && failed.result.fields["msg"] == "no such package")
    }

    @Test func anEnvironmentIsMadeFirst() async throws {
        let (result, scripts) = try await run(
            ["name": ["a", "b>=1", "<2"], "virtualenv": "/srv/venv", "virtualenv_python": "python3.11"],
            [Observation("", status: 101), Observation(""), Observation("drover-changed\n")])
        #expect(result.changed && scripts.count == 2)
        #expect(scripts[0].text.contains("virtualenv -ppython3.11 /srv/venv"), "\(scripts[0].text)")
        #expect(scripts[1].text.contains("pip install a 'b>=1,<2' </dev/null"), "\(scripts[1].text)")
    }
}
