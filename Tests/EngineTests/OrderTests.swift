//! In which order and where tasks run: linear, forks, serial, run_once, delegate_to, tags.

import Diagnostics
import Engine
import Playbooks
import Testing
import Values

@Suite("Order of tasks")
struct OrderTests {
    static let three = """
        - hosts: all
          gather_facts: false
          tasks:
            - raw: one
            - raw: two
            - raw: three

        """

    @Test("all hosts finish a task before the next one begins")
    func linear() async throws {
        let run = try await rehearse(Self.three, hosts: ["a", "b", "c"])
        let words = await run.commands.compactMap { $0.split(separator: " ").last.map(String.init) }
        #expect(words == ["one", "one", "one", "two", "two", "two", "three", "three", "three"])
        #expect(run.exitCode == 0)
    }

    @Test("no more hosts work at once than forks allow", arguments: [1, 3])
    func forks(_ forks: Int) async throws {
        let run = try await rehearse(Self.three, hosts: ["a", "b", "c", "d", "e", "f"]) { $0.forks = forks }
        #expect(await run.fleet.mostAtOnce <= forks)
        #expect(await run.commands.count == 18)
    }

    @Test("every result of every host is told once")
    func everybodyReports() async throws {
        let run = try await rehearse(Self.three, hosts: ["a", "b"])
        #expect(run.reports.map(\.host).sorted() == ["a", "a", "a", "b", "b", "b"])
        #expect(run.statistics.mapValues(\.changed) == ["a": 3, "b": 3])
    }

    @Test("throttle limits one task")
    func throttle() async throws {
        let run = try await rehearse(
            "- hosts: all\n  gather_facts: false\n  tasks:\n    - {raw: one, throttle: 1}\n", hosts: ["a", "b", "c"])
        #expect(await run.fleet.mostAtOnce == 1)
    }

    @Test("serial runs the play batch by batch")
    func serial() async throws {
        let playbook = Self.three.replacing("gather_facts: false", with: "gather_facts: false\n  serial: [1, 2]")
        let run = try await rehearse(playbook, hosts: ["a", "b", "c", "d"])
        let hosts = await run.commands.map { String($0.prefix(1)) }
        #expect(hosts.prefix(3) == ["a", "a", "a"])
        #expect(Set(hosts[3..<9]) == ["b", "c"])
        #expect(hosts.suffix(3) == ["d", "d", "d"])
    }

    @Test("a batch in which every host fails ends the run")
    func serialFailure() async throws {
        let playbook = Self.three.replacing("gather_facts: false", with: "gather_facts: false\n  serial: 1")
        let run = try await rehearse(playbook, hosts: ["a", "b"], fleet: .failing("two", on: ["a"]))
        #expect(await run.commands == ["a: one", "a: two"])
        #expect(run.exitCode == 2)
    }

    @Test("run_once asks the first host and registers for all")
    func runOnce() async throws {
        let run = try await rehearse(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - {raw: one, run_once: true, register: answer}
                - debug: {msg: "{{ answer.rc }}"}

            """, hosts: ["a", "b"])
        #expect(await run.commands == ["a: one"])
        #expect(Set(run.messages) == ["a: 0", "b: 0"])
    }

    @Test("a run_once task that fails stops every host")
    func runOnceFails() async throws {
        let run = try await rehearse(
            "- hosts: all\n  gather_facts: false\n  tasks:\n    - {raw: one, run_once: true}\n    - raw: two\n",
            fleet: .failing("one"))
        #expect(await run.commands == ["a: one"])
        #expect(run.exitCode == 2)
    }

    @Test("delegate_to works on the other host with the own variables")
    func delegate() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              vars: {word: "{{ inventory_hostname }}"}
              tasks:
                - {raw: "on-{{ word }}", delegate_to: b, register: answer}
                - debug: {msg: "{{ answer.rc }}"}

            """)
        #expect(await run.commands == ["b: on-a"])
        #expect(run.reports.first?.delegate == "b")
        #expect(run.statistics.keys.sorted() == ["a"])
    }

    @Test("templates of a delegated task see where the delegate is, if nothing is said of the host itself")
    func delegateAddress() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - add_host: {name: b, ansible_host: 10.0.0.5, ansible_port: 2200}
                - debug: {msg: "{{ ansible_host }} {{ ansible_port }} {{ ansible_delegated_vars.b.ansible_host }}"}
                  delegate_to: b
                - debug: {msg: "{{ ansible_host }} {{ ansible_port | default('none') }}"}

            """)
        #expect(run.messages == ["a: 10.0.0.5 2200 10.0.0.5", "a: a none"])
        #expect(run.reports.map(\.actors) == ["a", "a -> b(10.0.0.5)", "a"])
    }

    @Test("delegate_facts gives facts to the other host")
    func delegateFacts() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - {set_fact: {colour: red}, delegate_to: b, delegate_facts: true}
                - debug: {msg: "{{ hostvars.b.colour }} {{ colour | default('none') }}"}

            """)
        #expect(run.messages == ["a: red none"])
    }

    @Test("strategy free does not wait, and tells an author's mistake all the same")
    func free() async throws {
        let playbook = Self.three.replacing("gather_facts: false", with: "gather_facts: false\n  strategy: free")
        let run = try await rehearse(playbook, hosts: ["a", "b"])
        #expect(await run.fleet.commands(of: "b") == ["one", "two", "three"])
        let mistaken = try await rehearse(playbook + "    - {raw: four, notify: nobody}\n", hosts: ["a", "b"])
        #expect(mistaken.mistake?.message.contains("'nobody' was not found") == true)
    }
}

@Suite("Tags")
struct TagTests {
    static let playbook = """
        - hosts: a
          gather_facts: false
          tasks:
            - {raw: plain}
            - {raw: red, tags: red}
            - {raw: always, tags: always}
            - {raw: never, tags: [never, debug]}
            - block:
                - {raw: inner, tags: blue}
              tags: red
            - {raw: last, tags: "blue,green"}

        """

    @Test(
        "select tasks",
        arguments: [
            (["all"], [], ["plain", "red", "always", "inner", "last"]),
            (["red"], [], ["red", "always", "inner"]),
            (["blue"], [], ["always", "inner", "last"]),
            (["debug"], [], ["always", "never"]),
            (["untagged"], [], ["plain", "always"]),
            (["tagged"], [], ["red", "always", "inner", "last"]),
            (["all"], ["red"], ["plain", "always", "last"]),
            (["all"], ["always"], ["plain", "red", "inner", "last"]),
            (["red"], ["blue"], ["red", "always"]),
            (["unknown"], [], ["always"]),
        ] as [([String], [String], [String])])
    func select(_ run: [String], _ skip: [String], _ expected: [String]) async throws {
        let rehearsal = try await rehearse(Self.playbook) { $0.tags = TagSelection(run: run, skip: skip) }
        #expect(await rehearsal.fleet.commands(of: "a") == expected)
    }

    @Test("of an include select the include, those of apply what is inside")
    func includes() async throws {
        let playbook = """
            - hosts: a
              gather_facts: false
              tasks:
                - {include_tasks: more.yml, tags: red}
                - include_tasks: {file: more.yml, apply: {tags: blue}}
                  tags: blue
                - {import_tasks: more.yml, tags: green}

            """
        let files = ["more.yml": "- raw: more\n"]
        func count(_ tag: String) async throws -> Int {
            try await rehearse(playbook, files: files) { $0.tags = TagSelection(run: [tag]) }.commands.count
        }
        #expect(try await count("red") == 0)
        #expect(try await count("blue") == 1)
        #expect(try await count("green") == 1)
    }
}
