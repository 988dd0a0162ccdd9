//! How one value is laid out: `{:>10,.2f}` and `%-5s` both end here.

import Diagnostics
import Glibc

/// Python's format specification: `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
package struct FormatSpec {
    enum Alignment: Character { case left = "<", right = ">", center = "^", afterSign = "=" }

    var fill: Unicode.Scalar = " "
    var alignment: Alignment?
    var sign: Character = "-"
    var isAlternate = false
    var width = 0
    var grouping: String?
    /// `z`: what rounds to zero has no sign.
    var dropsNegativeZero = false
    var precision: Int?
    var type: Character?

    init() {}

    package init(parsing text: String) throws(Diagnostic) {
        var rest = text.unicodeScalars[...]
        func alignment(_ scalar: Unicode.Scalar?) -> Alignment? {
            scalar.flatMap { Alignment(rawValue: Character($0)) }
        }
        if let mark = alignment(rest.dropFirst().first), let first = rest.first {
            (fill, self.alignment) = (first, mark)
            rest = rest.dropFirst(2)
        } else if let mark = alignment(rest.first) {
            self.alignment = mark
            rest = rest.dropFirst()
        }
        if let first = rest.first, "+- ".unicodeScalars.contains(first) {
            sign = Character(first)
            rest = rest.dropFirst()
        }
        if rest.first == "z" {
            dropsNegativeZero = true
            rest = rest.dropFirst()
        }
        if rest.first == "#" {
            isAlternate = true
            rest = rest.dropFirst()
        }
        if rest.first == "0" {
            if self.alignment == nil { (fill, self.alignment) = ("0", .afterSign) }
            rest = rest.dropFirst()
        }
        width = try FormatSpec.number(&rest) ?? 0
        if let first = rest.first, first == "," || first == "_" {
            grouping = String(first)
            rest = rest.dropFirst()
        }
        if rest.first == "." {
            rest = rest.dropFirst()
            guard let digits = try FormatSpec.number(&rest) else {
                throw Value.runtimeMistake("Format specifier missing precision")
            }
            precision = digits
        }
        if let last = rest.first {
            type = Character(last)
            rest = rest.dropFirst()
        }
        guard rest.isEmpty else { throw Value.runtimeMistake("Invalid format specifier '\(text)'") }
    }

    static func number(_ rest: inout Substring.UnicodeScalarView) throws(Diagnostic) -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        guard let number = Int(String(digits)), number <= 1_000_000 else {
            throw Value.runtimeMistake("Too many decimal digits in format string")
        }
        return number
    }

    /// `format(value, spec)`
    package func format(_ value: Value) throws(Diagnostic) -> String {
        switch value {
        case .string(let text): return try format(text)
        case .bool, .int, .big: return try formatInteger(value)
        case .float(let number): return try formatFloat(number)
        default:
            let text = try value.text()
            if isPlain { return text }
            throw Value.runtimeMistake("unsupported format string passed to \(value.typeName).__format__")
        }
    }

    private var isPlain: Bool {
        alignment == nil && width == 0 && precision == nil && type == nil && grouping == nil && !isAlternate
    }

    private func format(_ text: String) throws(Diagnostic) -> String {
        guard type == nil || type == "s" else { throw unknownType("str") }
        if alignment == .afterSign, fill != "0" {
            throw Value.runtimeMistake("'=' alignment not allowed in string format specifier")
        }
        if let grouping { throw Value.runtimeMistake("Cannot specify '\(grouping)' with 's'.") }
        let cut = precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
        return padded("", cut, natural: .left)
    }

    func unknownType(_ name: String) -> Diagnostic {
        Value.runtimeMistake("Unknown format code '\(type.map(String.init) ?? "")' for object of type '\(name)'")
    }

    /// Puts sign, prefix and digits into the width.
    func padded(_ sign: String, _ body: String, natural: Alignment) -> String {
        let missing = width - sign.unicodeScalars.count - body.unicodeScalars.count
        guard missing > 0 else { return sign + body }
        func filling(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        switch alignment ?? natural {
        case .left: return sign + body + filling(missing)
        case .right: return filling(missing) + sign + body
        case .center: return filling(missing / 2) + sign + body + filling(missing - missing / 2)
        case .afterSign: return sign + filling(missing) + body
        }
    }

    func signText(isNegative: Bool) -> String {
        isNegative ? "-" : sign == "-" ? "" : String(sign)
    }
}
