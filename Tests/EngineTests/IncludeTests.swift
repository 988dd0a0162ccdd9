//! include_tasks, include_role, import_tasks and roles: grouping, variables, search.

import Diagnostics
import Engine
import Testing
import Values

@Suite("Includes")
struct IncludeTests {
    @Test("hosts that want the same file run it together, others after them")
    func grouping() async throws {
        let run = try await rehearse(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - include_tasks: "{{ 'x' if inventory_hostname in ['a', 'c'] else 'y' }}.yml"

            """, hosts: ["a", "b", "c"], files: ["x.yml": "- raw: x1\n- raw: x2\n", "y.yml": "- raw: y1\n"])
        let included = run.events.compactMap { if case .included(_, let hosts, _, _) = $0 { hosts } else { nil } }
        #expect(included == [["a", "c"], ["b"]])
        let words = await run.commands.map { String($0.suffix(2)) }
        #expect(words == ["x1", "x1", "x2", "x2", "y1"])
    }

    @Test("a looped include runs once for each item, with its variable")
    func loop() async throws {
        let run = try await rehearse(
            "- hosts: a\n  gather_facts: false\n  tasks:\n    - {include_tasks: more.yml, loop: [1, 2]}\n",
            files: ["more.yml": "- raw: 'go-{{ item }}'\n"])
        #expect(await run.commands == ["a: go-1", "a: go-2"])
    }

    @Test("a role that came later brings the handler that an earlier notification means")
    func laterHandler() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              handlers:
                - {name: again, debug: {msg: play}}
                - {name: other, listen: topic, debug: {msg: play listens}}
                - {name: other, listen: topic, debug: {msg: never}}
              tasks:
                - {raw: x, notify: [again, topic]}
                - include_role: {name: r}

            """,
            files: [
                "roles/r/tasks/main.yml": "- raw: y\n",
                "roles/r/handlers/main.yml": "- {name: again, debug: {msg: role}}\n",
            ])
        #expect(run.messages == ["a: play listens", "a: role"])
    }

    @Test("a file that is a mapping fails the hosts that include it, and a block may rescue them")
    func mapping() async throws {
        let run = try await rehearse(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - block:
                    - {include_tasks: more.yml, when: inventory_hostname == 'a'}
                  rescue:
                    - raw: rescued
                - raw: after

            """, hosts: ["a", "b"], files: ["more.yml": "x: 1\n"])
        #expect(run.mistake == nil)
        #expect(await run.commands.sorted() == ["a: after", "a: rescued", "b: after"])
        #expect(run.statistics["a"]?.failed == 1)
    }

    @Test("a condition on an include is judged once, on an import before every task")
    func conditions() async throws {
        let files = ["more.yml": "- set_fact: {go: false}\n- raw: later\n"]
        func commands(_ statement: String) async throws -> [String] {
            try await rehearse(
                """
                - hosts: a
                  gather_facts: false
                  tasks:
                    - set_fact: {go: true}
                    - {\(statement): more.yml, when: go}

                """, files: files
            ).commands
        }
        #expect(try await commands("include_tasks") == ["a: later"])
        #expect(try await commands("import_tasks").isEmpty)
    }

    @Test("vars of an include reach its tasks and nothing else")
    func variables() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - {include_tasks: more.yml, vars: {word: inside}}
                - debug: {msg: "{{ word | default('outside') }}"}

            """, files: ["more.yml": "- debug: {msg: '{{ word }}'}\n"])
        #expect(run.messages == ["a: inside", "a: outside"])
    }

    @Test("a file that is not there fails the host, and a block rescues it")
    func missing() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - block:
                    - include_tasks: mroe.yml
                  rescue:
                    - raw: rescued

            """, files: ["more.yml": "- raw: more\n"])
        #expect(await run.commands == ["a: rescued"])
        #expect(run.reports.last { $0.status == .failed }?.mistake?.help == "did you mean 'more.yml'?")
        #expect(run.exitCode == 0)
    }

    @Test("an include that includes itself ends with a mistake")
    func recursion() async throws {
        let run = try await rehearse(
            "- hosts: a\n  gather_facts: false\n  tasks:\n    - include_tasks: more.yml\n",
            files: ["more.yml": "- include_tasks: more.yml\n"])
        #expect(run.mistake?.code == .templateRecursion)
    }

    static let role = [
        "roles/web/tasks/main.yml": "- raw: 'role-{{ number }}'\n  notify: reload\n",
        "roles/web/defaults/main.yml": "number: 80\n",
        "roles/web/handlers/main.yml": "- {name: reload, raw: reload}\n",
        "roles/web/meta/main.yml": "dependencies: [base]\n",
        "roles/base/tasks/main.yml": "- raw: base\n",
    ]

    @Test("a role runs its dependencies first, its handlers last, and once")
    func roles() async throws {
        let run = try await rehearse(
            "- hosts: a\n  gather_facts: false\n  roles: [web, web, base]\n  tasks:\n    - raw: task\n",
            files: Self.role)
        #expect(await run.fleet.commands(of: "a") == ["base", "role-80", "task", "reload"])
    }

    @Test("a role with other parameters is another role")
    func roleParameters() async throws {
        let run = try await rehearse(
            "- hosts: a\n  gather_facts: false\n  roles: [{role: web, number: 1}, {role: web, number: 2}]\n",
            files: Self.role)
        #expect(await run.fleet.commands(of: "a") == ["base", "role-1", "role-2", "reload"])
    }

    @Test("defaults of an included role stay inside, those of an imported one do not")
    func visibility() async throws {
        func message(_ statement: String) async throws -> [String] {
            try await rehearse(
                """
                - hosts: a
                  gather_facts: false
                  tasks:
                    - \(statement): {name: web}
                    - debug: {msg: "{{ number | default('hidden') }}"}

                """, files: Self.role
            ).messages
        }
        #expect(try await message("include_role") == ["a: hidden"])
        #expect(try await message("import_role") == ["a: 80"])
    }

    @Test("sections run in their order")
    func sections() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              post_tasks: [{raw: post}]
              tasks: [{raw: task}]
              roles: [base]
              pre_tasks: [{raw: pre, notify: h}]
              handlers: [{name: h, raw: handler}]

            """, files: Self.role)
        #expect(await run.fleet.commands(of: "a") == ["pre", "handler", "base", "task", "post"])
    }

    @Test(
        "meta ends what it names",
        arguments: [
            ("end_host", ["a: one", "b: one", "b: two"]), ("end_play", ["a: one", "b: one"]),
            ("noop", ["a: one", "b: one", "a: two", "b: two"]),
        ])
    func meta(_ action: String, _ expected: [String]) async throws {
        let condition = action == "end_host" ? ", when: inventory_hostname == 'a'" : ""
        let run = try await rehearse(
            "- hosts: all\n  gather_facts: false\n  tasks:\n    - raw: one\n    - {meta: \(action)\(condition)}\n    - raw: two\n"
        ) { $0.forks = 1 }
        #expect(await run.commands == expected)
        #expect(run.exitCode == 0)
    }

    @Test("names of roles are those that are loaded so far: of the play, imported, and included ones with theirs")
    func namesOfRoles() async throws {
        let said = "- debug: {msg: \"{{ ansible_play_role_names }} {{ ansible_dependent_role_names | sort }} "
        let own = said + "{{ ansible_role_name | default('-') }} {{ ansible_parent_role_names | default('-') }}\"}\n"
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              roles: [one]
              tasks:
                - import_role: {name: plain}
                - include_role: {name: two}
                - include_role: {name: two, public: true}
                \(own)
            """,
            hosts: ["a"],
            files: [
                "roles/one/tasks/main.yml": own, "roles/one/meta/main.yml": "dependencies: [below]\n",
                "roles/below/tasks/main.yml": own, "roles/plain/tasks/main.yml": own,
                "roles/two/tasks/main.yml": own + "- import_role: {name: plain}\n",
            ])
        #expect(
            run.messages == [
                "a: ['one', 'plain'] ['below'] below -", "a: ['one', 'plain'] ['below'] one -",
                "a: ['one', 'plain'] ['below'] plain -",
                "a: ['one', 'plain', 'plain', 'two'] ['below'] two -",
                "a: ['one', 'plain', 'plain', 'two'] ['below'] plain ['two']",
                "a: ['one', 'plain', 'plain', 'two', 'plain', 'two'] ['below'] two -",
                "a: ['one', 'plain', 'plain', 'two', 'plain', 'two'] ['below'] plain ['two']",
                "a: ['one', 'plain', 'plain', 'two', 'plain', 'two'] ['below'] - -",
            ])
    }

    @Test("hosts that ended count no longer as hosts of the play")
    func endedHosts() async throws {
        let run = try await rehearse(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - {meta: end_host, when: inventory_hostname == 'a'}
                - debug: {msg: "{{ ansible_play_hosts }} {{ ansible_play_batch }} {{ ansible_play_hosts_all }}"}

            """)
        #expect(run.messages == ["b: ['b'] ['b'] ['a', 'b']"])
    }

    @Test("a new inventory keeps what tasks have added, which stands first in all")
    func refreshed() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - add_host: {name: z, groups: [fresh]}
                - group_by: {key: grouped}
                - meta: refresh_inventory
                - debug: {msg: "{{ groups.all }} {{ groups.fresh }} {{ groups.grouped }}"}

            """)
        #expect(run.messages == ["a: ['z', 'b', 'a'] ['z'] ['a']"])
    }

    @Test("an include is shown with the label of its item")
    func label() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - include_tasks: more.yml
                  loop: [{name: one, secret: 1}]
                  loop_control: {label: "{{ item.name }}"}

            """, files: ["more.yml": "- raw: more\n"])
        let labels = run.events.compactMap { event -> String? in
            if case .included(_, _, let item, _) = event { item } else { nil }
        }
        #expect(labels == ["one"])
    }
}
