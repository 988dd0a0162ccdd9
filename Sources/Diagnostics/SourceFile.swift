//! The bytes of one file (or one command-line argument), and where its lines begin.

/// One source that values come from: a file, or a named text such as `<command line>`.
package final class SourceFile: Sendable {
    /// The path as the user would type it, or a name in angle brackets.
    package let path: String
    package let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    package convenience init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// Line and column of a byte offset, both counted from 1; columns count characters, not bytes.
    package func position(at offset: Int) -> SourcePosition {
        let end = min(max(offset, 0), bytes.count)
        let lineStart = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = bytes[..<end].count { $0 == UInt8(ascii: "\n") } + 1
        let column = String(decoding: bytes[lineStart..<end], as: UTF8.self).unicodeScalars.count + 1
        return SourcePosition(line: line, column: column)
    }

    /// The text of a line (counted from 1) without its line break; nil past the end.
    package func line(_ number: Int) -> String? {
        guard number >= 1 else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard number <= lines.count else { return nil }
        var line = lines[number - 1]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        return String(decoding: line, as: UTF8.self)
    }
}

/// A place in a file for people: both numbers count from 1.
package struct SourcePosition: Sendable, Hashable {
    package let line: Int
    package let column: Int
}
