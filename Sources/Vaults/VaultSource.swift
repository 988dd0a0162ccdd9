//! Where vault passwords come from: `--vault-id ID@SOURCE` with files, scripts, or a prompt.

import Diagnostics
import Glibc

/// One `--vault-id` or `--vault-password-file`.
package struct VaultSource: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
        /// A file with the password, or a script that prints it.
        case file(String)
        /// The person at the terminal; the command line asks.
        case prompt
    }

    package let id: String
    package let origin: Origin

    /// The id of what has no label.
    package static let unlabelled = "default"
    /// What `--ask-vault-pass` stands for.
    package static let question = "prompt_ask_vault_pass"

    /// `dev@prompt`, `dev@file`, `file`, `prompt`.
    package init(_ specification: String, unlabelled: String = VaultSource.unlabelled) {
        let parts = specification.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let hasID = parts.count == 2
        id = hasID && !parts[0].isEmpty ? String(parts[0]) : unlabelled
        let source = String(hasID ? parts[1] : parts[0])
        origin = source == "prompt" || source == Self.question ? .prompt : .file(source)
    }

    /// The secret of a file or script; nil for a prompt.
    package func secret(timeout: Duration = .seconds(300)) throws(Diagnostic) -> VaultSecret? {
        guard case .file(let given) = origin else { return nil }
        let path = Self.expandingHome(given)
        let password =
            access(path, X_OK) == 0
            ? try run(path, timeout)
            : Self.stripped(try Self.read(path)) { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard !password.isEmpty else {
            throw Diagnostic(
                .vault, "Invalid vault password was provided from '\(path)' (it is empty)",
                help: "write the password into the file's first line")
        }
        return try VaultSecret(id: id, password: password)
    }

    /// Scripts whose name ends in `-client` are told the id.
    private func run(_ path: String, _ timeout: Duration) throws(Diagnostic) -> [UInt8] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        let arguments = stem.hasSuffix("-client") ? ["--vault-id", id] : []
        let result = try Program.run(path, arguments, timeout: timeout)
        guard result.status == 0 else {
            let said = String(decoding: result.errorOutput.prefix(2_000), as: UTF8.self)
            throw Diagnostic(
                .vault, "the vault password script '\(path)' ended with status \(result.status)",
                notes: said.isEmpty ? [] : [said])
        }
        // Only line breaks are cut off: a script can print blanks on purpose.
        return Self.stripped(result.output) { $0 == 0x0A || $0 == 0x0D }
    }

    private static func stripped(_ bytes: [UInt8], of isBlank: (UInt8) -> Bool) -> [UInt8] {
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(bytes[first...last])
    }

    private static func read(_ path: String) throws(Diagnostic) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Diagnostic(
                errno == ENOENT ? .fileNotFound : .fileUnreadable,
                "cannot read the vault password file '\(path)': \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var bytes: [UInt8] = []
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else {
                throw Diagnostic(.fileUnreadable, "cannot read the vault password file '\(path)'")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func expandingHome(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
        return String(cString: home) + path.dropFirst()
    }
}
