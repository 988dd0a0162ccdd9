//! `service` and `systemd_service` under each manager, and a real init script where a folder is given.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct SystemServiceTests {
    private func run<M: Module>(
        _ type: M.Type, _ arguments: OrderedMap, _ answers: [Observation], checkMode: Bool = false
    ) async throws -> (ModuleResult, ScriptedHost) {
        let host = ScriptedHost(answers)
        return (
            try await StepDriver(host, checkMode: checkMode, showsDifferences: true).run(module(type, arguments)), host
        )
    }

    private let running =
        "M systemd\nA LoadState=loaded\nA ActiveState=active\nA ExecStart={ a=b ; c }\nenabled enabled\n"
    private let stopped = "M systemd\nA LoadState=loaded\nA ActiveState=inactive\nenabled disabled\n"

    @Test func convergedServiceCostsOneQuestion() async throws {
        let (result, host) = try await run(
            ServiceModule.self, ["name": "nginx", "state": "started", "enabled": true], [Observation(running)])
        #expect(!result.changed && host.applied.isEmpty)
        #expect(result.fields["status"]?["ExecStart"] == "{ a=b ; c }")
        #expect(result.fields["state"] == "started" && result.fields["enabled"] == true)
    }

    @Test func everythingIsDoneByOneScript() async throws {
        let (result, host) = try await run(
            SystemdServiceModule.self, ["name": "nginx", "state": "started", "enabled": true, "daemon_reload": true],
            [Observation(""), Observation(stopped), Observation("")])
        #expect(result.changed && host.applied.count == 2)
        let script = try #require(host.applied.last)
        #expect(script.origin == .user && script.text.contains("enable \"$n\"") && script.text.contains("start \"$n\""))
    }

    @Test func reloadOfTheManagerAloneIsNoChange() async throws {
        let (result, host) = try await run(SystemdServiceModule.self, ["daemon_reload": true], [Observation("")])
        #expect(!result.changed && host.applied.count == 1)
        let (checked, untouched) = try await run(
            SystemdServiceModule.self, ["daemon_reload": true], [], checkMode: true)
        #expect(!checked.changed && untouched.applied.isEmpty)
    }

    @Test func restartStartsWhatIsStopped() async throws {
        let (_, host) = try await run(
            ServiceModule.self, ["name": "x", "state": "restarted"], [Observation(stopped), Observation("")])
        #expect(host.applied.first?.text.contains("systemctl start") == true)
    }

    @Test func maskedUnitIsNotStarted() async throws {
        let masked = "M systemd\nA LoadState=masked\nA ActiveState=inactive\nenabled masked\n"
        let (result, _) = try await run(ServiceModule.self, ["name": "x", "state": "started"], [Observation(masked)])
        #expect(result.fields["msg"] == "Unable to start service x: it is masked")
        let (unmasked, host) = try await run(
            SystemdServiceModule.self, ["name": "x", "state": "started", "masked": false],
            [Observation(masked), Observation("")])
        #expect(unmasked.changed && host.applied.first?.text.contains("unmask") == true)
    }

    @Test func missingServiceFailsButNotInCheckMode() async throws {
        let none = Observation("M systemd\nA LoadState=not-found\nA ActiveState=inactive\n")
        let (result, _) = try await run(
            ServiceModule.self, ["name": "nope", "state": "started"], [none, Observation("")])
        #expect(result.fields["msg"] == "Could not find the requested service nope: host")
        let (checked, _) = try await run(
            ServiceModule.self, ["name": "nope", "state": "started"], [none], checkMode: true)
        #expect(checked.changed && !checked.failed)
    }

    @Test func failureNamesWhatFailed() async throws {
        let (result, _) = try await run(
            ServiceModule.self, ["name": "x", "state": "started", "enabled": true],
            [Observation(stopped), Observation("", status: 101, error: "Job for x.service failed.\n")])
        #expect(result.fields["msg"] == "Unable to start service x: Job for x.service failed.")
    }

    @Test func openRCIsUsedWhereItIs() async throws {
        let (_, host) = try await run(
            ServiceModule.self, ["name": "x", "state": "started", "enabled": true],
            [Observation("M openrc\nscript yes\nstatus 3\n"), Observation("")])
        let text = try #require(host.applied.first?.text)
        #expect(text.contains("rc-update add \"$n\" default") && text.contains("rc-service \"$n\" start"))
    }

    @Test func mistakesAreNamed() {
        #expect(throws: Diagnostic.self) { try module(ServiceModule.self, ["name": "x"]) }
        #expect(throws: Diagnostic.self) { try module(ServiceModule.self, ["name": "a b", "state": "started"]) }
        #expect(throws: Diagnostic.self) { try module(SystemdServiceModule.self, ["state": "started"]) }
    }

    @Test(.enabled(if: LiveRoot.isThere, LiveRoot.reason))
    func runsAnInitScriptForReal() async throws {
        let root = try LiveRoot(hiding: ["rc-service", "systemctl"])
        defer { root.remove() }
        let shell = root.shell
        _ = try await shell.apply(
            Script(
                """
                cat >/etc/init.d/drsvc <<'END'
                #!/bin/sh
                ### BEGIN INIT INFO
                # Provides: drsvc
                # Required-Start:
                # Required-Stop:
                # Default-Start: 2 3 4 5
                # Default-Stop: 0 1 6
                # Short-Description: test
                ### END INIT INFO
                case $1 in start) touch /run/drsvc;; stop) rm -f /run/drsvc;; restart) touch /run/drsvc;;
                status) [ -e /run/drsvc ] || exit 3;; *) exit 2;; esac
                END
                chmod 755 /etc/init.d/drsvc; rm -f /run/drsvc; update-rc.d drsvc remove
                """))
        func run(_ arguments: OrderedMap) async throws -> ModuleResult {
            try await StepDriver(shell, checkMode: false, showsDifferences: true)
                .run(module(ServiceModule.self, arguments))
        }
        let first = try await run(["name": "drsvc", "state": "started", "enabled": true])
        #expect(first.changed && !first.failed, "\(first.fields)")
        #expect(try await !run(["name": "drsvc", "state": "started", "enabled": true]).changed)
        #expect(try await run(["name": "drsvc", "state": "restarted"]).changed)
        #expect(try await run(["name": "drsvc", "state": "stopped", "enabled": false]).changed)
        #expect(try await !run(["name": "drsvc", "state": "stopped", "enabled": false]).changed)
        #expect(try await run(["name": "drsvc", "state": "reloaded"]).changed, "a stopped service is started")
        #expect(try await run(["name": "nosuch", "state": "started"]).failed)
        _ = try await shell.apply(Script("update-rc.d drsvc remove; rm -f /etc/init.d/drsvc /run/drsvc"))
    }
}
