//! Numbers of Python's literal syntax.

import Values

enum PythonNumber {
    /// The number at `offset`, which moves behind it; nil where there is none, or where something is glued to it.
    static func parse(_ bytes: [UInt8], _ offset: inout Int) -> Value? {
        var position = offset
        var negative = false
        while position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            if bytes[position] == UInt8(ascii: "-") { negative.toggle() }
            position += 1
        }
        let start = position
        while position < bytes.count, isPart(bytes, position) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard !text.isEmpty, let value = magnitude(text, negative: negative) else { return nil }
        offset = position
        return value
    }

    private static func isPart(_ bytes: [UInt8], _ position: Int) -> Bool {
        let byte = bytes[position]
        if byte.isWordByte || byte == UInt8(ascii: ".") { return true }
        guard byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), position > 0 else { return false }
        return bytes[position - 1] | 0x20 == UInt8(ascii: "e")
    }

    private static func magnitude(_ text: String, negative: Bool) -> Value? {
        let lowered = text.lowercased()
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where lowered.hasPrefix(prefix) {
            guard let digits = digits(lowered.dropFirst(2)), let number = Int(digits, radix: radix) else { return nil }
            return .int(negative ? -number : number)
        }
        guard let digits = digits(lowered[...]) else { return nil }
        if digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) {
            // `0755` is no Python number.
            if digits.utf8.count > 1, digits.hasPrefix("0"), !digits.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) {
                return nil
            }
            let signed = (negative ? "-" : "") + digits
            return Int(signed).map { .int($0) } ?? BigInteger(decimal: signed).map { .big($0) }
        }
        let isFloat = digits.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "+"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isFloat, digits != ".", let number = Double(padded(digits)) else { return nil }
        return .float(negative ? -number : number)
    }

    /// Digits without underscores; nil where these do not stand between digits.
    private static func digits(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return String(text) }
        guard !text.hasPrefix("_"), !text.hasSuffix("_"), !text.contains("__") else { return nil }
        return text.filter { $0 != "_" }
    }

    /// `1.`, `.5` and `1.e3` with all their digits.
    private static func padded(_ text: String) -> String {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return text }
        let fraction = parts[1].isEmpty || parts[1].hasPrefix("e") ? "0" + parts[1] : String(parts[1])
        return (parts[0].isEmpty ? "0" : String(parts[0])) + "." + fraction
    }
}
