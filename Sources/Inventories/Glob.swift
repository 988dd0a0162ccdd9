//! Shell globs over names: `*`, `?`, `[a-z]`, `[!x]`.

package enum Glob {
    /// Whether a whole text fits a pattern.
    package static func matches(_ pattern: String, _ text: String) -> Bool {
        matches(Array(pattern.utf8)[...], Array(text.utf8)[...])
    }

    static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        var pattern = pattern
        var text = text
        // Where the last `*` stands, and how much it has swallowed so far.
        var star: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
        while !text.isEmpty {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                star = (pattern, text)
            } else if let rest = one(pattern, text.first) {
                pattern = rest
                text = text.dropFirst()
            } else if let last = star {
                text = last.text.dropFirst()
                pattern = last.pattern
                star = (pattern, text)
            } else {
                return false
            }
        }
        return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The rest of the pattern behind one item that fits the byte.
    private static func one(_ pattern: ArraySlice<UInt8>, _ byte: UInt8?) -> ArraySlice<UInt8>? {
        guard let item = pattern.first, let byte else { return nil }
        let rest = pattern.dropFirst()
        if item == UInt8(ascii: "?") { return rest }
        guard item == UInt8(ascii: "["), let (fits, behind) = set(rest, byte) else { return item == byte ? rest : nil }
        return fits ? behind : nil
    }

    /// A set behind its `[`; nil where it is not closed.
    private static func set(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> (fits: Bool, rest: ArraySlice<UInt8>)? {
        var rest = pattern
        let isNegated = rest.first == UInt8(ascii: "!")
        if isNegated { rest = rest.dropFirst() }
        var fits = false
        var isFirst = true
        while let low = rest.first, isFirst || low != UInt8(ascii: "]") {
            isFirst = false
            rest = rest.dropFirst()
            var high = low
            if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first, end != UInt8(ascii: "]") {
                high = end
                rest = rest.dropFirst(2)
            }
            if low <= high, (low...high).contains(byte) { fits = true }
        }
        guard rest.first == UInt8(ascii: "]") else { return nil }
        return (fits != isNegated, rest.dropFirst())
    }
}
