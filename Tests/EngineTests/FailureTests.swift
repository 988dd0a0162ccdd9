//! What happens when hosts fail or cannot be reached.

import Connections
import Diagnostics
import Engine
import Testing
import Values

@Suite("Failures")
struct FailureTests {
    @Test("a failed host takes no further part, the others go on")
    func goesOn() async throws {
        let run = try await rehearse(OrderTests.three, fleet: .failing("two", on: ["a"]))
        #expect(await run.fleet.commands(of: "a") == ["one", "two"])
        #expect(await run.fleet.commands(of: "b") == ["one", "two", "three"])
        #expect(run.exitCode == 2)
        #expect(run.statistics["a"]?.failed == 1)
    }

    @Test("an unreachable host ends with 4, whatever others failed")
    func unreachable() async throws {
        let run = try await rehearse(OrderTests.three, fleet: .unreachable(["a"]))
        #expect(run.exitCode == 4)
        #expect(run.statistics["a"]?.unreachable == 1)
        #expect(await run.fleet.commands(of: "b").count == 3)
        let both = try await rehearse(
            OrderTests.three,
            fleet: FakeFleet { asked throws(ConnectionFailure) in
                if asked.host == "a" { throw ConnectionFailure(.unreachable, "gone") }
                return .said("no", status: 1)
            })
        #expect(both.exitCode == 4)
    }

    @Test("a task that is refused fails its hosts, rescue tidies up, no further batch and no further play begins")
    func refusals() async throws {
        let playbook = """
            - hosts: all
              gather_facts: false
              serial: 1
              tasks:
                - block:
                    - raw: before
                    - raw: switch
                      name: Switch
                  rescue:
                    - raw: after {{ ansible_failed_result.msg }}
                    - fail:
            - hosts: all
              gather_facts: false
              tasks:
                - raw: later
            """
        let run = try await rehearse(playbook) { settings in
            settings.refusal = { step in
                if case .task("Switch") = step { "enough" } else { nil }
            }
        }
        #expect(await run.commands == ["a: before", "a: after enough"])
        #expect(run.exitCode == 2)

        let batches = try await rehearse(playbook) { settings in
            settings.refusal = { step in
                if case .batch(let hosts) = step, hosts == ["b"] { "enough" } else { nil }
            }
        }
        #expect(await batches.commands == ["a: before", "a: switch"])
    }

    static let block = """
        - hosts: all
          gather_facts: false
          tasks:
            - block:
                - raw: try
                - raw: then
              rescue:
                - raw: rescue
              always:
                - raw: always
            - raw: after

        """

    @Test("rescue runs on hosts that failed only, always on all")
    func rescue() async throws {
        let run = try await rehearse(Self.block, fleet: .failing("try", on: ["a"]))
        #expect(await run.fleet.commands(of: "a") == ["try", "rescue", "always", "after"])
        #expect(await run.fleet.commands(of: "b") == ["try", "then", "always", "after"])
        #expect(run.exitCode == 0)
        #expect(run.statistics["a"]?.rescued == 1)
        #expect(run.statistics["a"]?.failed == 0)
    }

    @Test("unreachable hosts are neither rescued nor taken to always")
    func unreachableIsNotRescued() async throws {
        let run = try await rehearse(Self.block, fleet: .unreachable(["a"]))
        #expect(await run.fleet.commands(of: "a") == ["try"])
        #expect(run.exitCode == 4)
        #expect(run.statistics["a"]?.rescued == 0)
    }

    @Test("a rescue that fails leaves the host failed, after always")
    func rescueFails() async throws {
        let fleet = FakeFleet { asked in .said("", status: ["try", "rescue"].contains(asked.command ?? "") ? 1 : 0) }
        let run = try await rehearse(Self.block, hosts: ["a"], fleet: fleet)
        #expect(await run.fleet.commands(of: "a") == ["try", "rescue", "always"])
        #expect(run.exitCode == 2)
    }

    @Test("any_errors_fatal stops every host")
    func anyErrorsFatal() async throws {
        let playbook = OrderTests.three.replacing(
            "gather_facts: false", with: "gather_facts: false\n  any_errors_fatal: true")
        let run = try await rehearse(playbook, fleet: .failing("two", on: ["a"]))
        #expect(await run.fleet.commands(of: "b") == ["one", "two"])
        #expect(run.exitCode == 2)
    }

    @Test(
        "max_fail_percentage ends the play once more than that have failed",
        arguments: [(24, ["one", "two"]), (25, ["one", "two", "three"])])
    func maxFailPercentage(_ limit: Int, _ expected: [String]) async throws {
        let playbook = OrderTests.three.replacing(
            "gather_facts: false", with: "gather_facts: false\n  max_fail_percentage: \(limit)")
        let run = try await rehearse(playbook, hosts: ["a", "b", "c", "d"], fleet: .failing("two", on: ["a"]))
        #expect(await run.fleet.commands(of: "b") == expected)
    }

    @Test("ignore_errors goes on and says so, but not for unreachable hosts")
    func ignoreErrors() async throws {
        let playbook = """
            - hosts: a
              gather_facts: false
              tasks:
                - {name: try, raw: one, ignore_errors: true, register: answer}
                - debug: {msg: "{{ answer is failed }} {{ answer.rc }}"}

            """
        let run = try await rehearse(playbook, fleet: .failing("one"))
        #expect(run.results.first == "try a failed ignored")
        #expect(run.messages == ["a: True 1"])
        #expect(run.exitCode == 0)
        #expect(run.statistics["a"]?.ignored == 1)
        #expect(try await rehearse(playbook, fleet: .unreachable(["a"])).exitCode == 4)
    }

    @Test("ignore_unreachable goes on")
    func ignoreUnreachable() async throws {
        let playbook =
            "- hosts: a\n  gather_facts: false\n  ignore_unreachable: true\n  tasks:\n    - raw: one\n    - raw: two\n"
        let run = try await rehearse(playbook, fleet: .unreachable(["a"]))
        #expect(await run.fleet.commands(of: "a") == ["one", "two"])
        #expect(run.exitCode == 0)
    }

    @Test("a failure of become is a failed task, the host is there")
    func becomeFails() async throws {
        let fleet = FakeFleet { asked throws(ConnectionFailure) in throw ConnectionFailure(.become, "no sudo here") }
        let run = try await rehearse(
            "- hosts: a\n  gather_facts: false\n  tasks:\n    - {raw: one, become: true}\n", fleet: fleet)
        #expect(run.exitCode == 2)
        #expect(await run.fleet.asked.first?.identity == .become(Become()))
    }

    @Test("every connection is closed at the end, also after a mistake")
    func closes() async throws {
        let run = try await rehearse(OrderTests.three)
        #expect(await Set(run.fleet.closed) == ["a", "b"])
        let mistaken = try await rehearse(
            "- hosts: a\n  gather_facts: false\n  tasks:\n    - {raw: one, notify: nobody}\n")
        #expect(mistaken.mistake != nil)
        #expect(await mistaken.fleet.closed == ["a"])
    }
}
