//! `unarchive` with archives that the machine's own tools make.

import Glibc
import Testing
import Values

@testable import Modules

@Suite(.enabled("needs tar") { access("/usr/bin/tar", X_OK) == 0 || access("/bin/tar", X_OK) == 0 })
struct UnarchiveTests {
    /// A folder with `a.tar.gz` of `top/file` and `top/link`, and an empty `to`.
    private static func folder(_ shell: LocalShell) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let script = """
            cd \(folder.path) && mkdir -p in/top to bin && echo hello >in/top/file && ln -s file in/top/link &&
            chmod 640 in/top/file && tar -czf a.tar.gz -C in top && rm -r in
            """
        _ = try shell.run(Script(script))
        return folder
    }

    private func unpack(
        _ folder: TemporaryFolder, _ shell: LocalShell, _ more: OrderedMap = [:], check: Bool = false
    ) async throws -> ModuleResult {
        var arguments: OrderedMap = [
            "src": .string(folder.absolute("a.tar.gz")), "dest": .string(folder.absolute("to")), "remote_src": true,
        ]
        arguments.merge(more)
        let unarchive = try module(UnarchiveModule.self, arguments)
        return try await StepDriver(shell, checkMode: check, showsDifferences: false).run(unarchive)
    }

    @Test(arguments: LocalShell.all().filter(\.isInstalled)) func unpacksOnce(_ shell: LocalShell) async throws {
        let folder = try Self.folder(shell)
        defer { folder.remove() }
        #expect(try await unpack(folder, shell, check: true).changed)
        #expect(folder.text("to/top/file") == nil)
        let first = try await unpack(folder, shell, ["list_files": true])
        #expect(first.changed && !first.failed, "\(first.fields)")
        #expect(first.fields["handler"] == "TgzArchive" && first.fields["state"] == "directory")
        #expect(first.fields["files"] == ["top", "top/file", "top/link"])
        #expect(folder.text("to/top/link") == "hello\n" && folder.mode("to/top/file") == "640")
        let second = try await unpack(folder, shell)
        #expect(!second.changed && !second.failed, "\(second.fields)")
        folder.write("other\n", to: "to/top/file")
        #expect(try await unpack(folder, shell).changed)
        #expect(folder.text("to/top/file") == "hello\n")
    }

    /// Without GNU tar everything is unpacked beside and compared.
    @Test func comparesByItself() async throws {
        let installed = LocalShell.all().first { $0.isInstalled }
        var shell = try #require(installed)
        let folder = try Self.folder(shell)
        defer { folder.remove() }
        try #require(access("/bin/busybox", X_OK) == 0)
        // Written by a process of its own: nobody else can have it open when it is called.
        let tar = "printf '#!/bin/sh\\nexec /bin/busybox tar \"$@\"\\n' >bin/tar && chmod 755 bin/tar"
        #expect(try shell.run(Script("cd \(folder.path) && \(tar)")).status == 0)
        shell.path = folder.absolute("bin") + ":" + shell.path
        let first = try await unpack(folder, shell)
        #expect(first.changed && !first.failed, "\(first.fields)")
        #expect(!(try await unpack(folder, shell)).changed)
        folder.write("other\n", to: "to/top/file")
        #expect(try await unpack(folder, shell, check: true).changed)
    }

    @Test func leavesOutAndSetsModes() async throws {
        let installed = LocalShell.all().first { $0.isInstalled }
        let shell = try #require(installed)
        let folder = try Self.folder(shell)
        defer { folder.remove() }
        let only: OrderedMap = ["exclude": ["top/link"], "mode": "u=rwX,g=rX,o="]
        let first = try await unpack(folder, shell, only)
        #expect(first.changed && !first.failed, "\(first.fields)")
        #expect(folder.text("to/top/link") == nil && folder.mode("to/top/file") == "640")
        #expect(folder.mode("to/top") == "750")
        #expect(!(try await unpack(folder, shell, only)).changed)
        #expect(try await unpack(folder, shell, ["exclude": ["top/link"], "mode": "0700"]).changed)
        #expect(folder.mode("to/top/file") == "700")
    }
}
