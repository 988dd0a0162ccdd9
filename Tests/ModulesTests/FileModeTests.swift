//! Symbolic modes mean what chmod means by them.

import Testing

@testable import Modules

@Suite struct FileModeTests {
    @Test(arguments: [
        "u+x", "go-rwx", "a=r", "u=rwx,g=rx,o=", "+x", "-w", "=r", "u=g", "g+s", "u+s,o+t", "ug=rw,o=r", "a+X",
    ])
    func agreesWithChmod(_ text: String) async throws {
        let mode = try #require(FileMode(text))
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let shell = try #require(LocalShell.all(in: folder.path).first { $0.isInstalled })
        for start in [0o644, 0o750, 0o600] {
            let act = "umask 022; : > x; chmod \(start.octalMode) x; chmod -- \(text) x"
            #expect(try await shell.apply(Script(act)).status == 0)
            let expected = try #require(folder.mode("x"))
            let computed = String(mode.applied(to: start, isDirectory: false, umask: 0o022), radix: 8)
            #expect(computed == expected, "\(text) on \(start.octalMode)")
        }
    }

    @Test(arguments: ["u=zz", "99", "u", "rw", "", "10000"]) func refusesWhatIsNoMode(_ text: String) {
        #expect(FileMode(text) == nil)
    }
}
