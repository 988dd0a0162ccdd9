//! Modules that do not exist are told all at once, with their places.

import Diagnostics
import Playbooks
import Testing

@Suite("Missing modules")
struct MissingModuleTests {
    private static let roles = [
        "roles/a/tasks/main.yml": """
        - x.y.one: {a: 1}
        - debug:
        - name: other
          x.y.two: {b: 2}
          when: false

        """,
        "roles/b/tasks/main.yml": """
        - block:
            - x.y.two:
          rescue:
            - local_action: module_of_ours path=/x state=present

        """,
    ]

    private func read(_ playbook: String, files: [String: String]) throws -> (Playbook, Diagnostic?) {
        let folder = try Folder(files.merging(["site.yml": playbook]) { old, _ in old })
        defer { folder.remove() }
        let loader = PlaybookLoader(.init { text, _ throws(Diagnostic) in text })
        return (try loader.read(folder.path + "/site.yml"), loader.missingModulesMistake())
    }

    @Test("all of them in one mistake, the most used one first")
    func all() throws {
        let found = try mistake(in: "- hosts: all\n  roles: [a, b]\n", files: Self.roles)
        #expect(found.place == "main.yml:3:5 unknown-module" || found.place == "main.yml:4:3 unknown-module")
        #expect(found.text == "couldn't resolve module/action 'x.y.two' nor 2 others, which 4 tasks use")
    }

    @Test("each with its places and its count")
    func places() throws {
        let (playbook, mistake) = try read("- hosts: all\n  roles: [a, b, a]\n", files: Self.roles)
        let notes = try #require(mistake).notes
        #expect(notes.count == 3)
        #expect(notes[0].hasPrefix("'x.y.two', 2 tasks: "))
        #expect(notes[0].contains("roles/a/tasks/main.yml:4:3, "))
        #expect(notes[0].contains("roles/b/tasks/main.yml:2:7"))
        #expect(notes[1].hasPrefix("'x.y.one', 1 task: "))
        #expect(playbook.plays.flatMap(\.roles).flatMap(\.tasks).flatMap(\.known).count == 8)
    }

    @Test("a Python file that Ansible would run is named")
    func python() throws {
        let (_, mistake) = try read(
            play(tasks: "- ours:\n- ours:"), files: ["library/ours.py": "", "group_vars/x.yml": ""])
        let notes = try #require(mistake).notes
        #expect(notes.count == 2)
        #expect(notes[0].hasPrefix("used by 2 tasks: "))
        #expect(notes[1].hasSuffix("library/ours.py is Python, which is not run here"))
    }

    @Test(
        "a module of a known collection may stand below a condition",
        arguments: [
            "- pkgng: name=ntp state=present\n  when: ansible_os_family == 'FreeBSD'",
            "- community.general.pacman:\n    name: ntp\n  when: ansible_os_family == 'Archlinux'",
            "- block:\n    - homebrew: {name: ntp}\n  when: ansible_os_family == 'Darwin'",
        ])
    func conditional(tasks: String) throws {
        let (playbook, mistake) = try read(play(tasks: tasks), files: [:])
        #expect(mistake == nil)
        #expect(playbook.plays.count == 1)
    }

    @Test(
        "one that nobody knows, or below no condition, may not",
        arguments: [
            "- pkgng: name=ntp", "- pkgngg: name=ntp\n  when: false", "- community.general.fiel: {}\n  when: false",
        ])
    func unconditional(tasks: String) throws {
        let (_, mistake) = try read(play(tasks: tasks), files: [:])
        #expect(mistake?.code == .unknownModule)
    }

    @Test("beside another unknown word nothing is taken for the module")
    func twoUnknown() throws {
        let found = try mistake(in: play(tasks: "- x.y.one:\n  regster: x"))
        #expect(found.place == "site.yml:4:7 unknown-keyword")
        #expect(found.help == "did you mean 'register'?")
        #expect(try mistake(in: play(tasks: "- x.y.one:\n  qqqqq: x")).place == "site.yml:3:7 unknown-module")
    }
}
