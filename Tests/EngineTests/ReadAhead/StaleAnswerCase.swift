//! Playbooks in which an answer that came early is wrong by the time it is wanted.

import Testing

/// One playbook, and what its last words have to be.
struct StaleAnswerCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var hosts = ["a"]
    let tasks: String
    var handlers = ""
    var files: [String: String] = [:]
    /// The messages of `debug`.
    let says: [String]

    init(
        _ name: String, hosts: [String] = ["a"], _ tasks: String, handlers: String = "", files: [String: String] = [:],
        says: [String]
    ) {
        testDescription = name
        self.hosts = hosts
        self.tasks = tasks
        self.handlers = handlers
        self.files = files
        self.says = says
    }

    /// Looks whether `f` is there.
    private static let look = """
        - stat: {path: "{{ dir }}/f"}
          register: seen
        - debug: {msg: "{{ seen.stat.exists }}"}
        """

    static let all: [StaleAnswerCase] = [
        StaleAnswerCase(
            "a command in between",
            """
            - shell: touch {{ dir }}/f
            \(look)
            """, says: ["a: True"]),
        StaleAnswerCase(
            "a command that conditions seem to rule out",
            """
            - stat: {path: "{{ dir }}/w/there"}
              register: there
            - shell: touch {{ dir }}/f
              when: there is defined and there.stat.exists
            \(look)
            """, says: ["a: True"]),
        StaleAnswerCase(
            "two tasks on one file",
            """
            - copy: {dest: "{{ dir }}/f", content: "one\\n"}
            - lineinfile: {path: "{{ dir }}/f", line: two}
            - replace: {path: "{{ dir }}/f", regexp: two, replace: three}
            \(look)
            """, says: ["a: True"]),
        StaleAnswerCase(
            "items that change what the next ones observe",
            """
            - copy: {dest: "{{ dir }}/f", content: "{{ item }}"}
              loop: [x, y, x, x, y]
            - lineinfile: {path: "{{ dir }}/g", line: "{{ item }}", create: true}
              loop: [x, y, x]
            \(look)
            """, says: ["a: True"]),
        StaleAnswerCase(
            "a registered result in the next arguments",
            """
            - set_fact: {name: before}
            - stat: {path: "{{ dir }}/w/there"}
              register: seen
            - set_fact: {name: "{{ seen.stat.exists | ternary('yes', 'no') }}"}
            - stat: {path: "{{ dir }}/{{ name }}"}
            - file: {path: "{{ dir }}/{{ name }}", state: touch}
            - stat: {path: "{{ dir }}/yes"}
              register: seen
            - debug: {msg: "{{ seen.stat.exists }}"}
            """, says: ["a: True"]),
        StaleAnswerCase(
            "a handler",
            """
            - stat: {path: "{{ dir }}/w/there"}
              changed_when: true
              notify: make
            - meta: flush_handlers
            \(look)
            """,
            handlers: """
                - name: make
                  shell: touch {{ dir }}/f
                """, says: ["a: True"]),
        StaleAnswerCase(
            "another host's command", hosts: ["a", "b"],
            """
            - shell: touch {{ dir }}/f
              when: inventory_hostname == 'b'
            \(look)
            """, says: ["a: True", "b: True"]),
        StaleAnswerCase(
            "another host's file", hosts: ["a", "b"],
            """
            - file: {path: "{{ dir }}/f", state: touch}
              when: inventory_hostname == 'b'
            \(look)
            """, says: ["a: True", "b: True"]),
        StaleAnswerCase(
            "a task delegated to this host", hosts: ["a", "b"],
            """
            - copy: {dest: "{{ dir }}/f", content: ""}
              delegate_to: a
              when: inventory_hostname == 'b'
            \(look)
            """, says: ["a: True", "b: True"]),
        StaleAnswerCase(
            "the control node changes the host",
            """
            - local_action: {module: file, path: "{{ dir }}/f", state: touch}
            \(look)
            """, says: ["a: True"]),
        StaleAnswerCase(
            "a lookup changes the host",
            """
            - debug: {msg: "{{ lookup('pipe', 'echo x >>' ~ dir ~ '/f') }}"}
            \(look)
            """, says: ["a: ", "a: True"]),
        StaleAnswerCase(
            "until",
            """
            - shell: (sleep 0.2; touch {{ dir }}/f) >/dev/null 2>&1 &
            - stat: {path: "{{ dir }}/f"}
              register: waited
              until: waited.stat.exists
              retries: 50
              delay: 0.05
            \(look)
            """, says: ["a: True"]),
        StaleAnswerCase(
            "async",
            """
            - shell: sleep 0.2; touch {{ dir }}/f
              async: 10
              poll: 0
              register: job
            - stat: {path: "{{ dir }}/w/there"}
            - async_status: {jid: "{{ job.ansible_job_id }}"}
              register: done
              until: done.finished
              retries: 50
              delay: 0.05
            \(look)
            """, says: ["a: True"]),
        StaleAnswerCase(
            "wait_for",
            """
            - shell: (sleep 0.2; touch {{ dir }}/f) >/dev/null 2>&1 &
            - wait_for: {path: "{{ dir }}/f", timeout: 10, sleep: 1}
            \(look)
            """, says: ["a: True"]),
        StaleAnswerCase(
            "a pause between items",
            """
            - shell: (sleep 0.1; touch {{ dir }}/f) >/dev/null 2>&1 &
            - stat: {path: "{{ dir }}/f"}
              loop: [1, 2]
              loop_control: {pause: 0.5}
              register: seen
            - debug: {msg: "{{ seen.results[1].stat.exists }}"}
            """, says: ["a: True"]),
        StaleAnswerCase(
            "an include",
            """
            - include_tasks: more.yml
            \(look)
            """, files: ["more.yml": "- copy: {dest: \"{{ dir }}/f\", content: \"\"}\n"], says: ["a: True"]),
        StaleAnswerCase(
            "rescue and always",
            """
            - block:
                - stat: {path: "{{ dir }}/f"}
                - fail: {}
              rescue:
                - shell: touch {{ dir }}/f
              always:
                - stat: {path: "{{ dir }}/f"}
                  register: seen
                - debug: {msg: "{{ seen.stat.exists }}"}
            - file: {path: "{{ dir }}/f", state: absent}
            - stat: {path: "{{ dir }}/f"}
              register: seen
            - debug: {msg: "{{ seen.stat.exists }}"}
            """, says: ["a: True", "a: False"]),
        StaleAnswerCase(
            "another environment",
            """
            - stat: {path: "$THERE"}
              register: first
              environment: {THERE: "{{ dir }}/w/there"}
            - stat: {path: "$THERE"}
              register: second
              environment: {THERE: "{{ dir }}/w/nothing"}
            - debug: {msg: "{{ first.stat.exists }} {{ second.stat.exists }}"}
            """, says: ["a: True False"]),
        StaleAnswerCase(
            "a role that changes something",
            """
            - import_role: {name: changer}
            \(look)
            """, files: ["roles/changer/tasks/main.yml": "- file: {path: \"{{ dir }}/f\", state: touch}\n"],
            says: ["a: True"]),
    ]
}
