//! Text from standard input, and from the person's editor.

import Diagnostics
import Glibc
import Playbooks

enum StandardInput {
    static func bytes() -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
                count = max(0, Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count))
            }
            if chunk.isEmpty { return all }
            all += chunk
        }
    }
}

/// The person's editor on a private file that is removed afterwards.
enum Editor {
    static func edit(_ bytes: [UInt8]) throws(Diagnostic) -> [UInt8] {
        var template = Array("\(temporaryFolder)/drover-vault-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Diagnostic(.fileUnreadable, "no private folder could be made in \(temporaryFolder)")
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let file = folder + "/content"
        defer {
            unlink(file)
            rmdir(folder)
        }
        try PlainFile.write(bytes, to: file, mode: 0o600)
        let editor = try Configuration(environment: ProcessEnvironment.all).text(.editor) ?? "vi"
        guard launch(editor, file) == 0 else {
            throw Diagnostic(.usage, "the editor '\(editor)' failed", help: "set EDITOR to one that works")
        }
        return try PlainFile.read(file)
    }

    private static var temporaryFolder: String { ProcessEnvironment.all["TMPDIR"] ?? "/tmp" }

    private static func launch(_ editor: String, _ file: String) -> Int32 {
        let arguments = ["/bin/sh", "-c", "exec \(editor) \"$1\"", "sh", file]
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawn(&process, "/bin/sh", nil, nil, &pointers, environ) == 0 else { return 127 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
