//! `reboot` and `synchronize`: tasks that the engine itself has a part in.

import Connections
import Diagnostics
import Synchronization
import Testing
import Values

@testable import Engine

@Suite struct RebootTests {
    /// A host that goes down once, and comes back as another boot.
    private final class Machine: Sendable {
        let boots = Mutex(1)
        let refusals = Mutex(0)

        func answer(_ asked: FakeFleet.Asked) throws(ConnectionFailure) -> ShellReply {
            if asked.script.contains("shutdown") {
                boots.withLock { $0 += 1 }
                refusals.withLock { $0 = 1 }
                throw ConnectionFailure(.unreachable, "the connection broke")
            }
            let isDown = refusals.withLock { count in
                defer { count = max(0, count - 1) }
                return count > 0
            }
            if isDown { throw ConnectionFailure(.unreachable, "nobody there") }
            return .said(asked.script.contains("boot_id") ? "boot \(boots.withLock { $0 })\n" : "root\n")
        }
    }

    private let playbook = """
        - hosts: all
          gather_facts: false
          tasks:
            - reboot: {reboot_timeout: 20, test_command: mytest}

        """

    @Test func waitsForAnotherBoot() async throws {
        let machine = Machine()
        let fleet = FakeFleet { asked throws(ConnectionFailure) in try machine.answer(asked) }
        let run = try await rehearse(playbook, hosts: ["a"], fleet: fleet)
        #expect(run.results == ["reboot a changed"])
        #expect(run.reports.first?.result["rebooted"] == true)
        #expect(await fleet.asked.last?.script == "mytest")
        #expect(await fleet.asked.count { $0.script.contains("shutdown") } == 1)
        #expect(await fleet.closed.contains("a"))
    }

    @Test func checkModeAsksNothing() async throws {
        let fleet = FakeFleet()
        let run = try await rehearse(playbook, hosts: ["a"], fleet: fleet) { $0.checkMode = true }
        #expect(run.results == ["reboot a changed"])
        #expect(await fleet.asked.isEmpty)
    }

    @Test func aRefusalIsAFailure() async throws {
        let fleet = FakeFleet { asked in .said("must be root", status: asked.script.contains("shutdown") ? 1 : 0) }
        let run = try await rehearse(playbook, hosts: ["a"], fleet: fleet)
        #expect(run.results == ["reboot a failed"])
        #expect(run.reports.first?.result["msg"]?.string?.contains("must be root") == true)
    }

    @Test func theControlNodeStaysUp() async throws {
        let fleet = FakeFleet()
        let run = try await rehearse(playbook, hosts: ["a ansible_connection=local"], fleet: fleet)
        #expect(run.results == ["reboot a failed"])
        #expect(await fleet.asked.isEmpty)
    }

    @Test func synchronizeRunsHereAndReachesTheHost() async throws {
        let fleet = FakeFleet { asked in .said(asked.script.contains("--dry-run") ? "<<CHANGED>>>f+++ x\n" : "") }
        let tasks = """
            - hosts: all
              gather_facts: false
              become: true
              tasks:
                - synchronize: {src: /from/, dest: "/to it", delete: true, times: false}

            """
        let host = "a ansible_host=10.0.0.9 ansible_user=me ansible_port=2222 ansible_ssh_private_key_file=/k"
        let run = try await rehearse(tasks, hosts: [host], fleet: fleet)
        #expect(run.results == ["synchronize a changed"])
        let asked = await fleet.asked
        #expect(asked.count == 2 && asked.allSatisfy { $0.kind == .local && $0.identity == .login })
        let script = try #require(asked.last?.script)
        #expect(script.contains("'me@10.0.0.9:/to it'") && script.contains("--no-times"), "\(script)")
        #expect(script.contains("-p 2222 -i /k") && script.contains("--rsync-path=sudo -n -u root rsync"), "\(script)")
        #expect(!script.contains("--dry-run") && script.contains("--delete-after"))
    }
}
