//! Keys and values of TOML.

import Diagnostics
import YAML

struct TOMLScanner {
    let file: SourceFile
    let bytes: [UInt8]
    var offset = 0
    private static let deepest = 64

    init(file: SourceFile) {
        self.file = file
        bytes = file.bytes
    }

    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }
    mutating func advance() { offset += 1 }

    func range(from start: Int) -> SourceRange { SourceRange(file: file, offset: start, length: offset - start) }

    func wrong(_ message: String) -> Diagnostic {
        Diagnostic(
            .inventorySyntax, message, at: SourceRange(file: file, offset: min(offset, bytes.count), length: 1))
    }

    /// Whether a text stood here, behind blanks.
    mutating func take(_ text: StaticString) -> Bool {
        skipBlanks()
        let wanted = Array("\(text)".utf8)
        guard bytes[offset...].starts(with: wanted) else { return false }
        offset += wanted.count
        return true
    }

    mutating func skipBlanks() { while let byte = peek, byte == 0x20 || byte == 0x09 { offset += 1 } }

    mutating func skipBlanksAndBreaks() {
        while let byte = peek {
            if byte == UInt8(ascii: "#") {
                while let byte = peek, byte != 0x0A { _ = byte; offset += 1 }
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                offset += 1
            } else {
                return
            }
        }
    }

    mutating func endOfLine() throws(Diagnostic) {
        skipBlanks()
        guard let byte = peek else { return }
        guard byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "#") else {
            throw wrong("expected the end of the line")
        }
    }

    // MARK: Keys

    mutating func keys() throws(Diagnostic) -> [TOMLKey] {
        var keys = [try key()]
        while take(".") { keys.append(try key()) }
        return keys
    }

    private mutating func key() throws(Diagnostic) -> TOMLKey {
        skipBlanks()
        let start = offset
        if let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let text = try string()
            return TOMLKey(text: text, range: range(from: start))
        }
        while let byte = peek, byte.isBareKeyPart { offset += 1 }
        guard offset > start else { throw wrong("expected a key") }
        return TOMLKey(text: String(decoding: bytes[start..<offset], as: UTF8.self), range: range(from: start))
    }

    /// `key = value`, dotted keys included.
    mutating func pair(into table: TOMLTable, depth: Int = 0) throws(Diagnostic) {
        let keys = try keys()
        guard take("=") else { throw wrong("expected '=' behind the key") }
        var table = table
        for key in keys.dropLast() { table = try table.step(key, isHeader: false) }
        let value = try value(depth: depth)
        if let last = keys.last { try table.set(last, value) }
    }

    // MARK: Values

    mutating func value(depth: Int) throws(Diagnostic) -> Node {
        guard depth < Self.deepest else { throw wrong("values are nested more than \(Self.deepest) deep") }
        skipBlanks()
        let start = offset
        switch peek {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let text = try string()
            return .text(text, at: range(from: start))
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "{"): return try inlineTable(depth)
        default: return try TOMLScalar.node(word(), at: range(from: start))
        }
    }

    /// A number, a date or a boolean.
    private mutating func word() -> String {
        let start = offset
        while let byte = peek, byte.isBareKeyPart || "+:.".utf8.contains(byte) { offset += 1 }
        // A date and a time with a blank between them.
        if offset - start == 10, peek == 0x20, offset + 1 < bytes.count, (0x30...0x39).contains(bytes[offset + 1]) {
            offset += 1
            while let byte = peek, byte.isBareKeyPart || "+:.".utf8.contains(byte) { offset += 1 }
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func array(_ depth: Int) throws(Diagnostic) -> Node {
        let start = offset
        advance()
        var items: [Node] = []
        while true {
            skipBlanksAndBreaks()
            if take("]") { break }
            items.append(try value(depth: depth + 1))
            skipBlanksAndBreaks()
            if take(",") { continue }
            guard take("]") else { throw wrong("expected ',' or ']' in a list") }
            break
        }
        return Node(content: .sequence(items), range: range(from: start))
    }

    private mutating func inlineTable(_ depth: Int) throws(Diagnostic) -> Node {
        let start = offset
        advance()
        let table = TOMLTable()
        if !take("}") {
            repeat { try pair(into: table, depth: depth + 1) } while take(",")
            guard take("}") else { throw wrong("expected ',' or '}' in a table of one line") }
        }
        return table.node(at: range(from: start))
    }

    // MARK: Strings

    private mutating func string() throws(Diagnostic) -> String {
        let start = offset
        let quote = bytes[offset]
        let isLong = bytes[offset...].starts(with: [quote, quote, quote])
        offset += isLong ? 3 : 1
        if isLong { _ = takeBreak() }
        var text: [UInt8] = []
        while let byte = peek {
            if byte == quote, !isLong || bytes[offset...].starts(with: [quote, quote, quote]) {
                offset += isLong ? 3 : 1
                // Up to two quotes may stand right before the closing ones.
                while isLong, peek == quote {
                    text.append(quote)
                    offset += 1
                }
                return String(decoding: text, as: UTF8.self)
            }
            if byte == 0x0A, !isLong { break }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try escape(isLong, into: &text)
            } else {
                text.append(byte)
                offset += 1
            }
        }
        throw Diagnostic(
            .inventorySyntax, "a quote that is opened here is never closed",
            at: SourceRange(file: file, offset: start, length: 1))
    }

    private mutating func takeBreak() -> Bool {
        if peek == 0x0D { offset += 1 }
        guard peek == 0x0A else { return false }
        offset += 1
        return true
    }

    private mutating func escape(_ isLong: Bool, into text: inout [UInt8]) throws(Diagnostic) {
        offset += 1
        guard let byte = peek else { throw wrong("an escape without a character") }
        offset += 1
        switch byte {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = bytes[offset...].prefix(byte == UInt8(ascii: "u") ? 4 : 8)
            guard let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(number)
            else { throw wrong("not a character's number") }
            offset += digits.count
            text += Array(String(Character(scalar)).utf8)
        case 0x20, 0x09, 0x0A, 0x0D:
            // A line that goes on: the break and the blanks around it vanish.
            guard isLong else { throw wrong("unknown escape") }
            while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { _ = byte; offset += 1 }
        default:
            offset -= 1
            throw wrong("unknown escape")
        }
    }
}

extension UInt8 {
    fileprivate var isBareKeyPart: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
