//! Floats of YAML 1.1: a dot is required, an exponent needs its sign, base 60, infinities and not-a-number.

/// Scalars that have the form of a float.
enum YAMLFloat {
    static func value(of bytes: [UInt8]) -> Double? {
        let negative = bytes.first == UInt8(ascii: "-")
        let isSigned = negative || bytes.first == UInt8(ascii: "+")
        let digits = isSigned ? bytes.dropFirst() : bytes[...]
        guard let first = digits.first, first.isDigit || first == UInt8(ascii: ".") else { return nil }
        if let special = special(digits, signed: isSigned) { return negative ? -special : special }
        guard let dot = digits.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let whole = digits[..<dot]
        let magnitude = whole.contains(UInt8(ascii: ":")) ? base60(digits, dot) : decimal(digits, dot, signed: isSigned)
        return magnitude.map { negative ? -$0 : $0 }
    }

    private static func special(_ digits: ArraySlice<UInt8>, signed: Bool) -> Double? {
        guard digits.count == 4 else { return nil }
        switch String(decoding: digits, as: UTF8.self) {
        case ".inf", ".Inf", ".INF": return .infinity
        case ".nan", ".NaN", ".NAN": return signed ? nil : .nan
        default: return nil
        }
    }

    private static func isDigits(_ digits: some Sequence<UInt8>) -> Bool {
        digits.allSatisfy { $0.isDigit || $0 == UInt8(ascii: "_") }
    }

    private static func decimal(_ digits: ArraySlice<UInt8>, _ dot: Int, signed: Bool) -> Double? {
        let whole = digits[..<dot]
        var fraction = digits[(dot + 1)...]
        if whole.isEmpty {
            // PyYAML knows no sign before a leading dot, and wants a digit behind it.
            guard !signed, fraction.first?.isDigit == true else { return nil }
        } else {
            guard whole.first?.isDigit == true, isDigits(whole) else { return nil }
        }
        var exponent: ArraySlice<UInt8> = []
        if let mark = fraction.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
            exponent = fraction[(mark + 1)...]
            fraction = fraction[..<mark]
            guard let sign = exponent.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
                exponent.count > 1, exponent.dropFirst().allSatisfy(\.isDigit)
            else { return nil }
        }
        guard isDigits(fraction) else { return nil }
        func plain(_ digits: ArraySlice<UInt8>) -> String {
            String(decoding: digits.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        }
        let text = "0" + plain(whole) + "." + plain(fraction) + "0"
        return Double(exponent.isEmpty ? text : text + "e" + String(decoding: exponent, as: UTF8.self))
    }

    /// `1:30.5` is ninety and a half.
    private static func base60(_ digits: ArraySlice<UInt8>, _ dot: Int) -> Double? {
        let parts = digits[..<dot].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let fraction = digits[(dot + 1)...].filter { $0 != UInt8(ascii: "_") }
        guard isDigits(digits[(dot + 1)...]), parts[0].first?.isDigit == true, isDigits(parts[0]),
            parts.dropFirst().allSatisfy(YAMLInteger.isSixtieth)
        else { return nil }
        var texts = parts.map { String(decoding: $0.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self) }
        texts[texts.count - 1] += "." + String(decoding: fraction, as: UTF8.self) + "0"
        var sum = 0.0
        var unit = 1.0
        for text in texts.reversed() {
            guard let part = Double(text) else { return nil }
            sum += part * unit
            unit *= 60
        }
        return sum
    }
}
