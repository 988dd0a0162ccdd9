//! JSON's strings: escapes, surrogate pairs, and bytes that are no text.

import Diagnostics

extension JSONReader {
    /// Reads a string whose opening quote is at the current position.
    mutating func string() throws(Diagnostic) -> String {
        let opening = position
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let start = position
            while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\""),
                bytes[position] != UInt8(ascii: "\\")
            { position += 1 }
            text.append(contentsOf: bytes[start..<position])
            guard position < bytes.count else { break }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw mistake("Invalid UTF-8 in string", at: opening)
                }
                return valid
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape().utf8)
            default: throw mistake("Invalid control character at")
            }
        }
        throw mistake("Unterminated string starting at", at: opening)
    }

    private mutating func escape() throws(Diagnostic) -> String {
        let start = position
        position += 2
        guard position <= bytes.count else { throw mistake("Unterminated string starting at", at: start) }
        switch bytes[position - 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return String(try scalar(start))
        default: throw mistake("Invalid \\escape", at: start)
        }
    }

    /// A lone surrogate, which Python would keep, becomes U+FFFD: Swift's strings are always valid.
    private mutating func scalar(_ start: Int) throws(Diagnostic) -> Unicode.Scalar {
        let first = try fourDigits(start)
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let afterFirst = position
        guard take("\\u") else { return "\u{FFFD}" }
        let second = try fourDigits(afterFirst)
        guard (0xDC00..<0xE000).contains(second) else {
            position = afterFirst
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func fourDigits(_ start: Int) throws(Diagnostic) -> UInt32 {
        let end = position + 4
        guard end <= bytes.count, bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-"),
            let code = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
        else { throw mistake("Invalid \\uXXXX escape", at: start + 1) }
        position = end
        return code
    }
}
