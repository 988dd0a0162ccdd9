//! Paths that the host's shell completes: `~`, `~user` and variables.

import Connections

/// A path as an author wrote it. Expanded on the host, since only the host knows its home folders.
package struct RemotePath: Sendable, Hashable {
    package let text: String
    /// Whether the host has told this path itself, so that nothing in it stands for anything else.
    private let isLiteral: Bool

    package init(_ text: String) {
        self.text = text
        isLiteral = false
    }

    /// A path as a host told it.
    package init(literal text: String) {
        self.text = text
        isLiteral = true
    }

    /// The path as one word of a shell script; everything but `~` and variables stays literal.
    package var shellWord: String { word(keeping: []) }

    /// The same with `*`, `?` and `[…]` left to the shell.
    package var shellPattern: String { word(keeping: Array("*?[]".utf8)) }

    private func word(keeping special: [UInt8]) -> String {
        if isLiteral { return text.shellQuoted }
        let bytes = Array(text.utf8)
        var word = ""
        var position = 0
        if let tilde = tildePrefix(of: bytes) {
            word = String(decoding: bytes[..<tilde], as: UTF8.self)
            position = tilde
        }
        var literal: [UInt8] = []
        func flush() {
            if !literal.isEmpty { word += String(decoding: literal, as: UTF8.self).shellQuoted }
            literal = []
        }
        while position < bytes.count {
            if let (name, end) = variable(in: bytes, at: position) {
                flush()
                // As Python's expandvars: an unknown variable stays as it is written.
                let written = String(decoding: bytes[position..<end], as: UTF8.self)
                word += "\"${\(name)-\(written.replacing("$", with: "\\$"))}\""
                position = end
            } else if special.contains(bytes[position]) {
                flush()
                word.unicodeScalars.append(Unicode.Scalar(bytes[position]))
                position += 1
            } else {
                literal.append(bytes[position])
                position += 1
            }
        }
        flush()
        return word.isEmpty ? "''" : word
    }

    /// The end of `~` or `~user` at the beginning.
    private func tildePrefix(of bytes: [UInt8]) -> Int? {
        guard bytes.first == UInt8(ascii: "~") else { return nil }
        let end = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        let isName = bytes[1..<end].allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        return isName ? end : nil
    }

    private func variable(in bytes: [UInt8], at start: Int) -> (name: String, end: Int)? {
        guard bytes[start] == UInt8(ascii: "$"), start + 1 < bytes.count else { return nil }
        let braced = bytes[start + 1] == UInt8(ascii: "{")
        let first = braced ? start + 2 : start + 1
        guard first < bytes.count, bytes[first].isNameByte, !bytes[first].isDigit else { return nil }
        let end = bytes[first...].firstIndex { !$0.isNameByte } ?? bytes.count
        if braced, end >= bytes.count || bytes[end] != UInt8(ascii: "}") { return nil }
        return (String(decoding: bytes[first..<end], as: UTF8.self), braced ? end + 1 : end)
    }
}
