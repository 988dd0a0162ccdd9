//! `meta/argument_specs.yml`: roles check their variables before their first task.

import Engine
import Playbooks
import Testing
import Values

@Suite("Argument specifications of roles")
struct ArgumentSpecTests {
    private let role = [
        "roles/r/meta/argument_specs.yml": """
        argument_specs:
          main:
            short_description: Serves
            options: {door: {type: int, required: true}}
          other: {options: {flag: {type: bool, required: true}}}

        """,
        "roles/r/tasks/main.yml": "- debug: {msg: 'main {{ door | default(0) }}'}\n",
        "roles/r/tasks/other.yml": "- debug: {msg: other}\n",
    ]

    private func run(_ tasks: String, tags: TagSelection? = nil) async throws -> Rehearsal {
        try await rehearse("- hosts: a\n  gather_facts: false\n" + tasks, hosts: ["a"], files: role) { settings in
            if let tags { settings.tags = tags }
        }
    }

    @Test("a role with a specification checks its variables first, with the tag always")
    func passes() async throws {
        let run = try await run("  roles: [{role: r, door: '80', tags: web}]\n", tags: TagSelection(run: ["other"]))
        #expect(run.results == ["r : Validating arguments against arg spec 'main' - Serves a ok"])
        #expect(run.reports[0].result["msg"] == "The arg spec validation passed")
        #expect(run.reports[0].result["validate_args_context"]?["argument_spec_name"] == "main")
    }

    @Test("variables that do not fit fail the host before the role's tasks")
    func fails() async throws {
        let run = try await run("  roles: [{role: r, door: many}]\n")
        #expect(run.results == ["r : Validating arguments against arg spec 'main' - Serves a failed"])
        #expect(
            run.reports[0].result["argument_errors"] == [
                .string(
                    "argument 'door' is of type str and we were unable to convert to int: \"'many'\" cannot be "
                        + "converted to an int")
            ])
        #expect(run.exitCode == 2)
    }

    @Test("tasks_from names the entry point; values stay as they are")
    func entryPoints() async throws {
        let run = try await run(
            """
              tasks:
                - include_role: {name: r, tasks_from: other}
                  vars: {flag: 'yes'}
                - include_role: {name: r, tasks_from: other.yml}
                - import_role: {name: r}
                  vars: {door: '8'}

            """)
        #expect(
            run.results.filter { $0.contains("Validating") } == [
                "r : Validating arguments against arg spec 'other' a ok",
                "r : Validating arguments against arg spec 'main' - Serves a ok",
            ])
        #expect(run.messages == ["a: other", "a: other", "a: main 8"])
    }

    @Test("rolespec_validate: false checks nothing")
    func switchedOff() async throws {
        let run = try await run(
            """
              tasks:
                - include_role: {name: r, rolespec_validate: false}
                - import_role: {name: r, rolespec_validate: false}

            """)
        #expect(!run.results.contains { $0.contains("Validating") })
        #expect(run.messages == ["a: main 0", "a: main 0"])
    }

    @Test("a failed check can be rescued")
    func rescue() async throws {
        let run = try await run(
            """
              tasks:
                - block: [{include_role: {name: r}}]
                  rescue: [{debug: {msg: '{{ ansible_failed_result.argument_errors }}'}}]

            """)
        #expect(run.messages == ["a: ['missing required arguments: door']"])
        #expect(run.statistics["a"]?.rescued == 1)
    }
}
