//! Numbers, booleans and dates of TOML, in the words of YAML.

import Diagnostics
import YAML

enum TOMLScalar {
    /// The plain YAML scalar that means the same.
    static func node(_ word: String, at range: SourceRange) throws(Diagnostic) -> Node {
        if word == "true" || word == "false" { return plain(word, range) }
        if isTime(word) { return .text(word, at: range) }
        if isDate(word) { return plain(word, range) }
        if let number = integer(word) { return plain(String(number), range) }
        if let text = float(word) { return plain(text, range) }
        throw Diagnostic(
            .inventorySyntax, word.isEmpty ? "a value is missing" : "'\(word)' is no value of TOML", at: range,
            help: word.isEmpty ? nil : "put text in quotes")
    }

    private static func plain(_ text: String, _ range: SourceRange) -> Node {
        Node(content: .scalar(.init(text: text, style: .plain)), range: range)
    }

    private static func integer(_ word: String) -> Int? {
        guard let digits = digits(word) else { return nil }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return Int(digits.dropFirst(2), radix: radix)
        }
        let unsigned = digits.drop { $0 == "+" || $0 == "-" }
        guard unsigned == "0" || !unsigned.hasPrefix("0") else { return nil }
        return Int(digits)
    }

    private static func float(_ word: String) -> String? {
        switch word {
        case "inf", "+inf": return ".inf"
        case "-inf": return "-.inf"
        case "nan", "+nan", "-nan": return ".nan"
        default: break
        }
        guard let digits = digits(word), digits.contains(where: { ".eE".contains($0) }),
            digits.last?.isNumber ?? false, let number = Double(digits), number.isFinite
        else { return nil }
        // YAML 1.1 wants a point and a sign.
        let text = "\(number)"
        guard let exponent = text.firstIndex(of: "e") else { return text }
        let mantissa = text[..<exponent]
        let power = text[text.index(after: exponent)...]
        return (mantissa.contains(".") ? mantissa : mantissa + ".0") + "e"
            + (power.hasPrefix("-") ? power : "+" + power)
    }

    /// Without underscores; nil where one stands anywhere but between digits.
    private static func digits(_ word: String) -> String? {
        guard !word.hasPrefix("_"), !word.hasSuffix("_"), !word.contains("__") else { return nil }
        return word.filter { $0 != "_" }
    }

    private static func isDate(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        return bytes.count >= 10 && bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-")
            && [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy { (0x30...0x39).contains(bytes[$0]) }
    }

    private static func isTime(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        return bytes.count >= 8 && bytes[2] == UInt8(ascii: ":") && bytes[5] == UInt8(ascii: ":")
            && [0, 1, 3, 4, 6, 7].allSatisfy { (0x30...0x39).contains(bytes[$0]) }
    }
}
