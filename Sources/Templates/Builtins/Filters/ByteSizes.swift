//! Sizes in powers of 1024: `10 MB` ↔ 10485760.

import Diagnostics
import Regexes
import Values

enum ByteSizes {
    private static let ranges: [(letter: String, size: Double)] = zip(
        ["Y", "Z", "E", "P", "T", "G", "M", "K", "B"], (0...8).reversed()
    ).map { letter, power in (letter, Double(sign: .plus, exponent: 10 * power, significand: 1)) }

    private static let words = [
        "B": "byte", "K": "kilobyte", "M": "megabyte", "G": "gigabyte", "T": "terabyte", "P": "petabyte",
        "E": "exabyte", "Z": "zettabyte", "Y": "yottabyte",
    ]

    static func text(_ size: Double, isBits: Bool, unit: String?) -> String {
        let fallback = ranges[ranges.count - 1]
        let range = ranges.first { unit.map($0.letter.hasPrefix) ?? (size >= $0.size) } ?? fallback
        let suffix = range.size == 1 ? (isBits ? "bits" : "Bytes") : range.letter + (isBits ? "b" : "B")
        return "\(Rounding.fixed(size / range.size, digits: 2)) \(suffix)"
    }

    static func bytes(_ text: String, defaultUnit: String?, isBits: Bool) throws(Diagnostic) -> Value {
        func mistake(_ reason: String) -> Diagnostic {
            Diagnostic(.templateRuntime, "human_to_bytes() can't interpret the input: human_to_bytes() \(reason)")
        }
        let pattern = try Pattern.cached("\\s*([0-9]*\\.?[0-9]*)(?:\\s*([A-Za-z]+))?\\s*$")
        guard let match = try pattern.match(text), let number = match.group(1).flatMap(Double.init) else {
            throw mistake("can't interpret following string: \(text)")
        }
        guard let unit = match.group(2) ?? defaultUnit else {
            return NumberParsing.whole(number.rounded(.toNearestOrEven)) ?? .none
        }
        let letter = unit.prefix(1).uppercased()
        guard let range = ranges.first(where: { $0.letter == letter }) else {
            let letters = ranges.map(\.letter).joined(separator: ", ")
            throw mistake("failed to convert \(text) (unit = \(unit)). The suffix must be one of \(letters)")
        }
        let word = words[letter] ?? ""
        let unitWord = isBits ? word.replacing("byte", with: "bit") : word
        let isWord = unit.lowercased() == unitWord || unit.lowercased() == unitWord + "s" && letter == "B"
        let small = isBits ? "b" : "B"
        if unit.count > 1, !isWord, letter != "B" || unit.count > 1, unit.dropFirst() != small {
            throw mistake(
                "failed to convert \(text). Value is not a valid string (expect \(letter)\(letter == "B" ? "" : small) or \(letter))"
            )
        }
        let size = (number * range.size).rounded(.toNearestOrEven)
        guard let bytes = NumberParsing.whole(size) else { throw mistake("\(text) is too large") }
        return bytes
    }
}
