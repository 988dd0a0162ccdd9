//! Reads files of the control node, decrypting vaulted ones in memory.

import Diagnostics
import Glibc
import Templates
import YAML

/// Reads whole files.
package struct SourceReader: Sendable {
    package let decrypt: VaultDecryption

    package init(decrypt: @escaping VaultDecryption) {
        self.decrypt = decrypt
    }

    /// The content of a file; `path` is what messages show.
    package func read(_ path: String, at range: SourceRange? = nil, decrypted: Bool = true) throws(Diagnostic)
        -> SourceFile
    {
        let bytes = try Self.bytes(of: path, at: range)
        guard decrypted, bytes.starts(with: "$ANSIBLE_VAULT;".utf8) else { return SourceFile(path: path, bytes: bytes) }
        let source = SourceFile(path: path, bytes: bytes)
        let whole = SourceRange(file: source, offset: 0, length: 0)
        return SourceFile(path: path, text: try decrypt(String(decoding: bytes, as: UTF8.self), whole))
    }

    private static func bytes(of path: String, at range: SourceRange?) throws(Diagnostic) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, errno, at: range) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw Diagnostic(.fileUnreadable, "'\(path)' is a directory", at: range, help: "name a file in it")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size) + 1)
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: max(4096, Int(status.st_size) + 1 - bytes.count)) {
                buffer, count in
                count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
            }
            guard !chunk.isEmpty else { return bytes }
            bytes += chunk
        }
    }

    private static func failure(_ path: String, _ code: Int32, at range: SourceRange?) -> Diagnostic {
        let reason = String(cString: strerror(code))
        return code == ENOENT
            ? Diagnostic(.fileNotFound, "could not find '\(path)'", at: range)
            : Diagnostic(.fileUnreadable, "could not read '\(path)': \(reason)", at: range)
    }
}
