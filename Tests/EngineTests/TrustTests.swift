//! What must never happen: changes in check mode, facts that are evaluated or obeyed, secrets that are told.

import Connections
import Diagnostics
import Engine
import Testing
import Values

@Suite("Check mode")
struct CheckModeTests {
    static let playbook = """
        - hosts: a
          gather_facts: false
          ignore_errors: true
          tasks:
            - {name: folder, file: {path: /srv/drover, state: directory}}
            - {name: line, lineinfile: {path: /etc/drover.conf, line: x, create: true}}
            - {name: copy, copy: {content: hello, dest: /srv/hello}}
            - {name: command, command: touch /srv/touched}
            - {name: shell, shell: touch /srv/touched}
            - {name: raw, raw: touch /srv/touched}

        """

    @Test("asks only what a real run asks before it changes anything")
    func onlyProbes() async throws {
        let checked = try await rehearse(Self.playbook, fleet: FakeFleet { _ in .said("") }) { $0.checkMode = true }
        let scripts = await checked.fleet.asked.map(\.script)
        #expect(!scripts.contains { $0.contains("touch") }, "a command was run")
        #expect(!scripts.contains { $0.contains("mkdir") }, "a folder was made")
        #expect(await checked.fleet.asked.allSatisfy { $0.command == nil })
        let skipped = checked.reports.filter { $0.status == .skipped }.map(\.task.name)
        #expect(skipped == ["command", "shell", "raw"])
    }

    @Test("of one task changes nothing either, and check_mode: false does")
    func perTask() async throws {
        let tasks = "    - {raw: one, check_mode: true}\n    - {raw: two, check_mode: false}\n    - raw: three\n"
        let playbook = "- hosts: a\n  gather_facts: false\n  tasks:\n" + tasks
        #expect(try await rehearse(playbook).commands == ["a: two", "a: three"])
        #expect(try await rehearse(playbook) { $0.checkMode = true }.commands == ["a: two"])
    }
}

@Suite("What hosts say is only data")
struct TrustTests {
    /// Says something dangerous to every command.
    static func saying(_ text: String) -> FakeFleet { FakeFleet { _ in .said(text) } }

    @Test("a registered answer that looks like a template is never evaluated")
    func answers() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              vars: {secret: hunter2}
              tasks:
                - {raw: one, register: answer}
                - debug: {msg: "{{ answer.stdout }}"}
                - set_fact: {copy: "{{ answer.stdout }}"}
                - debug: {msg: "{{ copy }}"}
                - {debug: {msg: "{{ item }}"}, loop: "{{ answer.stdout_lines }}"}

            """, fleet: Self.saying("{{ secret }}"))
        #expect(run.messages == Array(repeating: "a: {{ secret }}", count: 3))
        #expect(!run.everything.contains("hunter2"))
    }

    @Test("a condition that a host gave is not evaluated")
    func conditions() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: false
              tasks:
                - {raw: one, register: answer}
                - {name: trap, raw: two, when: answer.stdout}

            """, fleet: Self.saying("1 == 1"))
        #expect(await run.commands == ["a: one"])
        #expect(run.reports.last?.mistake?.code == .notBoolean)
    }

    @Test(
        "facts under the names of connection settings are not used",
        arguments: [
            "ansible_host", "ansible_port", "ansible_user", "ansible_connection", "ansible_become",
            "ansible_become_user", "ansible_become_method", "ansible_become_password", "ansible_become_exe",
            "ansible_become_flags", "ansible_sudo_pass", "ansible_sudo_password", "ansible_su_password",
            "ansible_doas_password", "ansible_su_pass", "ansible_doas_pass", "ansible_password",
            "ansible_ssh_common_args", "ansible_ssh_args", "ansible_ssh_extra_args",
            "ansible_ssh_private_key_file", "ansible_host_key_checking", "ansible_timeout",
        ])
    func connectionFacts(_ name: String) async throws {
        let method: Become.Method = name.contains("_su_") ? .su : name.contains("doas") ? .doas : .sudo
        let run = try await rehearse(
            """
            - hosts: a
              gather_facts: true
              tasks:
                - {raw: one, become: true, become_method: \(method.rawValue)}
                - debug: {msg: "{{ ansible_facts['\(name.dropFirst("ansible_".count))'].device }}"}

            """, fleet: Self.interface(String(name.dropFirst("ansible_".count))))
        // The host did get its fact in, it just means nothing for the connection.
        #expect(run.messages == ["a: \(name.dropFirst("ansible_".count))"])
        #expect(await Set(run.fleet.opened).count == 1, "the second task went elsewhere")
        #expect(await run.fleet.asked.last?.identity == .become(Become(method: method)))
        #expect(await run.fleet.commands(of: "a") == ["one"])
    }

    @Test("facts that look like templates are not evaluated")
    func factTemplates() async throws {
        let run = try await rehearse(
            """
            - hosts: a
              vars: {secret: hunter2}
              tasks:
                - debug: {msg: "{{ ansible_facts.eth0.macaddress }} {{ ansible_eth0.macaddress }}"}

            """, fleet: Self.interface("eth0", address: "{{ secret }}"))
        #expect(run.messages == ["a: {{ secret }} {{ secret }}"])
        #expect(!run.everything.contains("hunter2"))
    }

    /// A host that has a network interface of this name, and so a fact.
    static func interface(_ name: String, address: String = "00:11:22:33:44:55") -> FakeFleet {
        let report = """
            \u{1e}netdirs
            /sys/class/net/\(name)
            \u{1e}files
            /sys/class/net/\(name)/address:\(address)

            """
        return FakeFleet { asked in .said(asked.command == nil ? report : "") }
    }
}

@Suite("no_log")
struct NoLogTests {
    static let secret = "tr0ub4dor"

    @Test(
        "marks every report of a task as hidden",
        arguments: [
            "- {raw: 'echo tr0ub4dor', no_log: true}",
            "- {raw: 'echo {{ item }}', loop: [tr0ub4dor], no_log: true}",
            "- {raw: 'echo tr0ub4dor', no_log: true, register: r, until: r.rc == 7, retries: 1, delay: 0, ignore_errors: true}",
            "- {debug: {msg: '{{ nothing.tr0ub4dor }}'}, no_log: true, ignore_errors: true}",
            "- {block: [{raw: 'echo tr0ub4dor'}], no_log: true}",
            "- {raw: 'echo tr0ub4dor', no_log: '{{ true }}'}",
            "- {raw: 'echo tr0ub4dor', no_log: '{{ undefined_thing }}', ignore_errors: true}",
        ])
    func hidden(_ task: String) async throws {
        let run = try await rehearse(
            "- hosts: a\n  gather_facts: false\n  tasks:\n    \(task)\n",
            fleet: FakeFleet { _ in .said(Self.secret, status: 1) })
        var reports = run.reports + run.items
        reports += run.events.compactMap { if case .retry(let report, _) = $0 { report } else { nil } }
        #expect(!reports.isEmpty)
        for report in reports { #expect(report.isHidden) }
    }
}
