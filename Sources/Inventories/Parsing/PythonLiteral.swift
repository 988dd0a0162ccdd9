//! Values of INI variables: Python literals where they are some, text otherwise.

import Diagnostics
import Templates
import Values

/// Python's literal syntax: numbers, strings, `True`, `False`, `None`, lists, tuples, dicts, sets.
enum PythonLiteral {
    /// The literal that a text is, or the text. Its strings may be templates.
    static func value(of text: String, at range: SourceRange) -> TemplatedValue {
        TemplatedValue(trusting: literal(text) ?? .string(text), at: range)
    }

    /// nil where the text is no literal.
    static func literal(_ text: String) -> Value? {
        // Names are the most frequent values by far.
        guard let first = text.utf8.first, couldBegin(first, text) else { return nil }
        var parser = Parser(bytes: Array(text.utf8))
        return parser.whole()
    }

    private static func couldBegin(_ byte: UInt8, _ text: String) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "/"):
            text.hasPrefix("True") || text.hasPrefix("False") || text.hasPrefix("None")
                || text.utf8.contains(UInt8(ascii: "'")) || text.utf8.contains(UInt8(ascii: "\""))
        default: true
        }
    }
}

private struct Parser {
    let bytes: [UInt8]
    var offset = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func whole() -> Value? {
        guard let first = item() else { return nil }
        skipBlanks()
        guard peek == UInt8(ascii: ",") else { return isAtEnd ? first : nil }
        // `1, 2` is a tuple, which becomes a list.
        var items = [first]
        while skip(",") {
            skipBlanks()
            if isAtEnd { break }
            guard let next = item() else { return nil }
            items.append(next)
            skipBlanks()
        }
        return isAtEnd ? .list(items) : nil
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }
    private var isAtEnd: Bool { offset == bytes.count }

    private mutating func skipBlanks() {
        while let byte = peek, byte.isBlank { offset += 1 }
        if peek == UInt8(ascii: "#") { offset = bytes.count }
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard let byte = peek, UInt32(byte) == scalar.value else { return false }
        offset += 1
        return true
    }

    private mutating func item() -> Value? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 64 else { return nil }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "["): return list(until: "]")
        case UInt8(ascii: "("): return tuple()
        case UInt8(ascii: "{"): return dictOrSet()
        case let byte? where "+-.0123456789".utf8.contains(byte):
            return PythonNumber.parse(bytes, &offset)
        default: return word() ?? strings()
        }
    }

    private mutating func word() -> Value? {
        for (word, value) in [("True", Value.bool(true)), ("False", .bool(false)), ("None", Value.none)]
        where bytes[offset...].starts(with: word.utf8) {
            let next = offset + word.utf8.count
            if next < bytes.count, bytes[next].isWordByte { return nil }
            offset = next
            return value
        }
        return nil
    }

    private mutating func list(until close: Unicode.Scalar) -> Value? { items(until: close).map { .list($0.items) } }

    private mutating func items(until close: Unicode.Scalar) -> (items: [Value], comma: Bool)? {
        offset += 1
        var items: [Value] = []
        var comma = false
        while true {
            skipBlanks()
            if skip(close) { return (items, comma) }
            if !items.isEmpty, !comma { return nil }
            guard let next = item() else { return nil }
            items.append(next)
            skipBlanks()
            comma = skip(",")
        }
    }

    private mutating func tuple() -> Value? {
        guard let (items, comma) = items(until: ")") else { return nil }
        return items.count == 1 && !comma ? items[0] : .list(items)
    }

    private mutating func dictOrSet() -> Value? {
        offset += 1
        var map = OrderedMap()
        var set: [Value] = []
        var comma = true
        while true {
            skipBlanks()
            if skip("}") { return set.isEmpty ? .dict(map) : .list(set) }
            guard comma, let key = item() else { return nil }
            skipBlanks()
            if skip(":") {
                guard set.isEmpty, let value = item() else { return nil }
                map[key] = value
            } else {
                guard map.isEmpty else { return nil }
                if !set.contains(key) { set.append(key) }
            }
            skipBlanks()
            comma = skip(",")
        }
    }

    /// Adjacent strings are one.
    private mutating func strings() -> Value? {
        var text: [UInt8]?
        while let next = string() {
            text = (text ?? []) + next
            skipBlanks()
        }
        return text.map { .string(String(decoding: $0, as: UTF8.self)) }
    }

    private mutating func string() -> [UInt8]? {
        var start = offset
        var isRaw = false
        if start < bytes.count, "rRuU".utf8.contains(bytes[start]) {
            isRaw = "rR".utf8.contains(bytes[start])
            start += 1
        }
        guard start < bytes.count, bytes[start] == UInt8(ascii: "'") || bytes[start] == UInt8(ascii: "\"") else {
            return nil
        }
        let quote = bytes[start]
        var text: [UInt8] = []
        var position = start + 1
        while position < bytes.count, bytes[position] != quote {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
                if isRaw { text += bytes[position...(position + 1)] } else { text += Self.escape(bytes[position + 1]) }
                position += 2
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        guard position < bytes.count else { return nil }
        offset = position + 1
        return text
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "n"): [0x0A]
        case UInt8(ascii: "t"): [0x09]
        case UInt8(ascii: "r"): [0x0D]
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): [byte]
        default: [UInt8(ascii: "\\"), byte]
        }
    }
}

extension UInt8 {
    /// A letter, digit, `_`, or part of a character beyond ASCII.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
