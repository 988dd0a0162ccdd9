//! Signals as a terminal sends them: to everything that was started, once or twice.

import FoundationEssentials
import Testing

@Suite("Signals", .enabled(if: Stage.binary != nil, TranscriptTests.noBinary))
struct SignalTests {
    private static let playbook = """
        - hosts: all
          gather_facts: false
          connection: local
          tasks:
            - name: one
              shell: sleep 1; echo >>done
              args: {chdir: "{{ playbook_dir }}"}
              changed_when: true
              notify: hand
            - name: two words
              command: "true"
          handlers: [{name: hand, command: "true"}]

        """

    /// `send WORD "SIGNALS" COMMAND...` waits for the word in the command's output, then sends.
    private static let script = """
        set -m
        word=$1; signals=$2; shift 2
        "$@" >log 2>&1 & p=$!
        until grep -qF "$word" log || ! kill -0 $p 2>/dev/null; do sleep 0.02; done
        sleep 0.2
        for s in $signals; do kill -$s -- -$p 2>/dev/null; sleep 0.1; done
        wait $p; r=$?
        cat log
        exit $r

        """

    /// Input that never comes, on a terminal that is to show what is typed afterwards.
    private static let terminal = """
        (until grep -q password said; do sleep 0.02; done; kill -INT $(cat pid); [ $1 = 1 ] || kill -INT $(cat pid)) &
        sh -c 'echo $$ >pid; exec drover exec -c local -i hosts all -k -a true'
        echo "code $?, $(stty -a | grep -o -e '-\\?echo ')"

        """

    private func stage() throws -> Stage {
        let files = ["play.yml": Self.playbook, "hosts": "a\nb\n", "send": Self.script, "terminal": Self.terminal]
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-signals-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return try Stage(copying: folder.path)
    }

    @Test(
        "stop a run between two tasks, in every name's way",
        arguments: [
            ("drover run", "INT", 130), ("drover run", "HUP", 129), ("ansible-playbook", "INT", 99),
            ("ansible-playbook", "TERM", 143),
        ])
    func run(_ command: String, _ signal: String, _ status: Int32) async throws {
        let stage = try stage()
        defer { stage.remove() }
        let done = try await stage.run("bash send 'TASK [one]' \(signal) \(command) -v -i hosts -f 1 play.yml")
        #expect(done.status == status, "\(done.transcript)")
        for said in [
            "SIG\(signal): stopping; waiting for TASK [one] on a. Another signal ends drover at once", "PLAY RECAP",
            "Stopped by SIG\(signal).\n  left: TASK [one] and what follows on b\n"
                + "  left: TASK [two words] and what follows on a\n  notified, and left: HANDLER [hand] on a\n",
            "To go on: the same command with --start-at-task 'two words' --limit a\n",
        ] {
            #expect(done.output.contains(said), "\(said): \(done.transcript)")
        }
        #expect(done.output.contains("User interrupted execution") == (status == 99))
        #expect(try await stage.run("wc -l <done").output == "1\n")
    }

    @Test("end a run at once where there are two")
    func twice() async throws {
        let stage = try stage()
        defer { stage.remove() }
        let done = try await stage.run("bash send 'TASK [one]' 'TERM TERM' drover run -v -i hosts play.yml")
        #expect(done.status == 143, "\(done.transcript)")
        #expect(!done.output.contains("RECAP"), "\(done.transcript)")
    }

    @Test("end what exec has started, with all its processes")
    func exec() async throws {
        let stage = try stage()
        defer { stage.remove() }
        let done = try await stage.run(
            "bash send go INT sh -c '(until [ -s $HOME/pids ]; do sleep 0.02; done; echo go) & exec \"$@\"' sh "
                + "drover exec -c local -i hosts all -f 1 'echo $$ >~/pids; sleep 60; echo'; "
                + "ps -o pid= -p $(cat ~/pids) || echo gone")
        #expect(done.output.contains("SIGINT: ending TASK [shell] on a."), "\(done.transcript)")
        #expect(done.output.contains("Not run to its end on a, b."), "\(done.transcript)")
        #expect(done.output.hasSuffix("gone\n"), "\(done.transcript)")
    }

    @Test("give the terminal its echo back", arguments: [1, 2])
    func terminal(times: Int) async throws {
        let stage = try stage()
        defer { stage.remove() }
        let done = try await stage.run(
            "touch said; { while [ ! -e end ]; do sleep 0.05; done; } "
                + "| script -qefc 'bash terminal \(times); touch end' said")
        #expect(done.output.contains("code 130, echo"), "\(done.transcript)")
    }
}
