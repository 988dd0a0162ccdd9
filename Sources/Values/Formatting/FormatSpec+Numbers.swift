//! The numeric presentation types of format specifications.

import Diagnostics
import Glibc

extension FormatSpec {
    func formatInteger(_ value: Value) throws(Diagnostic) -> String {
        guard let number = value.bigInteger else { throw unknownType(value.typeName) }
        if let type, "eEfFgG%".contains(type) { return try formatFloat(value.double ?? 0) }
        if precision != nil { throw Value.runtimeMistake("Precision not allowed in integer format specifier") }
        let digits = number.decimal.drop { $0 == "-" }
        let sign = signText(isNegative: number.isNegative)
        switch type ?? "d" {
        case "d", "n": return paddedNumber(sign, grouped(String(digits), size: 3))
        case "x", "X", "o", "b": return try formatRadix(number, sign)
        case "c":
            guard let code = number.machineInteger, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init)
            else {
                throw Value.runtimeMistake("%c arg not in range(0x110000)")
            }
            return padded("", String(scalar), natural: .left)
        default: throw unknownType("int")
        }
    }

    private func formatRadix(_ number: BigInteger, _ sign: String) throws(Diagnostic) -> String {
        let radix = type == "o" ? 8 : type == "b" ? 2 : 16
        let isUpper = type == "X"
        var digits = number.digits(radix: radix)
        if isUpper { digits = digits.uppercased() }
        let prefix = isAlternate ? "0" + (type.map(String.init) ?? "") : ""
        return paddedNumber(sign + prefix, grouped(digits, size: 4))
    }

    func formatFloat(_ number: Double) throws(Diagnostic) -> String {
        let magnitude = number.magnitude
        let sign = signText(isNegative: number.sign == .minus)
        guard magnitude.isFinite else {
            let word = magnitude.isNaN ? "nan" : "inf"
            let isUpper = type?.isUppercase ?? false
            return paddedNumber(sign, (isUpper ? word.uppercased() : word) + (type == "%" ? "%" : ""))
        }
        let body: String
        switch type {
        case nil where precision == nil: body = FloatText.representation(magnitude)
        case nil: body = FormatSpec.general(magnitude, precision ?? 6, keepsFraction: true, isUpper: false, isAlternate)
        case "f", "F": body = FormatSpec.fixed(magnitude, precision ?? 6)
        case "e": body = FormatSpec.printed("%.\(precision ?? 6)e", magnitude)
        case "E": body = FormatSpec.printed("%.\(precision ?? 6)E", magnitude)
        case "g", "n":
            body = FormatSpec.general(magnitude, precision ?? 6, keepsFraction: false, isUpper: false, isAlternate)
        case "G": body = FormatSpec.general(magnitude, precision ?? 6, keepsFraction: false, isUpper: true, isAlternate)
        case "%": body = FormatSpec.fixed(magnitude * 100, precision ?? 6) + "%"
        default: throw unknownType("float")
        }
        let isZero = dropsNegativeZero && !body.contains { ("1"..."9").contains($0) }
        return paddedNumber(isZero ? signText(isNegative: false) : sign, groupedFraction(body))
    }

    static func fixed(_ number: Double, _ precision: Int) -> String { printed("%.\(precision)f", number) }

    static func general(
        _ number: Double, _ precision: Int, keepsFraction: Bool, isUpper: Bool, _ isAlternate: Bool
    ) -> String {
        let format = "%" + (isAlternate ? "#" : "") + ".\(max(precision, 1))" + (isUpper ? "G" : "g")
        let text = printed(format, number)
        return keepsFraction && text.allSatisfy(\.isNumber) ? text + ".0" : text
    }

    /// C's printf of one float, in the C locale's digits.
    static func printed(_ format: String, _ number: Double) -> String {
        withVaList([number]) { arguments in
            var buffer = [CChar](repeating: 0, count: 2048)
            let length = Int(vsnprintf(&buffer, buffer.count, format, arguments))
            return String(
                decoding: buffer.prefix(min(length, buffer.count - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    private func paddedNumber(_ sign: String, _ body: String) -> String {
        guard grouping != nil, alignment == .afterSign, fill == "0" else { return padded(sign, body, natural: .right) }
        // With zero padding the zeros are grouped as well.
        var digits = body.filter { $0 != "," && $0 != "_" }
        let fraction = digits.firstIndex { !$0.isHexDigit }.map { String(digits[$0...]) } ?? ""
        digits.removeLast(fraction.count)
        let size = type == "x" || type == "X" || type == "o" || type == "b" ? 4 : 3
        while grouped(digits, size: size).count + fraction.count + sign.count < width { digits = "0" + digits }
        return sign + grouped(digits, size: size) + fraction
    }

    private func grouped(_ digits: String, size: Int) -> String {
        guard let grouping else { return digits }
        var output = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: size) { output += grouping }
            output.append(digit)
        }
        return output
    }

    private func groupedFraction(_ text: String) -> String {
        guard grouping != nil else { return text }
        let whole = text.prefix { $0.isNumber }
        return grouped(String(whole), size: 3) + text.dropFirst(whole.count)
    }
}

extension BigInteger {
    /// The magnitude in another base.
    func digits(radix: Int) -> String {
        if let number = machineInteger { return String(number.magnitude, radix: radix) }
        var output = ""
        var rest: BigInteger = isNegative ? BigInteger(0).subtracting(self) ?? self : self
        let base = BigInteger(radix)
        while rest.decimal != "0", let parts = rest.dividedDown(by: base) {
            output = String(parts.remainder.machineInteger ?? 0, radix: radix) + output
            rest = parts.quotient
        }
        return output
    }
}
