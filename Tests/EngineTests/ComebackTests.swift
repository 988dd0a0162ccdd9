//! Hosts that `meta: clear_host_errors` brings back. What they do was seen in ansible-core 2.19.

import Connections
import Engine
import Synchronization
import Testing
import Values

@Suite("Hosts that come back")
struct ComebackTests {
    /// A fleet in which `host` cannot be reached while it is asked for `word`, the first `times` times.
    private func fleet(losing host: String, at word: String, times: Int = 1) -> FakeFleet {
        let left = Mutex(times)
        return FakeFleet { asked throws(ConnectionFailure) in
            guard let command = asked.command else { return .said("") }
            if command == "fail" { return .said("no", status: 1) }
            guard asked.host == host, command == word else { return .said("yes") }
            let isLost = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if isLost { throw ConnectionFailure(.unreachable, "no route to \(host)") }
            return .said("yes")
        }
    }

    private func play(_ tasks: String, _ more: String = "") -> String {
        "- hosts: all\n  gather_facts: false\n\(more)  tasks:\n"
            + tasks.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n") + "\n"
    }

    /// One host after the other, so that the order of commands says something.
    private func inOrder(
        _ playbook: String, hosts: [String] = ["a", "b"], files: [String: String] = [:], fleet: FakeFleet
    ) async throws -> Rehearsal {
        try await rehearse(playbook, hosts: hosts, files: files, fleet: fleet) { $0.forks = 1 }
    }

    @Test("an unreachable host goes on behind the task that lost it, once the others are done")
    func goesOn() async throws {
        let run = try await inOrder(
            play(
                """
                - raw: cut
                - raw: two
                - meta: clear_host_errors
                - debug: {msg: "{{ ansible_play_hosts }}"}
                - raw: three
                """), fleet: fleet(losing: "a", at: "cut"))
        #expect(await run.commands == ["a: cut", "b: cut", "b: two", "b: three", "a: two", "a: three"])
        #expect(run.messages == ["b: ['b']", "a: ['b']"])
        #expect(run.exitCode == 0)
        #expect(run.statistics["a"]?.unreachable == 1)
        #expect(run.statistics["a"]?.ok == 3)
    }

    @Test("a failed host comes back in the next play only")
    func failed() async throws {
        let tasks = """
            - {raw: fail, when: inventory_hostname == 'a'}
            - meta: clear_host_errors
            - raw: two
            """
        let run = try await inOrder(play(tasks) + play("- raw: next"), fleet: fleet(losing: "", at: ""))
        #expect(await run.commands == ["a: fail", "b: two", "a: next", "b: next"])
        #expect(run.exitCode == 0)
    }

    @Test("a host lost in an earlier play starts with the play that clears its errors")
    func earlierPlay() async throws {
        let run = try await inOrder(
            play("- raw: cut") + play("- raw: one\n- meta: clear_host_errors\n- raw: two") + play("- raw: next"),
            fleet: fleet(losing: "a", at: "cut"))
        #expect(
            await run.commands
                == ["a: cut", "b: cut", "b: one", "b: two", "a: one", "a: two", "a: next", "b: next"])
    }

    @Test("sections of blocks, roles and handlers are as they would have been")
    func structure() async throws {
        let run = try await inOrder(
            play(
                """
                - block:
                    - {raw: one, changed_when: true, notify: handler}
                    - raw: cut
                    - raw: two
                  rescue: [{raw: rescue}]
                  always: [{raw: always}]
                - meta: clear_host_errors
                - block:
                    - {raw: fail, when: inventory_hostname == 'a'}
                  rescue: [{raw: again}]
                """, "  handlers: [{name: handler, raw: handle}]\n"), fleet: fleet(losing: "a", at: "cut"))
        #expect(await run.fleet.commands(of: "a") == ["one", "cut", "two", "always", "fail", "again", "handle"])
        #expect(await run.fleet.commands(of: "b") == ["one", "cut", "two", "always", "handle"])
        #expect(run.statistics["a"]?.rescued == 1)
    }

    @Test("a host goes on within included tasks, rescue sections and handlers")
    func inside() async throws {
        let included = try await inOrder(
            play("- include_tasks: more.yml\n- meta: clear_host_errors\n- raw: end"),
            files: ["more.yml": "- raw: one\n- raw: cut\n- raw: two\n"], fleet: fleet(losing: "a", at: "cut"))
        #expect(await included.fleet.commands(of: "a") == ["one", "cut", "two", "end"])
        #expect(await included.fleet.commands(of: "b") == ["one", "cut", "two", "end"])
        let rescued = try await inOrder(
            play(
                """
                - block: [{raw: fail}]
                  rescue:
                    - raw: cut
                    - debug: {msg: "{{ ansible_failed_task.action }}"}
                - meta: clear_host_errors
                """), fleet: fleet(losing: "a", at: "cut"))
        #expect(rescued.messages == ["b: raw", "a: raw"])
        let handled = try await inOrder(
            play(
                """
                - {raw: one, changed_when: true, notify: [first, second]}
                - meta: flush_handlers
                - meta: clear_host_errors
                - raw: end
                """, "  handlers: [{name: first, raw: cut}, {name: second, raw: second}]\n"),
            fleet: fleet(losing: "a", at: "cut"))
        #expect(await handled.fleet.commands(of: "a") == ["one", "cut", "second", "end"])
    }

    @Test("two hosts that were lost at different places go on together where they meet")
    func together() async throws {
        let fleet = FakeFleet { asked throws(ConnectionFailure) in
            if asked.command == "cut \(asked.host)" { throw ConnectionFailure(.unreachable, "gone") }
            return .said("yes")
        }
        let run = try await inOrder(
            play(
                """
                - {raw: cut a, when: inventory_hostname == 'a'}
                - raw: two
                - {raw: cut b, when: inventory_hostname == 'b'}
                - meta: clear_host_errors
                - raw: three
                """), hosts: ["a", "b", "c"], fleet: fleet)
        #expect(
            await run.commands
                == ["a: cut a", "b: two", "c: two", "b: cut b", "c: three", "a: two", "a: three", "b: three"])
    }

    @Test("with serial only the batch's hosts come back, with free each goes on by itself")
    func strategies() async throws {
        let serial = try await inOrder(
            play(
                "- raw: cut\n- {meta: clear_host_errors, when: inventory_hostname == 'c'}\n- raw: two", "  serial: 2\n"),
            hosts: ["a", "b", "c"], fleet: fleet(losing: "a", at: "cut"))
        #expect(await serial.fleet.commands(of: "a") == ["cut"])
        #expect(serial.exitCode == 4)
        let free = try await inOrder(
            play("- raw: cut\n- {meta: clear_host_errors}\n- raw: two", "  strategy: free\n"),
            fleet: fleet(losing: "a", at: "cut")
        )
        #expect(await free.fleet.commands(of: "a") == ["cut", "two"])
    }

    @Test("errors cleared in an always section are forgotten behind it")
    func always() async throws {
        let run = try await inOrder(
            play(
                """
                - block: [{raw: fail, when: inventory_hostname == 'a'}]
                  always: [{meta: clear_host_errors}]
                - raw: end
                """), fleet: fleet(losing: "", at: ""))
        #expect(await run.commands == ["a: fail", "a: end", "b: end"])
        #expect(run.exitCode == 0)
    }

    @Test("a host that is lost for good ends the walk")
    func forGood() async throws {
        let run = try await inOrder(
            play("- raw: one\n- raw: cut\n- meta: clear_host_errors\n- raw: cut\n- raw: two"),
            fleet: fleet(losing: "a", at: "cut", times: 2))
        #expect(await run.fleet.commands(of: "a") == ["one", "cut", "cut"])
        #expect(run.statistics["a"]?.unreachable == 2)
        #expect(run.exitCode == 4)
    }

    @Test(
        "an item that cannot reach its host does not keep the loop from going on; unreachable hosts are no failed ones")
    func loops() async throws {
        let run = try await inOrder(
            play("- {raw: \"{{ item }}\", loop: [cut, two]}\n- raw: end", "  max_fail_percentage: 0\n"),
            fleet: fleet(losing: "a", at: "cut"))
        #expect(await run.fleet.commands(of: "a") == ["cut", "two"])
        #expect(await run.fleet.commands(of: "b") == ["cut", "two", "end"])
        #expect(run.reports.first { $0.host == "a" }?.result["msg"]?.string == "All items completed")
        #expect(run.exitCode == 4)
    }

    @Test("meta tasks have a heading for each host that they are about, and say what they leave out")
    func headings() async throws {
        let run = try await inOrder(
            play(
                """
                - meta: noop
                - {meta: flush_handlers, when: inventory_hostname == 'b'}
                - {meta: clear_facts, when: inventory_hostname == 'b'}
                - {meta: reset_connection, when: false}
                """), fleet: FakeFleet())
        let headings = run.events.count { if case .taskStarted = $0 { true } else { false } }
        #expect(headings == 2 + 2 + 1 + 2)
        #expect(run.results == ["meta a skipped", "meta a skipped"])
        #expect(
            run.reports.map { $0.result["skip_reason"]?.string } == [
                "flush_handlers conditional evaluated to False, not running handlers for a",
                "clear_facts conditional evaluated to False, not clearing facts and fact cache for a",
            ])
        #expect(run.warnings == ["reset_connection task does not support when conditional"])
        #expect(run.statistics["a"]?.skipped ?? 0 == 0)
    }
}
