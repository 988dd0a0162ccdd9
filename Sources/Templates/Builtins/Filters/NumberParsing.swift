//! Texts as numbers, as Python's `int()` and `float()` read them.

import Diagnostics
import Values

enum NumberParsing {
    /// Jinja's `int` filter: by way of a float where the text is no integer; nil where it is no number.
    static func integer(from value: Value, base: Int) throws(Diagnostic) -> Value? {
        switch value {
        case .bool, .int: return value.exactInteger.map(Value.int)
        case .big: return value
        case .float(let number): return whole(number)
        case .string(let text): return integer(text, base: base) ?? float(text).flatMap(whole)
        default: return nil
        }
    }

    /// `int(text, base)`; base 0 looks at the prefix.
    static func integer(_ text: String, base: Int) -> Value? {
        var digits = TextTools.strip(text, nil).lowercased()[...]
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        var base = base
        for (prefix, prefixBase) in [("0x", 16), ("0o", 8), ("0b", 2)]
        where (base == 0 || base == prefixBase) && digits.hasPrefix(prefix) {
            digits = digits.dropFirst(2)
            if digits.hasPrefix("_") { digits = digits.dropFirst() }
            base = prefixBase
        }
        if base == 0 {
            if digits.hasPrefix("0"), digits.contains(where: { $0 != "0" && $0 != "_" }) { return nil }
            base = 10
        }
        guard (2...36).contains(base), let plain = withoutUnderscores(digits) else { return nil }
        let signed = (isNegative ? "-" : "") + plain
        if let number = Int(signed, radix: base) { return .int(number) }
        let isDecimal = base == 10 && plain.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isDecimal ? BigInteger(decimal: signed).map(Value.big) : nil
    }

    /// `float(text)`.
    static func float(_ text: String) -> Double? {
        let text = TextTools.strip(text, nil).lowercased()
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        switch unsigned {
        case "inf", "infinity": return text.hasPrefix("-") ? -.infinity : .infinity
        case "nan": return .nan
        default: break
        }
        guard let first = unsigned.utf8.first, first == UInt8(ascii: ".") || (0x30...0x39).contains(first),
            !unsigned.contains("x"), let plain = withoutUnderscores(text[...])
        else { return nil }
        return Double(plain)
    }

    /// Underscores may stand between digits only.
    private static func withoutUnderscores(_ text: Substring) -> String? {
        guard !text.isEmpty, !text.hasPrefix("_"), !text.hasSuffix("_"), !text.contains("__") else { return nil }
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
            let neighbours = [bytes[index - 1], bytes[index + 1]]
            let areDigits = neighbours.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
            guard areDigits else { return nil }
        }
        return text.filter { $0 != "_" }
    }

    /// The integer part; nil for NaN and infinity.
    static func whole(_ number: Double) -> Value? {
        guard number.isFinite else { return nil }
        let whole = number.rounded(.towardZero)
        if let machine = Int(exactly: whole) { return .int(machine) }
        return BigInteger(decimal: String(Rounding.fixed(whole, digits: 0))).map(Value.big)
    }
}
