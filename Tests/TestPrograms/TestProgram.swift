//! Programs that tests write and then run.

import FoundationEssentials
import Glibc

/// A script or program of a test.
package enum TestProgram {
    package struct Failure: Error, CustomStringConvertible { package let description: String }

    /// Writes a program that can be run at once.
    ///
    /// Another process writes it. A descriptor of this one would be inherited by whatever another thread starts in the
    /// meantime, and until that calls exec, the kernel refuses to run the file ("Text file busy").
    package static func write(_ text: String, to path: String, mode: Int = 0o755) throws {
        let draft = path + ".draft"
        guard FileManager.default.createFile(atPath: draft, contents: Data(text.utf8)) else {
            throw Failure(description: "cannot write \(draft)")
        }
        defer { unlink(draft) }
        let arguments = ["install", "-m", String(mode, radix: 8), draft, path]
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, "install", nil, nil, &words, environ) == 0 else {
            throw Failure(description: "cannot start install")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Failure(description: "cannot install \(path)") }
    }
}
