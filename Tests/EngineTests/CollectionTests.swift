//! Roles and playbooks in collections: where they are looked for, and what they are called.

import Diagnostics
import Engine
import Testing
import Values

@Suite("Collections")
struct CollectionTests {
    private let files = [
        "collections/ansible_collections/ns/coll/roles/r/tasks/main.yml": """
        - debug: {msg: "{{ role_name }} {{ ansible_role_name }} {{ ansible_collection_name }}"}
        - include_role: {name: dep}

        """,
        "collections/ansible_collections/ns/coll/roles/dep/tasks/main.yml":
            "- debug: {msg: \"dep of {{ ansible_parent_role_names | default('nobody') }}\"}\n",
        "collections/ansible_collections/ns/coll/roles/sub/deep/tasks/main.yml": "- debug: {msg: deep}\n",
        "collections/ansible_collections/ns/coll/playbooks/play.yml": """
        - hosts: a
          gather_facts: false
          tasks:
            - include_role: {name: dep}
            - include_tasks: tasks/more.yml

        """,
        "collections/ansible_collections/ns/coll/playbooks/tasks/more.yml": "- debug: {msg: more}\n",
    ]

    private func run(_ playbook: String) async throws -> Rehearsal {
        try await rehearse(playbook, hosts: ["a"], files: files)
    }

    @Test("a role is called in full, and finds roles of its own collection by their short names")
    func roles() async throws {
        let run = try await run("- {hosts: a, gather_facts: false, roles: [ns.coll.r]}\n")
        #expect(run.messages == ["a: r ns.coll.r ns.coll", "a: dep of ['ns.coll.r']"])
        #expect(run.results.first == "ns.coll.r : debug a ok")
        #expect(run.results.last == "ns.coll.dep : debug a ok")
    }

    @Test("a role deeper down")
    func deep() async throws {
        let run = try await run("- {hosts: a, gather_facts: false, roles: [ns.coll.sub.deep]}\n")
        #expect(run.results == ["ns.coll.deep : debug a ok"])
    }

    @Test("collections: says where short names are looked for")
    func keyword() async throws {
        let run = try await run("- {hosts: a, gather_facts: false, collections: [no.such, ns.coll], roles: [dep]}\n")
        #expect(run.messages == ["a: dep of nobody"])
    }

    @Test("collections: holds text only")
    func notText() async throws {
        let run = try await run("- {hosts: a, collections: [3], tasks: []}\n")
        #expect(run.mistake?.message == "Keyword 'collections' items must be of type 'str', not 'int'")
    }

    @Test("a playbook of a collection has its roles and files", arguments: ["ns.coll.play", "ns.coll.play.yml"])
    func playbooks(name: String) async throws {
        let run = try await run("- import_playbook: \(name)\n")
        #expect(run.messages == ["a: dep of nobody", "a: more"])
    }

    @Test("a role that is nowhere is told with the places")
    func unknown() async throws {
        let run = try await run("- {hosts: a, roles: [ns.coll.dap]}\n")
        let message = run.mistake?.message ?? ""
        #expect(message.contains("the role 'ns.coll.dap' was not found in "))
        #expect(message.contains("/collections/ansible_collections/ns/coll/roles:"))
    }
}
