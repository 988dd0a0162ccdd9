//! Modules of the user's own: which file a name means, and which of them can run.

import Diagnostics
import Engine
import Testing
import Values

@Suite("Library modules")
struct LibraryTests {
    private func run(_ task: String, _ files: [String: String]) async throws -> Rehearsal {
        try await rehearse(
            "- {hosts: a, gather_facts: false, tasks: [\(task)]}\n", inventory: "a ansible_connection=local\n",
            files: files)
    }

    @Test("a file beside the playbook is a module")
    func found() async throws {
        let run = try await run("{greet: {name: x}}", ["library/greet.sh": "#!/bin/sh\n# WANT_JSON\n"])
        #expect(run.mistake == nil)
        #expect(run.results.map { $0.prefix(8) } == ["greet a "])
    }

    @Test("in check mode it runs, too")
    func checkMode() async throws {
        let run = try await rehearse(
            "- {hosts: a, gather_facts: false, tasks: [{greet: {name: x}}]}\n",
            files: ["library/greet": "#!/bin/sh\n# WANT_JSON\n"],
            fleet: FakeFleet { _ in .said("{\"changed\": true, \"msg\": \"would greet\"}") }
        ) { $0.checkMode = true }
        #expect(run.results == ["greet a changed"])
        #expect(run.reports.first?.result["msg"]?.string == "would greet")
    }

    @Test("one written in Python is refused by name")
    func python() async throws {
        let run = try await run("{greet: {name: x}}", ["library/greet.py": "def main(): pass\n"])
        #expect(run.mistake?.code == .unknownModule)
        #expect(run.mistake?.notes.first?.hasSuffix("library/greet.py is Python, which is not run here") == true)
    }

    @Test("one without an interpreter line is refused")
    func noInterpreter() async throws {
        let run = try await run("{greet: {name: x}}", ["library/greet": "echo {}\n"])
        #expect(run.mistake?.message == "module (greet) is missing interpreter line")
    }

    @Test("a Python module with the name of a builtin one leaves that in place, with a warning")
    func shadowing() async throws {
        let run = try await run("{getent: {database: passwd}}", ["library/getent.py": "#!/usr/bin/python\n"])
        #expect(run.mistake == nil)
        #expect(run.warnings.count == 1)
        #expect(run.warnings.first?.hasSuffix("the builtin module 'getent' is used instead") == true)
    }

    @Test("an unknown module tells which folders were searched")
    func unknown() async throws {
        let run = try await run("{nosuchthing: {}}", ["library/greet": "#!/bin/sh\n"])
        #expect(run.mistake?.notes.first?.hasSuffix("/library") == true)
    }
}
