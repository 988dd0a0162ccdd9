//! Writes `pins.yml`: sorted, one line a pin, so that a difference shows what changed and nothing else.

import Diagnostics

/// From pins to the text of a file.
package enum PinsWriter {
    /// `head` are the comments that the file began with.
    package static func text(_ pins: Pins, head: String = "") -> String {
        var text = head
        if !pins.packages.isEmpty {
            text += "packages:\n"
            for (release, packages) in pins.packages.sorted(by: { $0.key < $1.key }) where !packages.isEmpty {
                text += "  \(scalar(release)):\n"
                for (name, package) in packages.sorted(by: { $0.key < $1.key }) {
                    text += "    \(scalar(name)): \(versions(package))\n"
                }
            }
        }
        for (section, pins) in [("images", pins.images), ("downloads", pins.downloads), ("roles", pins.roles)]
        where !pins.isEmpty {
            text += "\(section):\n"
            for (name, pin) in pins.sorted(by: { $0.key < $1.key }) {
                text += "  \(scalar(name)): \(scalar(pin.value))\n"
            }
        }
        return text
    }

    /// The comments and empty lines that a file begins with.
    package static func head(of text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let head = lines.prefix { $0.hasPrefix("#") || $0.allSatisfy(\.isWhitespace) }
        // What follows the last line break is no line.
        return (head.count == lines.count ? head.dropLast() : head).map { $0 + "\n" }.joined()
    }

    private static func versions(_ package: Pins.Package) -> String {
        if package.versions.count == 1, let only = package.versions[""] { return scalar(only.value) }
        let all = package.versions.sorted { $0.key < $1.key }
        return "{ " + all.map { "\(scalar($0.key)): \(scalar($0.value.value))" }.joined(separator: ", ") + " }"
    }

    /// Quoted where other readers of YAML would take it for a number, a truth or more than text.
    private static func scalar(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { plain.contains($0) } && !text.hasSuffix(":") && !text.contains(": ")
        let first = text.utf8.first.map { letters.contains($0) || digits.contains($0) } ?? false
        let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        guard isPlain, first, !isNumber(text), !words.contains(text.lowercased()) else {
            return "'" + text.replacing("'", with: "''") + "'"
        }
        return text
    }

    private static let letters = Set(UInt8(ascii: "a")...UInt8(ascii: "z"))
        .union(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    private static let digits = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))
    private static let plain = letters.union(digits).union("-+._~:/@%?&=^ ".utf8)

    private static func isNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, digits.contains(first) else { return false }
        let parts = text.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let isExponent = parts.count == 2 && !parts[1].isEmpty && parts[1].utf8.allSatisfy(digits.contains)
        let mantissa = isExponent ? parts[0] : text[...]
        return mantissa.utf8.allSatisfy { digits.contains($0) || "._:".utf8.contains($0) }
            && mantissa.utf8.count { $0 == UInt8(ascii: ".") } <= 1
    }
}
