//! What a path's probe tells, under every shell.

import Digests
import Glibc
@testable import Modules
import Testing

@Suite struct FileProbeTests {
    private static let shells = LocalShell.all().filter(\.isInstalled)

    /// A folder with a file, a link to it, and a link to nowhere.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        folder.write(Array("it's\n".utf8), to: "file")
        symlink("file", "\(folder.path)/link")
        symlink("nowhere", "\(folder.path)/dangling")
        return folder
    }

    private func status(_ probe: FileProbe, _ shell: LocalShell) async throws -> FileStatus {
        try #require(probe.status(from: try await shell.observe([probe.probe])[0]))
    }

    @Test(arguments: shells)
    func aChecksumIsTheSameWithAndWithoutTheContent(_ shell: LocalShell) async throws {
        let folder = try folder()
        defer { folder.remove() }
        let path = RemotePath(literal: "\(folder.path)/file")
        let sum = MessageDigest.sha256.hex(of: Array("it's\n".utf8))
        let plain = try await status(FileProbe(path, checksum: .sha256), shell)
        #expect((plain.checksum, plain.content) == (sum, nil))
        let full = try await status(FileProbe(path, checksum: .sha256, contentLimit: 5), shell)
        #expect(full.checksum == sum)
        #expect(full.content == Array("it's\n".utf8))
        let tooBig = try await status(FileProbe(path, checksum: .sha256, contentLimit: 4), shell)
        #expect((tooBig.checksum, tooBig.content) == (sum, nil))
    }

    @Test(arguments: shells)
    func linksTellWhereTheyLead(_ shell: LocalShell) async throws {
        let folder = try folder()
        defer { folder.remove() }
        let link = RemotePath(literal: "\(folder.path)/link")
        let itself = try await status(FileProbe(link, contentLimit: 100), shell)
        #expect((itself.kind, itself.linkTarget, itself.realPath) == (.link, "file", "\(folder.path)/file"))
        #expect(itself.content == Array("it's\n".utf8))
        #expect(try await status(FileProbe(link, contentLimit: 4), shell).content == nil)
        let followed = try await status(FileProbe(link, follow: true), shell)
        #expect((followed.kind, followed.realPath) == (.file, "\(folder.path)/file"))
        let dangling = FileProbe(RemotePath(literal: "\(folder.path)/dangling"), follow: true, checksum: .sha1)
        #expect(try await status(dangling, shell).kind == .link)
    }

    @Test(.enabled(if: getuid() == 0, "needs root"), arguments: shells)
    func idsOfNamesWhoeverOwnsTheFile(_ shell: LocalShell) async throws {
        let folder = try folder()
        defer { folder.remove() }
        let path = RemotePath(literal: "\(folder.path)/file")
        for owner in [0, 1] as [uid_t] {
            chown(path.text, owner, owner)
            let found = try await status(FileProbe(path, owner: "daemon", group: "daemon"), shell)
            #expect((found.wantedOwner, found.wantedGroup) == (1, 1))
        }
        chown(path.text, 64_999, 64_999)
        let strange = try await status(FileProbe(path, owner: "UNKNOWN", group: "UNKNOWN"), shell)
        #expect((strange.wantedOwner, strange.wantedGroup) == (nil, nil))
        let absent = FileProbe(RemotePath("/nowhere/at/all"), owner: "daemon", group: "daemon")
        let nothing = try await status(absent, shell)
        #expect((nothing.kind, nothing.wantedOwner, nothing.wantedGroup) == (.absent, 1, 1))
    }
}
