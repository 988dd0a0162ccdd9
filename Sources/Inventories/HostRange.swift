//! `web[01:20]`, `db[a:c]`, `rack[0:10:5]`: many hosts in one line.

import Diagnostics

enum HostRange {
    /// More hosts than this from one line are a slip of the keyboard.
    private static let limit = 1_000_000

    /// All names that a pattern stands for; the pattern itself where it has no range.
    static func expand(_ pattern: String, at range: SourceRange?) throws(Diagnostic) -> [String] {
        guard let open = pattern.firstIndex(of: "["), let close = pattern[open...].firstIndex(of: "]") else {
            return [pattern]
        }
        let head = pattern[..<open]
        let inside = pattern[pattern.index(after: open)..<close]
        let tails = try expand(String(pattern[pattern.index(after: close)...]), at: range)
        let items = try self.items(inside, in: pattern, at: range)
        guard items.count * tails.count <= limit else {
            throw Diagnostic(.inventorySyntax, "'\(pattern)' stands for more than \(limit) hosts", at: range)
        }
        return items.flatMap { item in tails.map { "\(head)\(item)\($0)" } }
    }

    private static func items(_ text: Substring, in pattern: String, at range: SourceRange?) throws(Diagnostic)
        -> [String]
    {
        func wrong(_ message: String) -> Diagnostic {
            Diagnostic(
                .inventorySyntax, "\(message) in '\(pattern)'", at: range,
                help: "write [first:last] or [first:last:step], with numbers or single letters")
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { throw wrong("a range needs a first and a last value") }
        guard !parts[1].isEmpty else { throw wrong("a range needs a last value") }
        let first = parts[0].isEmpty ? "0" : parts[0]
        var step = 1
        if parts.count == 3 {
            guard let number = Int(parts[2]), number > 0 else { throw wrong("a step is a positive number") }
            step = number
        }
        if let low = Int(first), let high = Int(parts[1]) {
            let isPadded = first.count > 1 && first.first == "0"
            if isPadded, first.count != parts[1].count { throw wrong("both ends need the same number of digits") }
            guard low >= 0, high - low < limit else { throw wrong("too many hosts") }
            return stride(from: low, through: high, by: step).map { number in
                let digits = String(number)
                return isPadded ? String(repeating: "0", count: max(first.count - digits.count, 0)) + digits : digits
            }
        }
        guard let low = letter(first), let high = letter(parts[1]) else { throw wrong("not a range") }
        return stride(from: low, through: high, by: step).map { String(decoding: [letters[$0]], as: UTF8.self) }
    }

    private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    private static func letter(_ text: Substring) -> Int? {
        text.utf8.count == 1 ? text.utf8.first.flatMap { letters.firstIndex(of: $0) } : nil
    }
}
