//! SELinux contexts and file attributes, behind what a file module does.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite("SELinux contexts and file attributes")
struct FileLabelsTests {
    /// A module that is done at once.
    private struct Finished: Module {
        static let spec = ModuleSpec(["finished"], "Is done")

        init() {}
        init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {}
        func start() throws(Diagnostic) -> Step { .done(ModuleResult(fields: ["path": "/f"])) }
    }

    private func run(_ arguments: OrderedMap, found: String) async throws -> (ModuleResult, ScriptedHost) {
        let host = ScriptedHost([Observation(output: Array(found.utf8)), Observation()])
        let labels = try #require(FileLabels(ModuleArguments(values: arguments)))
        let driver = StepDriver(host, checkMode: false, showsDifferences: false)
        return (try await driver.run(LabelledModule(Finished(), labels)), host)
    }

    @Test("none asked for is none at all")
    func nothing() {
        #expect(FileLabels(ModuleArguments(values: ["path": "/f", "mode": "0644"])) == nil)
    }

    @Test("a host without SELinux is left alone")
    func noSELinux() async throws {
        let (result, host) = try await run(["setype": "tmp_t"], found: "p\n")
        #expect(!result.changed)
        #expect(host.applied.isEmpty)
    }

    @Test("a context that differs is set, one that fits is not", arguments: ["etc_t", "tmp_t"])
    func context(type: String) async throws {
        let (result, host) = try await run(
            ["setype": "tmp_t", "selevel": "s0:c1"], found: "p\ncsystem_u:object_r:\(type):s0:c1\n")
        #expect(result.changed == (type == "etc_t"))
        #expect(
            host.applied.map(\.text) == (type == "etc_t" ? ["chcon -h -t tmp_t -l s0:c1 -- /f || exit 1"] : []))
    }

    @Test("_default asks the policy")
    func policy() async throws {
        let (_, host) = try await run(
            ["setype": "_default"], found: "p\ncu:r:wrong_t:s0\ndsystem_u:object_r:etc_t:s0\n")
        #expect(host.applied.map(\.text) == ["chcon -h -t etc_t -- /f || exit 1"])
    }

    @Test(
        "attributes are added, taken away or replaced where they differ",
        arguments: [
            ("+i", "----i---e---", false), ("+i", "--------e---", true), ("-i", "--------e---", false),
            ("-i", "----i---e---", true), ("i", "----i---e---", false), ("=a", "----i---e---", true),
        ])
    func flags(wanted: String, now: String, changes: Bool) async throws {
        let (result, _) = try await run(["attributes": .string(wanted)], found: "p\nf\(now)\n")
        #expect(result.changed == changes)
    }
}
