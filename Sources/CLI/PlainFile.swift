//! Files of the control node that commands write: beside the target and renamed, never half-written.

import Diagnostics
import Glibc
import Playbooks

enum PlainFile {
    static func read(_ path: String) throws(Diagnostic) -> [UInt8] {
        let reader = SourceReader { envelope, range throws(Diagnostic) in envelope }
        return try reader.read(Path.expanded(path), decrypted: false).bytes
    }

    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(Diagnostic) {
        let target = Path.expanded(path)
        let temporary = "\(target).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let mistake = failure(path)
                close(descriptor)
                unlink(temporary)
                throw mistake
            }
            rest = rest.dropFirst(count)
        }
        fsync(descriptor)
        close(descriptor)
        guard rename(temporary, target) == 0 else {
            let mistake = failure(path)
            unlink(temporary)
            throw mistake
        }
    }

    private static func failure(_ path: String) -> Diagnostic {
        Diagnostic(.fileUnreadable, "could not write '\(path)': \(String(cString: strerror(errno)))")
    }
}

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
