//! register, changed_when, failed_when, until, loops and loop_control.

import Connections
import Diagnostics
import Engine
import Testing
import Values

@Suite("Results")
struct ResultTests {
    /// The tasks on one host that answers `yes`.
    static func run(_ tasks: String, fleet: FakeFleet = FakeFleet { _ in .said("yes\n") }) async throws -> Rehearsal {
        let lines = tasks.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        return try await rehearse("- hosts: a\n  gather_facts: false\n  tasks:\n\(lines)\n", fleet: fleet)
    }

    @Test("register keeps the whole result")
    func register() async throws {
        let run = try await Self.run(
            "- {raw: one, register: answer}\n- debug: {msg: '{{ answer.stdout | trim }} {{ answer.changed }}'}")
        #expect(run.messages == ["a: yes True"])
    }

    @Test("pause asks where no time is given, once for all hosts")
    func pause() async throws {
        let run = try await rehearse(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - {pause: {prompt: Really}, register: said}
                - {pause: {seconds: 0}, register: waited}
                - debug: {msg: '{{ said.user_input }}-{{ waited.user_input }}'}
            """)
        #expect(run.messages.sorted() == ["a: answer-", "b: answer-"])
        #expect(run.results.filter { $0.hasPrefix("pause") } == ["pause a ok", "pause a ok"])
    }

    @Test("register keeps what was skipped, too")
    func registerSkipped() async throws {
        let run = try await Self.run(
            "- {raw: one, register: answer, when: false}\n- debug: {msg: '{{ answer is skipped }}'}")
        #expect(run.messages == ["a: True"])
        #expect(await run.commands.isEmpty)
    }

    @Test("changed_when and failed_when see the result")
    func judged() async throws {
        let run = try await Self.run(
            """
            - {name: changed, raw: one, register: answer, changed_when: "'no' in answer.stdout"}
            - {name: failed, raw: one, register: answer, failed_when: "'yes' in answer.stdout", ignore_errors: true}
            - {name: not failed, raw: one, failed_when: false}
            """, fleet: FakeFleet { _ in .said("yes", status: 1) })
        #expect(run.results == ["changed a failed"])
        let good = try await Self.run(
            """
            - {name: changed, raw: one, register: answer, changed_when: "'no' in answer.stdout"}
            - {name: failed, raw: one, register: answer, failed_when: "'yes' in answer.stdout", ignore_errors: true}
            """)
        #expect(good.results == ["changed a ok", "failed a failed ignored"])
    }

    @Test("failed_when false lets a failure pass")
    func notFailed() async throws {
        let run = try await Self.run(
            "- {name: one, raw: one, failed_when: false}", fleet: FakeFleet { _ in .said("", status: 1) })
        #expect(run.results == ["one a changed"])
    }

    @Test(
        "a mistake in changed_when or failed_when is told under its name", arguments: ["changed_when", "failed_when"])
    func mistaken(_ keyword: String) async throws {
        let run = try await Self.run("- {raw: one, \(keyword): nothing}")
        let text = run.reports.first?.result["\(keyword)_result"]?.string
        #expect(text == "Error while evaluating conditional: 'nothing' is undefined")
        #expect(run.reports.first?.mistake?.code == .undefinedVariable)
    }

    @Test("until tries again until it holds")
    func until() async throws {
        let counter = Counter()
        let run = try await Self.run(
            """
            - {raw: one, register: answer, until: answer.rc == 0, retries: 5, delay: 0}
            - debug: {msg: "{{ answer.attempts }}"}
            """, fleet: FakeFleet { _ in .said("", status: counter.next() < 3 ? 1 : 0) })
        #expect(await run.commands.count == 3)
        #expect(run.messages == ["a: 3"])
        let left = run.events.compactMap { if case .retry(_, let left) = $0 { left } else { nil } }
        #expect(left == [5, 4])
    }

    @Test("until gives up after its retries: one try and then that many more")
    func untilFails() async throws {
        let run = try await Self.run(
            "- {name: one, raw: one, register: answer, until: answer.rc == 0, retries: 2, delay: 0}",
            fleet: FakeFleet { _ in .said("", status: 1) })
        #expect(await run.commands.count == 3)
        #expect(run.results == ["one a failed"])
        #expect(run.reports.first?.result["attempts"]?.int == 2)
    }

    @Test("a loop runs its items in order and collects their results")
    func loop() async throws {
        let run = try await Self.run(
            """
            - {raw: "go-{{ item }}", loop: [x, y, z], register: all, when: item != 'y'}
            - debug: {msg: "{{ all.results | map(attribute='item') | join }} {{ all.results[1] is skipped }}"}
            """)
        #expect(await run.commands == ["a: go-x", "a: go-z"])
        #expect(run.messages == ["a: xyz True"])
        #expect(run.items.filter { $0.task.action == "raw" }.map(\.status) == [.changed, .skipped, .changed])
    }

    @Test("an item that fails does not keep the others from running")
    func loopFailure() async throws {
        let run = try await Self.run(
            "- {name: one, raw: 'go-{{ item }}', loop: [x, y, z]}", fleet: .failing("go-y"))
        #expect(await run.commands.count == 3)
        #expect(run.results == ["one a failed"])
        #expect(run.exitCode == 2)
    }

    @Test("loop_control names the variables, the label and the end")
    func loopControl() async throws {
        let run = try await Self.run(
            """
            - debug: {msg: "{{ n }} {{ thing.name }} {{ ansible_loop.last }} {{ ansible_loop.length }}"}
              loop: [{name: x, secret: s1}, {name: y, secret: s2}]
              loop_control: {loop_var: thing, index_var: n, label: "{{ thing.name }}", extended: true}
            - raw: "go-{{ item }}"
              loop: [1, 2, 3]
              loop_control: {break_when: item == 2}
            """)
        #expect(run.messages == ["a: 0 x False 2", "a: 1 y True 2"])
        #expect(run.items.prefix(2).map(\.item) == ["x", "y"])
        #expect(await run.commands == ["a: go-1", "a: go-2"])
    }

    @Test("with_ items are flattened by one level, dicts become pairs")
    func with() async throws {
        let run = try await Self.run(
            """
            - {debug: {msg: "{{ item }}"}, with_items: [1, [2, 3]]}
            - {debug: {msg: "{{ item.key }}={{ item.value }}"}, with_dict: {k: v}}
            - {debug: {msg: "{{ item }}"}, with_sequence: start=1 end=2}
            """)
        #expect(run.messages == ["a: 1", "a: 2", "a: 3", "a: k=v", "a: 1", "a: 2"])
    }

    @Test("an empty loop is skipped")
    func emptyLoop() async throws {
        let run = try await Self.run("- {name: one, raw: one, loop: []}")
        #expect(run.results == ["one a skipped"])
    }

    @Test("a loop over something else is a mistake with its place")
    func loopOverText() async throws {
        let run = try await Self.run("- {name: one, raw: one, loop: text}")
        #expect(run.reports.first?.mistake?.range.map { "\($0.position.line):\($0.position.column)" } == "4:35")
        #expect(run.exitCode == 2)
    }
}

/// Counts in an answer, which is called by one host at a time.
final class Counter: @unchecked Sendable {
    // The fleet is an actor and calls answers one after the other.
    private var count = 0
    func next() -> Int {
        count += 1
        return count
    }

    @Test("items of loops and ansible_failed_result have invocation, failures exception; what is shown has neither")
    func invocation() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - {user: {name: root, password: hidden}, loop: [1], register: looped, ignore_errors: true, no_log: true}
                - debug: {msg: "{{ looped.results[0].invocation.module_args | dict2items | selectattr('value') | map(attribute='key') | first }}"}
                - debug: {msg: "{{ looped.results[0].invocation.module_args.password }}"}
                - {raw: fail, register: plain, ignore_errors: true}
                - debug: {msg: "{{ plain.invocation is defined }} {{ plain.exception }}"}
                - {set_fact: {x: 1}, loop: [1], register: fact}
                - debug: {msg: "{{ fact.results[0].invocation is defined }}"}
                - block: [{raw: fail}]
                  rescue: [{debug: {msg: "{{ ansible_failed_result.invocation.module_args._raw_params }}"}}]
                - {raw: fail, failed_when: false, register: suppressed}
                - debug: {msg: "{{ suppressed.failed_when_suppressed_exception }} {{ suppressed.exception is defined }}"}
            """, fleet: .failing("fail"))
        #expect(
            run.messages == [
                "a: name", "a: VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
                "a: False (traceback unavailable)", "a: False", "a: fail", "a: (traceback unavailable) False",
            ])
        #expect(!run.everything.contains("hidden"))
        #expect(run.reports.allSatisfy { $0.result["exception"] == nil && $0.result["invocation"] == nil })
    }
}
