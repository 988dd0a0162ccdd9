//! Handlers: when they run, in which order, and where.

import Diagnostics
import Engine
import Playbooks
import Testing
import Values

@Suite("Handlers")
struct HandlerTests {
    static func playbook(_ tasks: String) -> String {
        """
        - hosts: all
          gather_facts: false
          tasks:
        \(tasks)
          handlers:
            - {name: first, raw: first}
            - {name: second, raw: second, notify: third}
            - {name: third, raw: third}
            - {name: heard, raw: heard, listen: topic}

        """
    }

    @Test("run once, at the end, in the order in which they are written")
    func order() async throws {
        let run = try await rehearse(
            Self.playbook("    - {raw: one, notify: [third, first]}\n    - {raw: two, notify: first}"), hosts: ["a"])
        #expect(await run.fleet.commands(of: "a") == ["one", "two", "first", "third"])
    }

    @Test("may notify others, which run after them")
    func chain() async throws {
        let run = try await rehearse(Self.playbook("    - {raw: one, notify: second}"), hosts: ["a"])
        #expect(await run.fleet.commands(of: "a") == ["one", "second", "third"])
    }

    @Test("listen to topics")
    func listen() async throws {
        let run = try await rehearse(Self.playbook("    - {raw: one, notify: topic}"), hosts: ["a"])
        #expect(await run.fleet.commands(of: "a") == ["one", "heard"])
    }

    @Test("run on the hosts that notified them")
    func perHost() async throws {
        let run = try await rehearse(
            Self.playbook("    - {raw: one, notify: first, when: inventory_hostname == 'a'}"))
        #expect(await run.commands == ["a: one", "a: first"])
    }

    @Test("are not notified by what changed nothing")
    func unchanged() async throws {
        let run = try await rehearse(
            Self.playbook("    - {raw: one, notify: first, changed_when: false}"), hosts: ["a"])
        #expect(await run.commands == ["a: one"])
    }

    @Test("are left out where the play is ended", arguments: ["end_play", "end_batch"])
    func ended(_ action: String) async throws {
        let run = try await rehearse(
            Self.playbook("    - {raw: one, notify: first}\n    - meta: \(action)"), hosts: ["a"])
        #expect(await run.commands == ["a: one"])
    }

    @Test("wait for a flush that has the tag always")
    func skippedTag() async throws {
        let tasks = "    - {raw: one, notify: first}"
        let skipped = try await rehearse(Self.playbook(tasks), hosts: ["a"]) {
            $0.tags = TagSelection(skip: ["always"])
        }
        #expect(await skipped.commands == ["a: one"])
        let flushed = try await rehearse(Self.playbook(tasks + "\n    - meta: flush_handlers"), hosts: ["a"]) {
            $0.tags = TagSelection(skip: ["always"])
        }
        #expect(await flushed.commands == ["a: one", "a: first"])
    }

    @Test("run earlier with flush_handlers, and not twice")
    func flush() async throws {
        let run = try await rehearse(
            Self.playbook("    - {raw: one, notify: first}\n    - meta: flush_handlers\n    - raw: two"), hosts: ["a"])
        #expect(await run.fleet.commands(of: "a") == ["one", "first", "two"])
    }

    @Test("do not run on hosts that failed, unless they are forced")
    func failed() async throws {
        let playbook = Self.playbook("    - {raw: one, notify: first}\n    - raw: two")
        let run = try await rehearse(playbook, hosts: ["a"], fleet: .failing("two"))
        #expect(await run.fleet.commands(of: "a") == ["one", "two"])
        let forced = try await rehearse(playbook, hosts: ["a"], fleet: .failing("two")) { $0.forceHandlers = true }
        #expect(await forced.fleet.commands(of: "a") == ["one", "two", "first"])
        #expect(forced.exitCode == 2)
    }

    @Test("that do not exist are a mistake with its place")
    func unknown() async throws {
        let run = try await rehearse(Self.playbook("    - {raw: one, notify: frist}"), hosts: ["a"])
        #expect(run.mistake?.help == "did you mean 'first'?")
        #expect(run.mistake?.range.map { "\($0.position.line):\($0.position.column)" } == "4:26")
    }
}
