//! Every mistake of a playbook is found while loading, at its line and column.

import Diagnostics
import Testing

@Suite("Mistakes have places")
struct PlaceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let playbook: String
        let place: String
        let help: String?
        var testDescription: String { place }

        init(_ playbook: String, _ place: String, _ help: String? = nil) {
            self.playbook = playbook
            self.place = place
            self.help = help
        }

        init(tasks: String, _ place: String, _ help: String? = nil) {
            self.init(play(tasks: tasks), place, help)
        }
    }

    static let plays: [Case] = [
        Case("", "- playbook-syntax", "add a play: `- hosts: all`"),
        Case("hosts: all\n", "site.yml:1:1 playbook-syntax", "begin each play with `- hosts:`"),
        Case("- all\n", "site.yml:1:3 playbook-syntax"),
        Case("- tasks: []\n", "site.yml:1:3 playbook-syntax", "add `hosts: all`"),
        Case("- host: all\n", "site.yml:1:3 unknown-keyword", "did you mean 'hosts'?"),
        Case("- hosts: all\n  gather_fact: no\n", "site.yml:2:3 unknown-keyword", "did you mean 'gather_facts'?"),
        Case("- hosts: all\n  when: true\n", "site.yml:2:3 unknown-keyword"),
        Case("- hosts: all\n  register: x\n", "site.yml:2:3 unknown-keyword"),
        Case("- hosts: all\n  vars: [1]\n", "site.yml:2:9 playbook-syntax"),
        Case("- hosts: all\n  vars:\n    a-b: 1\n", "site.yml:3:5 playbook-syntax"),
        Case("- hosts: all\n  tasks: {a: b}\n", "site.yml:2:10 playbook-syntax", "begin each task with `- name:`"),
        Case("- hosts: all\n  roles: web\n", "site.yml:2:10 playbook-syntax"),
        Case("- hosts: all\n  roles: [web]\n", "site.yml:2:11 role-not-found"),
        Case("- hosts: all\n  vars_prompt: [{nmae: x}]\n", "site.yml:2:18 unknown-keyword", "did you mean 'name'?"),
        Case("- import_playbook: other.yml\n", "site.yml:1:20 file-not-found"),
        Case("- hosts: all\n  tags: {a: b}\n", "site.yml:2:9 playbook-syntax"),
    ]

    static let tasks: [Case] = [
        Case(tasks: "- debug", "site.yml:3:7 playbook-syntax"),
        Case(tasks: "- name: x", "site.yml:3:7 playbook-syntax"),
        Case(tasks: "- debgu:", "site.yml:3:7 unknown-module", "did you mean 'debug'?"),
        Case(tasks: "- atp:", "site.yml:3:7 unknown-module", "did you mean 'apt'?"),
        Case(tasks: "- debug:\n  comand: ls", "site.yml:4:7 unknown-keyword"),
        Case(tasks: "- debug:\n  wehn: true", "site.yml:4:7 unknown-keyword", "did you mean 'when'?"),
        Case(tasks: "- debug:\n  command: ls", "site.yml:4:7 playbook-syntax"),
        Case(tasks: "- debug:\n  sudo: yes", "site.yml:4:7 unknown-keyword", "use become and become_user"),
        Case(tasks: "- debug:\n  hosts: all", "site.yml:4:7 unknown-keyword"),
        Case(tasks: "- copy: {dets: x}", "site.yml:3:14 unknown-argument", "did you mean 'dest'?"),
        Case(tasks: "- file: path=x sate=absent", "site.yml:3:20 unknown-argument", "did you mean 'state'?"),
        Case(tasks: "- debug:\n  args: {mgs: x}", "site.yml:4:14 unknown-argument", "did you mean 'msg'?"),
        Case(tasks: "- debug:\n  loop: [1]\n  with_items: [1]", "site.yml:5:7 playbook-meaning"),
        Case(tasks: "- debug:\n  register: a-b", "site.yml:4:17 playbook-syntax"),
        Case(tasks: "- meta: flush", "site.yml:3:13 invalid-argument"),
        Case(tasks: "- rescue: []", "site.yml:3:7 playbook-syntax"),
        Case(tasks: "- block: []\n  loop: [1]", "site.yml:4:7 unknown-keyword"),
        Case(tasks: "- import_tasks: no.yml", "site.yml:3:21 file-not-found"),
        Case(tasks: "- import_tasks: x.yml\n  loop: [1]", "site.yml:4:13 playbook-syntax"),
        Case(tasks: "- import_role: {name: no}", "site.yml:3:27 role-not-found"),
        Case(tasks: "- include_role: {nmae: x}", "site.yml:3:22 unknown-argument", "did you mean 'name'?"),
        Case(tasks: "- include_tasks: {flie: x}", "site.yml:3:23 unknown-argument", "did you mean 'file'?"),
        Case(tasks: "- include_role:", "site.yml:3:7 missing-argument"),
        Case(tasks: "- action: {cmd: ls}", "site.yml:3:15 playbook-syntax"),
        Case(tasks: "- debug:\n  when: {a: b}", "site.yml:4:13 playbook-syntax"),
    ]

    @Test("in plays", arguments: plays)
    func inPlays(_ test: Case) throws { try check(test) }

    @Test("in tasks", arguments: tasks)
    func inTasks(_ test: Case) throws { try check(test) }

    private func check(_ test: Case) throws {
        let found = try mistake(in: test.playbook)
        #expect(found.place == test.place, "\(test.playbook)\(found.text)")
        if let help = test.help { #expect(found.help == help) }
    }

    @Test("in imported files, which are named")
    func imported() throws {
        let found = try mistake(
            in: play(tasks: "- import_tasks: tasks/a.yml"),
            files: ["tasks/a.yml": "- import_tasks: b.yml\n", "tasks/b.yml": "- debug:\n    mgs: x\n"])
        #expect(found.place == "b.yml:2:5 unknown-argument")
    }

    @Test("in roles, which are named")
    func roles() throws {
        let found = try mistake(
            in: "- hosts: all\n  roles: [web]\n",
            files: ["roles/web/tasks/main.yml": "---\n- debug:\n  wehn: x\n"])
        #expect(found.place == "main.yml:3:3 unknown-keyword")
    }

    @Test("a role that depends on itself")
    func circle() throws {
        let found = try mistake(
            in: "- hosts: all\n  roles: [a]\n",
            files: [
                "roles/a/meta/main.yml": "dependencies: [b]\n", "roles/b/meta/main.yml": "dependencies: [a]\n",
            ])
        #expect(found.place == "main.yml:1:16 playbook-syntax")
        #expect(found.text.contains("depends on itself"))
    }

    @Test("a file that imports itself")
    func selfImport() throws {
        let found = try mistake(
            in: play(tasks: "- import_tasks: a.yml"), files: ["a.yml": "- import_tasks: a.yml\n"])
        #expect(found.place == "a.yml:1:17 playbook-syntax")
        #expect(found.help == "does it import itself?")
    }

    @Test("a role and a playbook that import themselves")
    func otherSelfImports() throws {
        let role = try mistake(
            in: "- hosts: all\n  roles: [a]\n", files: ["roles/a/tasks/main.yml": "- import_role: {name: a}\n"])
        #expect(role.place == "main.yml:1:23 playbook-syntax")
        #expect(try mistake(in: "- import_playbook: site.yml\n").place == "site.yml:1:20 playbook-syntax")
    }
}
