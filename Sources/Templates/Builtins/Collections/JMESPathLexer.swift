//! JMESPath text → tokens.

import Diagnostics
import Values

enum JMESPathToken: Equatable {
    case identifier(String)
    case quoted(String)
    case literal(Value)
    case number(Int)
    case symbol(String)
    case end
}

struct JMESPathLexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private(set) var tokens: [JMESPathToken] = []

    private static let symbols = [
        "[?", "[]", "&&", "||", "==", "!=", "<=", ">=", "[", "]", "{", "}", "(", ")", ".", "*", ",", ":", "@", "&", "|",
        "!", "<", ">",
    ]

    init(_ text: String) throws(Diagnostic) {
        scalars = Array(text.unicodeScalars)
        while position < scalars.count { try next() }
        tokens.append(.end)
    }

    private mutating func next() throws(Diagnostic) {
        let scalar = scalars[position]
        switch scalar {
        case " ", "\t", "\n", "\r": position += 1
        case "a"..."z", "A"..."Z", "_": tokens.append(.identifier(take(while: JMESPathLexer.isWord)))
        case "0"..."9", "-": try number()
        case "\"":
            let text = "\"" + (try delimited("\"")) + "\""
            tokens.append(.quoted(try JSON.parse(text).text()))
        case "'":
            tokens.append(.literal(.string(TextTools.replace(try delimited("'"), "\\'", "'", count: -1))))
        case "`":
            let text = TextTools.strip(TextTools.replace(try delimited("`"), "\\`", "`", count: -1), nil)
            // Words without quotes are an old way to write a string.
            tokens.append(.literal((try? JSON.parse(text)) ?? .string(text)))
        default:
            guard let symbol = JMESPathLexer.symbols.first(where: starts) else {
                throw mistake("unknown character '\(scalar)'")
            }
            tokens.append(.symbol(symbol))
            position += symbol.unicodeScalars.count
        }
    }

    private mutating func number() throws(Diagnostic) {
        guard let number = Int(take { ("0"..."9").contains($0) || $0 == "-" }) else { throw mistake("bad number") }
        tokens.append(.number(number))
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
    }

    private mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while position < scalars.count, belongs(scalars[position]) { position += 1 }
        return String(String.UnicodeScalarView(scalars[start..<position]))
    }

    private func starts(with symbol: String) -> Bool { scalars[position...].starts(with: symbol.unicodeScalars) }

    /// The text up to the closing mark; a backslash keeps the mark from closing.
    private mutating func delimited(_ mark: Unicode.Scalar) throws(Diagnostic) -> String {
        let start = position + 1
        var end = start
        while end < scalars.count, scalars[end] != mark { end += scalars[end] == "\\" ? 2 : 1 }
        guard end < scalars.count else { throw mistake("unclosed \(mark)") }
        position = end + 1
        return String(String.UnicodeScalarView(scalars[start..<end]))
    }

    private func mistake(_ message: String) -> Diagnostic {
        Diagnostic(.templateRuntime, "bad JMESPath expression: \(message) at position \(position)")
    }
}
