//! Runs that somebody asks to stop.

import Diagnostics
import Engine
import Synchronization
import Testing
import Values

/// Asks a run to stop once a command has reached a host.
private final class StopButton: Sendable {
    private let isPressed = Atomic<Bool>(false)

    var reason: String? { isPressed.load(ordering: .relaxed) ? "enough" : nil }
    func press() { isPressed.store(true, ordering: .relaxed) }
}

@Suite("Stopping")
struct StopTests {
    /// Runs a playbook that is asked to stop while `word` runs on the first host that gets it.
    private func rehearse(
        _ tasks: String, hosts: [String] = ["a", "b"], play: String = "", stoppingAt word: String, forks: Int = 5
    ) async throws -> Rehearsal {
        let button = StopButton()
        let fleet = FakeFleet { asked in
            if asked.command?.contains(word) == true { button.press() }
            return .said("", status: asked.command?.contains("failing") == true ? 1 : 0)
        }
        let playbook = "- hosts: all\n  name: first\n  gather_facts: false\n\(play)  tasks:\n\(tasks)"
        return try await EngineTests.rehearse(playbook, hosts: hosts, fleet: fleet) { settings in
            settings.stop = { button.reason }
            settings.forks = forks
        }
    }

    private static let two = """
            - {name: one, raw: one, changed_when: true, notify: hand}
            - {name: two, raw: two}
            - {name: three, raw: three}
          handlers:
            - {name: hand, raw: hand}
        - hosts: all
          name: second
          gather_facts: false
          tasks: [{raw: later}]

        """

    @Test("what is under way comes to its end, nothing else begins, and what is left is known")
    func betweenTasks() async throws {
        let run = try await rehearse(Self.two, stoppingAt: "two")
        #expect(await run.commands.sorted() == ["a: one", "a: two", "b: one", "b: two"])
        #expect(run.statistics["a"]?.ok == 2 && run.statistics["b"]?.ok == 2)
        #expect(run.statistics.values.allSatisfy { $0.failed == 0 })
        #expect(run.stops == [StopPoint(place: .task("three", canStart: true), hosts: ["a", "b"])])
        #expect(run.awaited == ["hand": ["a", "b"]])
    }

    @Test("hosts whose turn had not come go on with the task itself")
    func forks() async throws {
        let run = try await rehearse(Self.two, stoppingAt: "two", forks: 1)
        #expect(await run.commands == ["a: one", "b: one", "a: two"])
        #expect(
            run.stops == [
                StopPoint(place: .task("two", canStart: true), hosts: ["b"]),
                StopPoint(place: .task("three", canStart: true), hosts: ["a"]),
            ])
    }

    @Test("neither rescue sections nor handlers nor further batches run")
    func sections() async throws {
        let run = try await rehearse(
            """
                - name: around
                  block: [{raw: failing, changed_when: true}]
                  rescue: [{raw: rescue}]
                  always: [{raw: always}]

            """, play: "  serial: 1\n  force_handlers: true\n", stoppingAt: "failing")
        #expect(await run.commands == ["a: failing"])
        #expect(run.stops.last == StopPoint(place: .play("first"), hosts: ["b"]))
    }

    @Test(
        "loops, retries and waits end at once", .timeLimit(.minutes(5)),
        arguments: [
            ("- {name: t, raw: go, loop: [1, 2, 3]}", 1),
            ("- {name: t, raw: failing go, until: false, retries: 3, delay: 90000}", 1),
            ("- {name: t, raw: 'go {{ item }}', loop: [1, 2, 3], loop_control: {pause: 90000}}", 1),
            ("- {raw: go}\n    - {name: t, pause: {seconds: 90000}}", 1),
            ("- {raw: go}\n    - {name: t, wait_for: {timeout: 90000}}", 1),
        ])
    func waits(_ tasks: String, commands: Int) async throws {
        let run = try await rehearse("    \(tasks)\n", hosts: ["a"], stoppingAt: "go")
        #expect(await run.commands.count == commands)
        #expect(run.stops == [StopPoint(place: .task("t", canStart: true), hosts: ["a"])])
    }

    @Test("a wait that is under way ends, as a failure of its host")
    func underWay() async throws {
        let button = StopButton()
        let done = try await EngineTests.rehearse(
            "- hosts: all\n  gather_facts: false\n  tasks: [{name: w, wait_for: {path: /x, timeout: 90000, sleep: 90000}}]\n",
            hosts: ["a"],
            fleet: FakeFleet { _ in
                Task {
                    try await Task.sleep(for: .milliseconds(50))
                    button.press()
                }
                return .said("", status: 1)
            }
        ) { $0.stop = { button.reason } }
        #expect(done.statistics["a"]?.failed == 1)
        #expect(done.reports.last?.result["msg"] == "enough")
        #expect(done.stops == [StopPoint(place: .task("w", canStart: true), hosts: ["a"])])
    }

    @Test("a run that starts anew meets the include and not what is in it")
    func includes() async throws {
        let button = StopButton()
        let run = try await EngineTests.rehearse(
            "- hosts: all\n  gather_facts: false\n  tasks: [{name: inc, include_tasks: more.yml}, {raw: later}]\n",
            hosts: ["a"], files: ["more.yml": "- raw: go\n- {name: inside, raw: inside}\n"],
            fleet: FakeFleet { _ in
                button.press()
                return .said("")
            }
        ) { $0.stop = { button.reason } }
        #expect(await run.commands == ["a: go"])
        #expect(run.stops == [StopPoint(place: .task("inc", canStart: true), hosts: ["a"])])
    }

    @Test("with --start-at-task, only the play that holds the task gathers facts")
    func startAtTask() async throws {
        let playbook = """
            - {hosts: a, tasks: [{name: one, raw: one}]}
            - {hosts: b, tasks: [{name: x, block: [{name: two, raw: two}]}, {name: three, raw: three}]}

            """
        let run = try await EngineTests.rehearse(playbook, fleet: TrustTests.interface("eth0")) {
            $0.startAtTask = "two"
        }
        #expect(run.results.map { String($0.prefix { $0 != " " }) } == ["Gathering", "two", "three"])
        #expect(await run.commands == ["b: two", "b: three"])
    }
}
