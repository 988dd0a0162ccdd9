//! What loading makes of plays, tasks, arguments, imports and roles.

import Diagnostics
import Playbooks
import Templates
import Testing
import Values

@Suite("Loading")
struct LoaderTests {
    @Test(
        "arguments in all their forms mean the same",
        arguments: [
            "- copy: {src: a, dest: b c}",
            "- copy:\n    src: a\n    dest: b c",
            "- copy: src=a dest='b c'",
            "- copy:\n  args: {src: a, dest: b c}",
            "- action: copy src=a dest=\"b c\"",
            "- action: {module: copy, src: a, dest: b c}",
            "- ansible.builtin.copy: {src: a, dest: b c}",
        ])
    func arguments(_ task: String) throws {
        #expect(try load(play(tasks: task)).tasks.first?.arguments.sorted() == ["dest=b c", "src=a"])
    }

    @Test("free text is the command, with its own arguments taken out")
    func freeForm() throws {
        let task = try load(play(tasks: "- command: echo a=b \"c d\" chdir=/tmp")).tasks.first
        #expect(task?.arguments.contains("chdir=/tmp") == true)
        #expect(task?.arguments.contains { $0.hasSuffix("=echo a=b \"c d\"") } == true)
    }

    @Test("local_action delegates")
    func localAction() throws {
        let task = try load(play(tasks: "- local_action: command uptime")).tasks.first
        #expect(task?.setting(.delegateTo)?.value.written == "localhost")
    }

    @Test("keywords are inherited, the innermost winning, and accumulate where they do")
    func inheritance() throws {
        let task = try load(
            """
            - hosts: all
              become: false
              remote_user: play
              tags: a
              environment: {A: 1}
              tasks:
                - block:
                    - {debug: , when: two, tags: [c, d], become_user: task}
                  become: true
                  when: one
                  tags: b
                  environment: {B: 2}

            """
        ).tasks.first
        #expect(task?.frame.inherited(.become)?.value.written == "True")
        #expect(task?.frame.inherited(.remoteUser)?.value.written == "play")
        #expect(task?.frame.inherited(.becomeUser)?.value.written == "task")
        #expect(task?.frame.allTags == ["a", "b", "c", "d"])
        #expect(task?.frame.whenConditions.map(\.text) == ["one", "two"])
        #expect(task?.frame.accumulated(.environment).count == 2)
    }

    @Test("tasks know where they stand")
    func places() throws {
        let tasks = try load(play(tasks: "- debug:\n- name: x\n  debug:\n- block:\n    - debug:")).tasks
        #expect(tasks.map(\.place) == ["3:7", "4:7", "7:11"])
    }

    @Test("imports are searched beside the file, in the role, beside the playbook")
    func search() throws {
        let files = [
            "tasks/a.yml": "- import_tasks: b.yml\n- import_tasks: top.yml\n",
            "tasks/b.yml": "- debug: {msg: beside}\n", "b.yml": "- debug: {msg: far}\n",
            "top.yml": "- debug: {msg: top}\n",
            "roles/r/tasks/main.yml": "- import_tasks: b.yml\n- import_tasks: sub/c.yml\n",
            "roles/r/tasks/b.yml": "- debug: {msg: role}\n",
            "roles/r/tasks/sub/c.yml": "- import_tasks: b.yml\n",
        ]
        let tasks = try load(play(tasks: "- import_tasks: tasks/a.yml\n- import_role: {name: r}"), files: files).tasks
        #expect(tasks.flatMap(\.arguments) == ["msg=beside", "msg=top", "msg=role", "msg=role"])
    }

    @Test("the name of an import may use -e and vars around it, but nothing of a host")
    func importNames() throws {
        let files = ["one.yml": "- debug: {msg: one}\n"]
        let text = play(tasks: "- import_tasks: \"{{ which }}.yml\"")
        #expect(try load(text, files: files, extra: ["which": .constant("one")]).tasks.count == 1)
        #expect(try load(text + "      vars: {which: one}\n", files: files).tasks.count == 1)
        #expect(try mistake(in: text, files: files).place == "site.yml:3:25 undefined-variable")
    }

    @Test("imported playbooks stand in their places, with the tags of the import")
    func importPlaybook() throws {
        let playbook = try load(
            "- {hosts: a}\n- {import_playbook: sub/more.yml, tags: x}\n- {hosts: c}\n",
            files: ["sub/more.yml": "- hosts: b\n  roles: [near]\n", "sub/roles/near/tasks/main.yml": "- debug:\n"])
        #expect(playbook.plays.map { $0.hosts.value.written } == ["a", "b", "c"])
        #expect(playbook.plays.map { $0.frame.allTags } == [[], ["x"], []])
        #expect(playbook.plays[1].folder.hasSuffix("/sub"))
    }

    @Test("a role's dependencies come first, with parameters and their own variables")
    func dependencies() throws {
        let playbook = try load(
            "- hosts: all\n  roles: [{role: web, number: 8080, tags: w, when: x}]\n",
            files: [
                "roles/web/meta/main.yml": "dependencies: [{role: base, level: 1}]\n",
                "roles/web/tasks/main.yml": "- debug:\n", "roles/web/defaults/main.yml": "number: 80\n",
                "roles/base/tasks/main.yml": "- debug:\n", "roles/base/handlers/main.yml": "- {name: h, debug: }\n",
            ])
        let role = try #require(playbook.plays.first?.roles.first)
        #expect(role.dependencies.map(\.instance.role.name) == ["base"])
        #expect(role.instance.parameters.keys.sorted() == ["number"])
        #expect(role.instance.defaults["number"]?.written == "80")
        #expect(role.dependencies.first?.instance.parameters["level"]?.written == "1")
        #expect(role.tasks.flatMap(\.known).first?.frame.allTags == ["w"])
        #expect(role.tasks.flatMap(\.known).first?.frame.whenConditions.map(\.text) == ["x"])
        #expect(playbook.plays.first?.handlers.count == 1)
    }

    @Test("vars and defaults may be folders of files")
    func variableFolders() throws {
        let playbook = try load(
            "- hosts: all\n  roles: [web]\n",
            files: ["roles/web/vars/main/a.yml": "a: 1\n", "roles/web/vars/main/b.yaml": "b: 2\n"])
        #expect(playbook.plays.first?.roles.first?.instance.variables.keys.sorted() == ["a", "b"])
    }

    @Test("handlers keep their topics")
    func topics() throws {
        let playbook = try load("- hosts: all\n  handlers:\n    - {name: h, debug: , listen: [a, b]}\n")
        #expect(playbook.plays.first?.handlers.first?.topics.map(\.written) == ["a", "b"])
        #expect(playbook.plays.first?.handlers.first?.isHandler == true)
    }

    @Test("a duplicate key warns, and the last one is used")
    func duplicateKeys() throws {
        let playbook = try load("- hosts: all\n  vars:\n    a: 1\n    a: 2\n")
        #expect(playbook.warnings.map(\.code) == [.yamlDuplicateKey])
        #expect(playbook.plays.first?.frame.variables["a"]?.written == "2")
    }

    @Test("vars_prompt with all that it may say")
    func prompts() throws {
        let prompt = try load(
            "- hosts: all\n  vars_prompt:\n    - {name: x, prompt: Which?, default: 3, private: false, confirm: true}\n"
        ).plays.first?.prompts.first
        #expect(prompt?.name == "x")
        #expect(prompt?.prompt == "Which?")
        #expect(prompt?.fallback == .int(3))
        #expect(prompt?.isPrivate == false)
        #expect(prompt?.confirm == true)
    }

    @Test("every keyword may stand where Ansible allows it")
    func keywords() {
        #expect(Keyword.hosts.isAllowed(at: .play) && !Keyword.hosts.isAllowed(at: .task))
        #expect(Keyword.when.isAllowed(at: .block) && !Keyword.when.isAllowed(at: .play))
        #expect(Keyword.listen.isAllowed(at: .handler) && !Keyword.listen.isAllowed(at: .task))
        #expect(Keyword.register.isAllowed(at: .task) && !Keyword.register.isAllowed(at: .block))
        #expect(Keyword.notify.isAllowed(at: .block) && !Keyword.notify.isAllowed(at: .play))
        for level in [Keyword.Level.play, .role, .block, .task, .handler] {
            #expect(Keyword.names(at: level).contains("tags"))
            #expect(Keyword.names(at: level).contains("become"))
        }
    }
}

@Suite("Big playbooks")
struct BigPlaybookTests {
    /// Every file is read once, however often it is imported, and every task keeps its own place.
    @Test("10,000 tasks in 1,000 files load, each file once")
    func many() throws {
        var files: [String: String] = ["shared.yml": "- debug: {msg: shared}\n- {debug: , debug: }\n"]
        var lines: [String] = []
        for number in 0..<1000 {
            let task = "- {name: t, debug: {msg: \"{{ x }} \(number)\"}, when: y is defined}\n"
            files["tasks/t\(number).yml"] = String(repeating: task, count: 9) + "- import_tasks: ../shared.yml\n"
            lines.append("- import_tasks: tasks/t\(number).yml")
        }
        let playbook = try load(play(tasks: lines.joined(separator: "\n")), files: files)
        #expect(playbook.tasks.count == 11_000)
        #expect(playbook.warnings.count == 1, "the shared file was read \(playbook.warnings.count) times")
        #expect(playbook.tasks.filter { $0.range.file.path.hasSuffix("t999.yml") }.map(\.place).last == "9:3")
    }
}
