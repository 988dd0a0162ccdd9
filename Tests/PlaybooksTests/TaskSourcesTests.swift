//! Which files the tasks of a playbook come from.

import Diagnostics
import Playbooks
import Templates
import Testing
import Values

@Suite struct TaskSourcesTests {
    /// Names below the folder, those of tasks and of everything else.
    private func sources(
        _ tasks: String, _ files: [String: String], extra: [String: TemplatedValue] = [:]
    ) throws -> (tasks: [String], others: [String]) {
        let folder = try Folder(files.merging(["site.yml": play(tasks: tasks)]) { old, _ in old })
        defer { folder.remove() }
        let loader = PlaybookLoader(.init(extraVariables: extra) { text, _ throws(Diagnostic) in text })
        let sources = loader.sources(of: try loader.load(folder.path + "/site.yml"))
        func names(_ paths: [String]) -> [String] {
            paths.map { String($0.dropFirst(folder.path.count + 1)) }.filter { $0 != "site.yml" }
        }
        return (names(sources.tasks), names(sources.others))
    }

    @Test func includesAreFollowed() throws {
        let found = try sources(
            "- include_tasks: a.yml\n- import_tasks: d.yml",
            [
                "a.yml": "- block: [{include_tasks: b.yml, when: x}]\n  rescue: [{include_tasks: c.yml}]",
                "b.yml": "- include_tasks: {file: a.yml}", "c.yml": "- ping:", "d.yml": "- ping:", "e.yml": "- ping:",
            ])
        #expect(found.tasks == ["a.yml", "b.yml", "c.yml", "d.yml"])
        #expect(found.others == [])
    }

    @Test func namesThatOnlyHostsKnowAreLeftOut() throws {
        let files = ["a.yml": "- ping:", "b.yml": "- ping:"]
        let tasks = "- include_tasks: \"{{ which }}.yml\"\n- include_tasks: \"{{ inventory_hostname }}.yml\""
        #expect(try sources(tasks, files).tasks == [])
        #expect(try sources(tasks, files, extra: ["which": .constant("b")]).tasks == ["b.yml"])
    }

    @Test func rolesComeWhole() throws {
        let found = try sources(
            "- include_role: {name: web}\n- import_role: {name: base, tasks_from: small}",
            [
                "roles/web/tasks/main.yml": "- include_tasks: more.yml", "roles/web/tasks/more.yml": "- ping:",
                "roles/web/handlers/main.yml": "- name: x\n  ping:", "roles/web/templates/a.j2": "x",
                "roles/web/vars/main.yml": "a: 1", "roles/web/files/key": "x",
                "roles/web/meta/main.yml": "dependencies: [{role: first}]",
                "roles/first/tasks/main.yml": "- ping:", "roles/base/tasks/small.yml": "- ping:",
                "roles/other/tasks/main.yml": "- ping:",
            ])
        #expect(
            found.tasks == [
                "roles/base/tasks/small.yml", "roles/first/tasks/main.yml", "roles/web/handlers/main.yml",
                "roles/web/meta/main.yml", "roles/web/tasks/main.yml", "roles/web/tasks/more.yml",
                "roles/web/templates/a.j2",
            ])
        #expect(found.others == ["roles/web/files/key", "roles/web/vars/main.yml"])
    }

    @Test func whatTasksSendIsThere() throws {
        let found = try sources(
            """
            - template: {src: page.j2, dest: /x}
            - copy: {src: key, dest: /x}
            - copy: {src: /on/the/host, dest: /x, remote_src: true}
            - copy: {src: folder/, dest: /x}
            - include_vars: more.yml
            """,
            [
                "templates/page.j2": "x", "files/key": "x", "files/folder/a": "a", "files/folder/b/c": "c",
                "vars/more.yml": "a: 1",
            ])
        #expect(found.tasks == ["templates/page.j2"])
        #expect(found.others == ["files/folder/a", "files/folder/b/c", "files/key", "vars/more.yml"])
    }
}
