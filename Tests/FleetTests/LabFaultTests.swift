//! Bad input, each on light hosts: one clear message with its place, the right exit code, the other hosts go on.

import FoundationEssentials
import Testing

/// One mistake of an author and what has to come of it.
struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    /// The tasks of a play on all light hosts.
    let tasks: String
    let status: Int32
    let says: [String]
    /// Hosts that fail; the others have to end well.
    var failing: Set<String> = []

    var testDescription: String { name }

    static let all = [
        Fault(
            name: "wrong YAML", tasks: "    - debug: msg=\"hi\n     - ping:\n", status: 4,
            says: ["error[yaml-syntax]", "play.yml:6:6", "help: line it up"]),
        Fault(
            name: "unknown module", tasks: "    - copyy: {src: a, dest: /tmp/b}\n", status: 4,
            says: ["play.yml:5:7", "'copyy'", "did you mean 'copy'?"]),
        Fault(
            name: "unknown keyword", tasks: "    - ping:\n      whenn: true\n", status: 4,
            says: ["play.yml:6:7", "'whenn' is not a valid attribute for a Task", "did you mean 'when'?"]),
        Fault(
            name: "unknown argument", tasks: "    - copy: {contents: a, dest: /tmp/b}\n", status: 4,
            says: ["play.yml:5:14", "contents", "did you mean 'content'?"]),
        Fault(
            name: "undefined variable",
            tasks: """
                    - debug: {msg: "{{ pasword }}"}
                      vars: {password: x}
                      when: inventory_hostname == 'light001'

                """,
            status: 2, says: ["play.yml:5:24", "'pasword' is undefined", "did you mean 'password'?"],
            failing: ["light001"]),
        Fault(
            name: "wrong type of argument",
            tasks: """
                    - wait_for: {port: "{{ 'http' }}"}
                      when: inventory_hostname == 'light002'

                """,
            status: 2, says: ["play.yml:5:", "argument 'port'", "cannot be converted to an int"],
            failing: ["light002"]),
        Fault(
            name: "failing command",
            tasks: "    - command: ls /nosuch\n      when: inventory_hostname == 'light003'\n", status: 2,
            says: ["fatal: [light003]: FAILED!", "\"rc\": 2", "cannot access '/nosuch'"], failing: ["light003"]),
        Fault(
            name: "missing file",
            tasks: """
                    - copy: {src: nosuch.txt, dest: /tmp/nosuch}
                      when: inventory_hostname == 'light004'

                """,
            status: 2, says: ["play.yml:5:", "'nosuch.txt'", "searched: "], failing: ["light004"]),
    ]
}

@Suite(.enabled(if: Lab.isLightUp, Lab.notLightUp))
struct LabFaultTests {
    @Test(arguments: Fault.all)
    func namesPlaceAndRemedy(_ fault: Fault) async throws {
        let run = try await play(fault.tasks + (fault.failing.isEmpty ? "" : "    - ping:\n"))
        #expect(run.status == fault.status, "\(run.text)")
        for text in fault.says { #expect(run.text.contains(text), "\(run.text)") }
        #expect(Set(run.counts("failed").filter { $0.value > 0 }.keys) == fault.failing)
        guard !fault.failing.isEmpty else { return }
        #expect(run.recap.count == 10)
        for (host, count) in run.counts("ok") { #expect(count == (fault.failing.contains(host) ? 0 : 1)) }
    }

    @Test func aMistakeOfAllHostsIsShownOnce() async throws {
        let run = try await play("    - file: {path: /tmp/x, state: dir}\n")
        #expect(run.status == 2)
        #expect(run.failures.count == 10)
        #expect(run.errors.split(separator: "error[", omittingEmptySubsequences: false).count == 2, "\(run.errors)")
    }

    @Test func hiddenTasksKeepTheirMistakesToThemselves() async throws {
        let run = try await play("    - wait_for: {port: \"{{ 'se' ~ 'cret' }}\"}\n      no_log: true\n")
        #expect(run.status == 2)
        #expect(!run.text.contains("secret"), "\(run.text)")
        #expect(run.text.contains("play.yml:5:"), "\(run.text)")
    }

    @Test func whatDoesNotExistIsAnError() async throws {
        let playbook = try await Lab.drover("run", "-i", Lab.lightInventory, "playbooks/nosuch.yml")
        #expect(playbook.status == 1 && playbook.errors.contains("playbooks/nosuch.yml"))
        let inventory = try await Lab.drover("run", "-i", "inventories/nosuch", "playbooks/ping.yml")
        #expect(inventory.status == 1 && inventory.errors.contains("inventories/nosuch"), "\(inventory.text)")
        let limit = try await Lab.drover("run", "-i", Lab.lightInventory, "playbooks/ping.yml", "--limit", "nosuch")
        #expect(limit.status == 1 && limit.errors.contains("--limit"), "\(limit.text)")
    }

    private func play(_ tasks: String) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "play.yml")
        try Data("- name: A play\n  hosts: light\n  gather_facts: false\n  tasks:\n\(tasks)".utf8).write(to: file)
        return try await Lab.drover("run", "-i", Lab.lightInventory, file.path)
    }
}
