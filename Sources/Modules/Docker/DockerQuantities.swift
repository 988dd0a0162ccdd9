//! Sizes (`512m`) and durations (`1m30s`) as Docker's users write them.

/// Numbers with units.
package enum DockerQuantity {
    /// Bytes: a number with an optional unit b, k, m, g, t, p (powers of 1024), e.g. `512m`, `1.5G`, `64KiB`.
    package static func bytes(_ text: String) -> Int? {
        let text = text.lowercased()
        let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
        var unit = text.dropFirst(digits.count).drop { $0 == " " }
        if unit.hasSuffix("ib") {
            unit = unit.dropLast(2)
        } else if unit.count > 1, unit.hasSuffix("b") {
            unit = unit.dropLast()
        }
        let powers: [Substring: Int] = ["": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5]
        guard let number = Double(digits), let power = powers[unit] else { return nil }
        var result = number
        for _ in 0..<power { result *= 1024 }
        return Int(exactly: result.rounded())
    }

    /// Nanoseconds: a number of seconds, or numbers with units h, m, s, ms, us, ns.
    package static func nanoseconds(_ text: String) -> Int? {
        if let seconds = Int(text) { return seconds * 1_000_000_000 }
        let units: [(String, Double)] = [
            ("ms", 1e6), ("us", 1e3), ("ns", 1), ("h", 3600e9), ("m", 60e9), ("s", 1e9),
        ]
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            guard let number = Double(digits), let unit = units.first(where: { rest.hasPrefix($0.0) }) else {
                return nil
            }
            total += number * unit.1
            rest = rest.dropFirst(unit.0.count)
        }
        return Int(exactly: total.rounded())
    }
}
