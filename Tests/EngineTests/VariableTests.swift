//! Which definition of a variable wins, and where each is visible.

import Connections
import Diagnostics
import Engine
import Templates
import Testing
import Values

@Suite("Precedence of variables")
struct VariableTests {
    /// Every place that may define `who`, the weakest first.
    enum Level: Int, CaseIterable, CustomTestStringConvertible {
        case roleDefault, inventoryGroup, allFile, groupFile, inventoryHost, hostFile, play, variableFile, roleVariable
        case block, task, setFact, roleParameter, extra

        var testDescription: String { "\(self)" }
    }

    /// Runs a role's task that prints `who` with all definitions up to `level`.
    static func winner(upTo level: Level) async throws -> [String] {
        func define(_ own: Level, _ text: String) -> String { own.rawValue <= level.rawValue ? text : "" }
        let inventory = """
            [web]
            a \(define(.inventoryHost, "who=inventoryHost"))
            [web:vars]
            other=1
            \(define(.inventoryGroup, "who=inventoryGroup"))

            """
        var files = [
            "roles/r/tasks/main.yml": """
            \(define(.setFact, "- set_fact: {who: setFact}"))
            - block:
                - debug: {msg: "{{ who }}"}
                  \(define(.task, "vars: {who: task}"))
              \(define(.block, "vars: {who: block}"))

            """,
            "roles/r/defaults/main.yml": "who: roleDefault\n",
        ]
        if level.rawValue >= Level.roleVariable.rawValue { files["roles/r/vars/main.yml"] = "who: roleVariable\n" }
        if level.rawValue >= Level.allFile.rawValue { files["group_vars/all.yml"] = "who: allFile\n" }
        if level.rawValue >= Level.groupFile.rawValue { files["group_vars/web.yml"] = "who: groupFile\n" }
        if level.rawValue >= Level.hostFile.rawValue { files["host_vars/a.yml"] = "who: hostFile\n" }
        files["vars/more.yml"] = "who: variableFile\n"
        let playbook = """
            - hosts: web
              gather_facts: false
              \(define(.play, "vars: {who: play}"))
              \(define(.variableFile, "vars_files: [vars/more.yml]"))
              roles:
                - role: r
                  \(define(.roleParameter, "who: roleParameter"))

            """
        return try await rehearse(playbook, inventory: inventory, files: files) { settings in
            if level == .extra { settings.extraVariables = ["who": .constant("extra")] }
        }.messages
    }

    @Test("the strongest definition wins", arguments: Level.allCases)
    func strongest(_ level: Level) async throws {
        #expect(try await Self.winner(upTo: level) == ["a: \(level)"])
    }

    @Test("hostvars know nothing of the play, its roles and how hosts are reached")
    func outsideThePlay() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              vars: {of_play: 1}
              tasks:
                - set_fact: {fact: 1}
                - vars: {of_task: 1}
                  debug:
                    msg: >-
                      {{ ['of_play', 'of_task', 'fact', 'ansible_host', 'ansible_play_hosts', 'group_names']
                         | select('in', hostvars.a) | join(' ') }}
                - debug: {msg: "{{ hostvars.b.ansible_host | default('nowhere') }} {{ ansible_host }}"}

            """)
        #expect(run.messages == ["a: fact group_names", "a: nowhere a"])
    }

    @Test("hostvars, groups and magic variables see the whole inventory")
    func magic() async throws {
        let run = try await rehearse(
            """
            - hosts: b
              gather_facts: false
              tasks:
                - debug: {msg: "{{ hostvars['a'].port }} {{ groups.web | join('+') }} {{ inventory_hostname_short }}"}
                - debug: {msg: "{{ ansible_play_hosts }} {{ group_names }} {{ play_hosts | length }}"}

            """, inventory: "[web]\na port=1\nb.example.com\nb\n")
        #expect(run.messages == ["b: 1 a+b.example.com+b b", "b: ['b'] ['web'] 1"])
    }

    @Test("set_fact and register live as long as the run")
    func acrossPlays() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks: [{set_fact: {x: 1}}]
            - hosts: a
              gather_facts: false
              tasks: [{debug: {msg: "{{ x }}"}}]

            """)
        #expect(run.messages == ["a: 1"])
    }

    @Test("environment, module_defaults and keywords are inherited, the innermost winning")
    func inherited() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              environment: {A: play, B: play}
              become: true
              tasks:
                - block:
                    - {raw: one, become_user: web}
                  environment: {B: block}
                - {raw: two, become: false}

            """)
        let asked = await run.fleet.asked
        #expect(asked.first?.environment == ["A": "play", "B": "block"])
        #expect(asked.first?.identity == .become(.init(user: "web")))
        #expect(asked.last?.identity == .login)
    }
}

@Suite("Vaulted variables")
struct VaultedVariableTests {
    @Test("are vaults to the test for it, and their content to everything else")
    func isVaultEncrypted() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              vars: {enc: !vault "$ANSIBLE_VAULT;1.1;AES256\\n6162", plain: x}
              tasks:
                - debug: {msg: "{{ enc is vault_encrypted }} {{ plain is vault_encrypted }} {{ enc | length > 0 }}"}

            """)
        #expect(run.messages == ["a: True False True"], "\(run.everything)")
    }
}
