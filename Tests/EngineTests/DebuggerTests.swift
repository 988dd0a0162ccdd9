//! `debugger:`: what a person says to a task that went wrong.

import Diagnostics
import Engine
import Playbooks
import Testing
import Values

@Suite("Task debugger")
struct DebuggerTests {
    @Test("a word that is none of the occasions is refused")
    func unknownOccasion() async throws {
        let run = try await rehearse("- hosts: a\n  debugger: on_fail\n  tasks: []\n")
        #expect(run.mistake?.message.hasPrefix("'on_fail' is not a valid value for debugger") == true)
        #expect(run.mistake?.help == "did you mean 'on_failed'?")
    }

    @Test("nobody is asked where the occasion does not arise", arguments: ["never", "on_failed", "on_unreachable"])
    func quiet(word: String) async throws {
        let run = try await rehearse(
            "- hosts: a\n  gather_facts: false\n  debugger: \(word)\n  tasks: [{debug: {msg: hi}}]\n", hosts: ["a"])
        #expect(run.messages == ["a: hi"])
        #expect(run.exitCode == 0)
    }
}
