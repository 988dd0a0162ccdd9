//! Reading ahead: how many round trips it saves, and that nobody could tell otherwise.

import Connections
import Testing
import Values

@testable import Engine

@Suite struct ReadAheadTests {
    /// Tasks that change nothing, so that the next ones are asked for early.
    private let warming = """
        - stat: {path: "{{ dir }}/w/there"}
          loop: [1, 2, 3]
        - file: {path: "{{ dir }}/w", state: directory}
        - stat: {path: "{{ dir }}/f"}
        - stat: {path: "{{ dir }}/w/there", get_checksum: false}

        """

    /// The same story with and without it, as often as in the playbook.
    @Test(arguments: StaleAnswerCase.all)
    func staleAnswersAreNotUsed(_ item: StaleAnswerCase) async throws {
        func told(_ readsAhead: Bool) async throws -> Performance {
            try await perform(
                warming + item.tasks, hosts: item.hosts, files: item.files, handlers: item.handlers
            ) { $0.readsAhead = readsAhead }
        }
        let plain = try await told(false)
        let early = try await told(true)
        #expect(plain.run.messages.sorted() == item.says.sorted())
        #expect(early.story == plain.story)
        #expect(early.run.warnings == plain.run.warnings)
        #expect(early.early > 0)
        #expect(plain.early == 0)
    }

    private func converged(_ count: Int) -> String {
        (1...count).map { number in
            switch number % 5 {
            case 0: "- lineinfile: {path: \"{{ dir }}/w/there\", line: \"x\(number)\", state: absent}\n"
            case 1: "- stat: {path: \"{{ dir }}/w/\(number)\"}\n"
            case 2: "- file: {path: \"{{ dir }}/w\(number)\", state: absent}\n"
            case 3: "- copy: {dest: \"{{ dir }}/w/there\", content: \"\"}\n"
            default: "- replace: {path: \"{{ dir }}/w/there\", regexp: \"x\(number)\"}\n"
            }
        }.joined()
    }

    @Test func aConvergedPlayTakesFewRoundTrips() async throws {
        let early = try await perform(converged(25))
        let plain = try await perform(converged(25)) { $0.readsAhead = false }
        #expect(early.story == plain.story)
        #expect(early.run.statistics["a"]?.ok == 25)
        #expect(early.run.statistics["a"]?.changed == 0)
        #expect(plain.roundTrips == 25)
        #expect(early.roundTrips <= 5)
    }

    @Test func itemsAreReadAheadAsTasksAre() async throws {
        let run = try await perform(
            """
            - stat: {path: "{{ dir }}/{{ item }}"}
              loop: "{{ range(30) }}"
            - block:
                - stat: {path: "{{ dir }}/other"}
            """)
        #expect(run.roundTrips <= 5)
    }

    @Test func whatHasToBeChangedCostsNoFurtherRoundTrip() async throws {
        let tasks = (1...10).map { "- copy: {dest: \"{{ dir }}/new\($0)\", content: x}\n" }.joined()
        let plain = try await perform(tasks) { $0.readsAhead = false }
        let early = try await perform(tasks)
        #expect(early.story == plain.story)
        #expect(early.roundTrips <= plain.roundTrips)
        #expect(early.early <= 6)
    }

    @Test func checkModeReadsAheadToo() async throws {
        let tasks = (1...20).map { "- copy: {dest: \"{{ dir }}/new\($0)\", content: x}\n" }.joined()
        let early = try await perform(tasks) { $0.checkMode = true }
        #expect(early.run.statistics["a"]?.changed == 20)
        #expect(early.roundTrips <= 5)
        #expect(early.files == ["w: -", "w/there: "])
    }

    @Test func tasksThatTouchNoHostLeaveAnswersGood() async throws {
        let tasks = (1...12).map { number in
            """
            - stat: {path: "{{ dir }}/\(number)"}
            - set_fact: {counted: \(number)}
            - debug: {msg: x}
            - assert: {that: "counted == \(number)"}

            """
        }.joined()
        #expect(try await perform(tasks).roundTrips <= 5)
    }

    @Test func guessingRunsNoCommandsAndWarnsOfNothing() async throws {
        let run = try await perform(
            """
            - stat: {path: "{{ dir }}/log"}
              register: before
            - stat: {path: "{{ lookup('pipe', 'echo x >>' ~ dir ~ '/log; echo /tmp') }}"}
            - stat: {path: "{{ lookup('password', dir ~ '/secret') }}"}
              when: false
            - stat: {path: "{{ dir }}/{{ lookup('file', '/nowhere', errors='warn') }}"}
            - debug: {msg: "{{ before.stat.exists }}"}
            """)
        #expect(run.run.messages == ["a: False"])
        #expect(run.files.contains("log: x\n"))
        #expect(!run.files.contains { $0.hasPrefix("secret") })
        let plain = try await perform(
            "- stat: {path: \"{{ dir }}/{{ lookup('file', '/nowhere', errors='warn') }}\"}"
        ) { $0.readsAhead = false }
        #expect(run.run.warnings == plain.run.warnings)
    }

    @Test func secretsOfTasksReadAheadAreHiddenAsEver() async throws {
        let run = try await perform(
            """
            - stat: {path: "{{ dir }}/1"}
            - copy: {dest: "{{ dir }}/w/there", content: "very-secret"}
              no_log: true
              when: false
            - stat: {path: "{{ dir }}/very-secret"}
              no_log: true
            """)
        #expect(run.early > 0)
        #expect(run.run.reports.filter(\.isHidden).count == 2)
    }

    @Test func questionsThatDifferInAnythingAreNotTheSame() {
        let request = ShellRequest("stat x", input: [1], environment: [("A", "1")], timeout: .seconds(1))
        let question = EarlyQuestion(request, as: .login)
        #expect(question == EarlyQuestion(request, as: .login))
        #expect(question != EarlyQuestion(request, as: .become(Become())))
        var other = request
        other.environment = [("A", "2")]
        #expect(question != EarlyQuestion(other, as: .login))
        other = request
        other.input = []
        #expect(question != EarlyQuestion(other, as: .login))
        other = request
        other.timeout = nil
        #expect(question != EarlyQuestion(other, as: .login))
        other = request
        other.library = ShellLibrary("f() { :; }")
        #expect(question != EarlyQuestion(other, as: .login))
    }

    @Test func theWindowGrowsWithUseAndClosesWithChanges() {
        var window = EarlyWindow()
        for expected in [2, 4, 8, 16, 32, 32] {
            window.judge(used: window.size == 2 && expected == 2 ? 0 : window.size, wasted: 0)
            #expect(window.size == expected)
        }
        window.judge(used: 3, wasted: 5)
        #expect(window.size == 3)
        window.note(changed: true)
        #expect(window.size == 0)
        window.judge(used: 0, wasted: 0)
        for _ in 0..<2 { window.note(changed: false) }
        #expect(window.size == 0)
        window.note(changed: false)
        #expect(window.size == 1)
    }

    @Test func stillnessEndsAtTheBeginningAndAtTheEndOfADisturbance() async throws {
        let stillness = Stillness()
        let before = try #require(stillness.now)
        #expect(stillness.lasts(since: before))
        let during = await stillness.disturbed { stillness.now }
        #expect(during == nil)
        #expect(!stillness.lasts(since: before))
        let after = try #require(stillness.now)
        stillness.end()
        #expect(!stillness.lasts(since: after))
    }
}
