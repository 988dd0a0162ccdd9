//! JSON text → values: strict as Python's `json.loads`, with the place of the first mistake.

import Diagnostics

/// Reading JSON; writing is `Value.json(…)`.
package enum JSON {
    /// Containers deeper than this are refused, so that hostile input cannot exhaust the stack.
    package static let maximumDepth = 512

    /// The value of one JSON document. `file` gives errors their place; without it the message alone names it.
    package static func parse(_ bytes: [UInt8], file: SourceFile? = nil) throws(Diagnostic) -> Value {
        var reader = JSONReader(bytes: bytes, file: file)
        return try reader.document()
    }

    /// The value of one JSON document.
    package static func parse(_ text: String, file: SourceFile? = nil) throws(Diagnostic) -> Value {
        try parse(Array(text.utf8), file: file)
    }
}

struct JSONReader {
    let bytes: [UInt8]
    let file: SourceFile?
    var position = 0

    init(bytes: [UInt8], file: SourceFile?) {
        self.bytes = bytes
        self.file = file
    }

    mutating func document() throws(Diagnostic) -> Value {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw mistake("Unexpected UTF-8 BOM") }
        let value = try value(depth: 0)
        skipSpace()
        if position < bytes.count { throw mistake("Extra data") }
        return value
    }

    private mutating func value(depth: Int) throws(Diagnostic) -> Value {
        guard depth <= JSON.maximumDepth else {
            throw mistake("JSON is nested deeper than \(JSON.maximumDepth) levels")
        }
        skipSpace()
        guard position < bytes.count else { throw mistake("Expecting value") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: return try word()
        }
    }

    private mutating func array(depth: Int) throws(Diagnostic) -> Value {
        position += 1
        var items: [Value] = []
        skipSpace()
        if take("]") { return .list(items) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .list(items) }
            let comma = position
            guard take(",") else { throw mistake("Expecting ',' delimiter") }
            skipSpace()
            if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
                throw mistake("Illegal trailing comma before end of array", at: comma)
            }
        }
    }

    private mutating func object(depth: Int) throws(Diagnostic) -> Value {
        position += 1
        var map = OrderedMap()
        skipSpace()
        if take("}") { return .dict(map) }
        while true {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw mistake("Expecting property name enclosed in double quotes")
            }
            let key = try string()
            skipSpace()
            guard take(":") else { throw mistake("Expecting ':' delimiter") }
            map[key] = try value(depth: depth + 1)
            skipSpace()
            if take("}") { return .dict(map) }
            let comma = position
            guard take(",") else { throw mistake("Expecting ',' delimiter") }
            skipSpace()
            if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
                throw mistake("Illegal trailing comma before end of object", at: comma)
            }
        }
    }

    /// `true`, `false`, `null` and the three words that Python adds to JSON.
    private mutating func word() throws(Diagnostic) -> Value {
        let words: [(StaticString, Value)] = [
            ("true", .bool(true)), ("false", .bool(false)), ("null", .none),
            ("NaN", .float(.nan)), ("Infinity", .float(.infinity)),
        ]
        for (word, value) in words where take(word) { return value }
        throw mistake("Expecting value")
    }

    private mutating func number() throws(Diagnostic) -> Value {
        let start = position
        if take("-Infinity") { return .float(-.infinity) }
        _ = take("-")
        guard position < bytes.count, bytes[position].isDigit else { throw mistake("Expecting value", at: start) }
        if !take("0") { skipDigits() }
        let isInteger = !skipFraction() && !skipExponent()
        if !isInteger { _ = skipExponent() }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger {
            if let number = Int(text) { return .int(number) }
            if let number = BigInteger(decimal: text) { return .big(number) }
        }
        guard let number = Double(text) else { throw mistake("Expecting value", at: start) }
        return .float(number)
    }

    private mutating func skipFraction() -> Bool {
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "."), bytes[position + 1].isDigit else {
            return false
        }
        position += 1
        skipDigits()
        return true
    }

    private mutating func skipExponent() -> Bool {
        guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return false }
        let start = position
        position += 1
        if !take("-") { _ = take("+") }
        guard position < bytes.count, bytes[position].isDigit else {
            position = start
            return false
        }
        skipDigits()
        return true
    }

    private mutating func skipDigits() {
        while position < bytes.count, bytes[position].isDigit { position += 1 }
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    mutating func take(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            guard bytes.count - position >= wanted.count else { return false }
            for offset in 0..<wanted.count where bytes[position + offset] != wanted[offset] { return false }
            position += wanted.count
            return true
        }
    }

    /// Python's message, which names line, column and character, placed in the file where there is one.
    func mistake(_ message: String, at offset: Int? = nil) -> Diagnostic {
        let offset = offset ?? position
        let source = file ?? SourceFile(path: "<json>", bytes: bytes)
        let place = source.position(at: offset)
        let characters = String(decoding: bytes[..<min(offset, bytes.count)], as: UTF8.self).unicodeScalars.count
        return Diagnostic(
            .jsonSyntax, "\(message): line \(place.line) column \(place.column) (char \(characters))",
            at: file.map { SourceRange(file: $0, offset: offset, length: 1) })
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
