//! The values of string and number literals.

import Values

enum Literals {
    /// The content of a quoted string. `keepsBackslashes` leaves backslashes as they are, as in YAML values.
    static func string(_ quoted: ArraySlice<UInt8>, keepsBackslashes: Bool) -> String {
        let content = quoted.dropFirst().dropLast()
        if keepsBackslashes || !content.contains(UInt8(ascii: "\\")) { return String(decoding: content, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(content.count)
        var index = content.startIndex
        while index < content.endIndex {
            if content[index] == UInt8(ascii: "\\"), index + 1 < content.endIndex {
                index = unescape(content, at: index + 1, to: &output)
            } else {
                output.append(content[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends what the escape whose letter is at `index` stands for; the index behind it.
    private static func unescape(_ content: ArraySlice<UInt8>, at index: Int, to output: inout [UInt8]) -> Int {
        let letter = content[index]
        switch letter {
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): output.append(letter)
        case UInt8(ascii: "a"): output.append(7)
        case UInt8(ascii: "b"): output.append(8)
        case UInt8(ascii: "f"): output.append(12)
        case UInt8(ascii: "n"): output.append(10)
        case UInt8(ascii: "r"): output.append(13)
        case UInt8(ascii: "t"): output.append(9)
        case UInt8(ascii: "v"): output.append(11)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            let digits = content[index...].prefix(3).prefix { $0 &- 0x30 < 8 }
            return append(digits, radix: 8, at: index, to: &output)
        case UInt8(ascii: "x"): return hexadecimal(content, at: index, count: 2, to: &output)
        case UInt8(ascii: "u"): return hexadecimal(content, at: index, count: 4, to: &output)
        case UInt8(ascii: "U"): return hexadecimal(content, at: index, count: 8, to: &output)
        default:
            output.append(UInt8(ascii: "\\"))
            output.append(letter)
        }
        return index + 1
    }

    private static func hexadecimal(
        _ content: ArraySlice<UInt8>, at index: Int, count: Int, to output: inout [UInt8]
    ) -> Int {
        let digits = content[(index + 1)...].prefix(count)
        guard digits.count == count else {
            output.append(UInt8(ascii: "\\"))
            output.append(content[index])
            return index + 1
        }
        return append(digits, radix: 16, at: index + 1, to: &output)
    }

    private static func append(_ digits: ArraySlice<UInt8>, radix: Int, at index: Int, to output: inout [UInt8]) -> Int
    {
        let number = UInt32(String(decoding: digits, as: UTF8.self), radix: radix)
        guard let number, let scalar = Unicode.Scalar(number) else {
            output += Array("\u{FFFD}".utf8)
            return index + digits.count
        }
        output += Array(String(scalar).utf8)
        return index + digits.count
    }

    static func integer(_ digits: ArraySlice<UInt8>) -> Value {
        let text = String(decoding: digits.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self).lowercased()
        let prefixes: [(prefix: String, radix: Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
        for (prefix, radix) in prefixes where text.hasPrefix(prefix) {
            if let number = Int(text.dropFirst(2), radix: radix) { return .int(number) }
            return big(text.dropFirst(2), radix: radix)
        }
        if let number = Int(text) { return .int(number) }
        return BigInteger(decimal: text).map { .big($0) } ?? .int(0)
    }

    private static func big(_ digits: Substring, radix: Int) -> Value {
        var number = BigInteger(0)
        for digit in digits {
            guard let shifted = number.multiplied(by: BigInteger(radix)),
                let next = shifted.adding(BigInteger(digit.hexDigitValue ?? 0))
            else { return .none }
            number = next
        }
        return Value(number)
    }

    static func float(_ digits: ArraySlice<UInt8>) -> Value {
        .float(Double(String(decoding: digits.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)) ?? 0)
    }
}
