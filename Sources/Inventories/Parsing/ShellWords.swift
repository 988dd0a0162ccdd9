//! Words of an inventory line: quotes, backslashes and comments as a shell would take them.

import Diagnostics

/// One word, unquoted, and where it is written.
struct ShellWord {
    let text: String
    let range: SourceRange
    /// Whether the text is written in the file without any quote or backslash.
    let isVerbatim: Bool

    /// All words of a part of a file; `#` ends the line, even inside a word.
    static func split(_ line: Range<Int>, of file: SourceFile) throws(Diagnostic) -> [ShellWord] {
        var scanner = Scanner(bytes: file.bytes, offset: line.lowerBound, end: line.upperBound, file: file)
        var words: [ShellWord] = []
        while let word = try scanner.next() { words.append(word) }
        return words
    }

    private struct Scanner {
        let bytes: [UInt8]
        var offset: Int
        let end: Int
        let file: SourceFile

        mutating func next() throws(Diagnostic) -> ShellWord? {
            while offset < end, bytes[offset].isBlank { offset += 1 }
            guard offset < end, bytes[offset] != UInt8(ascii: "#") else { return nil }
            let start = offset
            var text: [UInt8] = []
            var isVerbatim = true
            scan: while offset < end {
                let byte = bytes[offset]
                switch byte {
                case _ where byte.isBlank: break scan
                case UInt8(ascii: "#"):
                    let range = SourceRange(file: file, offset: start, length: offset - start)
                    offset = end
                    return ShellWord(text: String(decoding: text, as: UTF8.self), range: range, isVerbatim: isVerbatim)
                case UInt8(ascii: "\\"):
                    isVerbatim = false
                    offset += 1
                    if offset < end { text.append(bytes[offset]) }
                    offset += 1
                case UInt8(ascii: "'"), UInt8(ascii: "\""):
                    isVerbatim = false
                    try quoted(byte, into: &text)
                default:
                    text.append(byte)
                    offset += 1
                }
            }
            let range = SourceRange(file: file, offset: start, length: min(offset, end) - start)
            return ShellWord(text: String(decoding: text, as: UTF8.self), range: range, isVerbatim: isVerbatim)
        }

        private mutating func quoted(_ quote: UInt8, into text: inout [UInt8]) throws(Diagnostic) {
            let start = offset
            offset += 1
            while offset < end, bytes[offset] != quote {
                if quote == UInt8(ascii: "\""), bytes[offset] == UInt8(ascii: "\\"), offset + 1 < end {
                    let next = bytes[offset + 1]
                    if next != quote, next != UInt8(ascii: "\\") { text.append(bytes[offset]) }
                    offset += 1
                }
                text.append(bytes[offset])
                offset += 1
            }
            guard offset < end else {
                throw Diagnostic(
                    .inventorySyntax, "a quote that is opened here is never closed",
                    at: SourceRange(file: file, offset: start, length: 1))
            }
            offset += 1
        }
    }
}

extension UInt8 {
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D }
}
