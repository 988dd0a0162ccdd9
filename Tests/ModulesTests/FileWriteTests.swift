//! The atomic write under adverse conditions.

import Diagnostics
import Digests
import Testing
import Values

@testable import Modules

@Suite struct FileWriteTests {
    /// Observes a file, lets something happen, and then writes.
    private func write(
        _ text: String, to name: String, in folder: TemporaryFolder, shell: LocalShell,
        meanwhile: () throws -> Void = {}
    ) async throws -> FileWrite.Outcome {
        let probe = FileProbe(RemotePath(folder.absolute(name)), checksum: .sha1)
        let answer = try await shell.observe([probe.probe])[0]
        let status = try #require(probe.status(from: answer))
        try meanwhile()
        let write = FileWrite(target: status, content: .bytes(Array(text.utf8)), attributes: AttributePlan())
        return write.outcome(of: try await shell.apply(write.script()))
    }

    @Test(arguments: LocalShell.all()) func aFileThatChangedMeanwhileIsNotOverwritten(_ shell: LocalShell) async throws
    {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        folder.write("old", to: "x")
        let outcome = try await write("new", to: "x", in: folder, shell: shell) { folder.write("theirs", to: "x") }
        guard case .moved = outcome else {
            Issue.record("overwritten: \(outcome)")
            return
        }
        #expect(folder.text("x") == "theirs")
        #expect(try folder.snapshot().count == 1, "a temporary file is left")
    }

    @Test(arguments: LocalShell.all()) func aFileThatAppearedMeanwhileIsNotOverwritten(_ shell: LocalShell) async throws
    {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let outcome = try await write("new", to: "x", in: folder, shell: shell) { folder.write("theirs", to: "x") }
        guard case .moved = outcome else {
            Issue.record("overwritten: \(outcome)")
            return
        }
        #expect(folder.text("x") == "theirs")
    }

    @Test(arguments: LocalShell.all()) func aFullDiskLeavesTheOldFileAlone(_ shell: LocalShell) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        folder.write("old", to: "x")
        // Stands in for a full disk: no file may grow beyond nothing.
        var limited = shell
        limited.prologue = "trap '' XFSZ; ulimit -f 0"
        let outcome = try await write(String(repeating: "x", count: 4096), to: "x", in: folder, shell: limited)
        guard case .failed(let result) = outcome else {
            Issue.record("written: \(outcome)")
            return
        }
        #expect(result.fields["msg"]?.string?.contains("could not write \(folder.path)/x") == true)
        #expect(folder.text("x") == "old")
        #expect(try folder.snapshot().count == 1, "a temporary file is left")
    }
}
