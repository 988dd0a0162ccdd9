//! `.dockerignore`: what of a folder is no part of a build.

/// The patterns of one file, the last that matches wins.
package struct IgnoreFile: Sendable {
    private struct Rule: Sendable {
        let pattern: [UInt8]
        let takesBack: Bool
    }

    private let rules: [Rule]

    package init(_ text: String) {
        var rules: [Rule] = []
        for line in text.split(whereSeparator: \.isNewline) {
            guard !line.hasPrefix("#") else { continue }
            var words = line.drop(while: \.isWhitespace)
            while words.last?.isWhitespace == true { words.removeLast() }
            let takesBack = words.hasPrefix("!")
            if takesBack { words = words.dropFirst().drop(while: \.isWhitespace) }
            let pattern = Self.cleaned(words)
            guard !pattern.isEmpty else { continue }
            rules.append(Rule(pattern: Array(pattern.utf8), takesBack: takesBack))
        }
        self.rules = rules
    }

    /// Without `.`, `..` and doubled slashes; all patterns begin at the folder itself.
    private static func cleaned(_ text: Substring) -> String {
        var parts: [Substring] = []
        for part in text.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }

    /// Whether a folder that is ignored may hold something that is not.
    package var takesBack: Bool { rules.contains(where: \.takesBack) }

    /// Whether a path, or a folder above it, is ignored.
    package func ignores(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") } + [bytes.count]
        var isIgnored = false
        for rule in rules where rule.takesBack == isIgnored {
            if ends.contains(where: { Self.matches(rule.pattern[...], bytes[..<$0]) }) { isIgnored = !rule.takesBack }
        }
        return isIgnored
    }

    // MARK: - One pattern

    private static func matches(_ pattern: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case UInt8(ascii: "*"):
            if rest.first == UInt8(ascii: "*") { return matchesFolders(rest.dropFirst(), path) }
            if matches(rest, path) { return true }
            guard let byte = path.first, byte != UInt8(ascii: "/") else { return false }
            return matches(pattern, path.dropFirst())
        case UInt8(ascii: "?"):
            guard let byte = path.first, byte != UInt8(ascii: "/") else { return false }
            return matches(rest, path.dropFirst())
        case UInt8(ascii: "["):
            guard let byte = path.first, byte != UInt8(ascii: "/"), let (hit, after) = set(rest, byte) else {
                return false
            }
            return hit && matches(after, path.dropFirst())
        case UInt8(ascii: "\\"):
            guard let literal = rest.first else { return false }
            return path.first == literal && matches(rest.dropFirst(), path.dropFirst())
        default: return path.first == first && matches(rest, path.dropFirst())
        }
    }

    /// What follows `**`: any number of folders, none included; at the end of a pattern, everything.
    private static func matchesFolders(_ rest: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
        let rest = rest.first == UInt8(ascii: "/") ? rest.dropFirst() : rest
        if rest.isEmpty { return true }
        if matches(rest, path) { return true }
        for index in path.indices where path[index] == UInt8(ascii: "/") {
            if matches(rest, path[(index + 1)...]) { return true }
        }
        return false
    }

    /// `[a-z]`, `[^0-9]`: whether the byte is in it, and what follows it; nil for a set without an end.
    private static func set(
        _ pattern: ArraySlice<UInt8>, _ byte: UInt8
    ) -> (hit: Bool, rest: ArraySlice<UInt8>)? {
        var rest = pattern
        let isNegated = rest.first == UInt8(ascii: "^")
        if isNegated { rest = rest.dropFirst() }
        var hit = false
        var isFirst = true
        while let low = rest.popFirst() {
            if low == UInt8(ascii: "]"), !isFirst { return (hit != isNegated, rest) }
            isFirst = false
            var high = low
            if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first, end != UInt8(ascii: "]") {
                high = end
                rest = rest.dropFirst(2)
            }
            if low <= byte, byte <= high { hit = true }
        }
        return nil
    }
}
