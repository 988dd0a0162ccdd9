//! Python's replacement syntax: `\1`, `\g<name>`, and the escapes.

import Diagnostics

/// A replacement text, parsed once for a pattern.
package struct Replacement: Sendable {
    private enum Part: Sendable {
        case text([UInt8])
        case group(Int)
    }

    private var parts: [Part] = []

    package init(_ template: String, for pattern: Pattern) throws(Diagnostic) {
        var parser = ReplacementParser(template, pattern)
        while let group = try parser.next() {
            parts.append(.text(parser.takeText()))
            parts.append(.group(group))
        }
        parts.append(.text(parser.takeText()))
    }

    func append(_ match: RegexMatch, to output: inout [UInt8]) {
        for part in parts {
            switch part {
            case .text(let text): output.append(contentsOf: text)
            case .group(let number): output.append(contentsOf: match.bytes(number))
            }
        }
    }

    /// `match.expand(template)`.
    package func expand(_ match: RegexMatch) -> String {
        var output: [UInt8] = []
        append(match, to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}

extension Pattern {
    /// `re.subn`: the new text and how many matches were replaced; `limit` 0 means all.
    package func replace(
        in text: String, with template: String, limit: Int = 0
    ) throws(Diagnostic) -> (text: String, count: Int) {
        let replacement = try Replacement(template, for: self)
        let subject = Array(text.utf8)
        let found = try matches(in: subject, limit: limit)
        guard !found.isEmpty else { return (text, 0) }
        var output: [UInt8] = []
        var end = 0
        for match in found {
            output.append(contentsOf: subject[end..<match.range.lowerBound])
            replacement.append(match, to: &output)
            end = match.range.upperBound
        }
        output.append(contentsOf: subject[end...])
        return (String(decoding: output, as: UTF8.self), found.count)
    }
}

private struct ReplacementParser {
    private let source: [Unicode.Scalar]
    private let pattern: Pattern
    private var position = 0
    private var text = String.UnicodeScalarView()

    init(_ template: String, _ pattern: Pattern) {
        source = Array(template.unicodeScalars)
        self.pattern = pattern
    }

    mutating func takeText() -> [UInt8] {
        defer { text = .init() }
        return Array(String(text).utf8)
    }

    /// Reads on to the next group reference; nil at the end.
    mutating func next() throws(Diagnostic) -> Int? {
        while position < source.count {
            guard source[position] == "\\" else {
                text.append(source[position])
                position += 1
                continue
            }
            guard position + 1 < source.count else { throw mistake("bad escape (end of pattern)") }
            if let group = try escape() { return group }
        }
        return nil
    }

    private mutating func escape() throws(Diagnostic) -> Int? {
        let letter = source[position + 1]
        switch letter {
        case "g": return try namedGroup()
        case "0"..."9":
            if let octal = octalCharacter() {
                text.append(octal)
                return nil
            }
            return try numberedGroup()
        case "n": append("\n")
        case "r": append("\r")
        case "t": append("\t")
        case "a": append("\u{7}")
        case "b": append("\u{8}")
        case "f": append("\u{C}")
        case "v": append("\u{B}")
        case "\\": append("\\")
        case "a"..."z", "A"..."Z": throw mistake("bad escape \\\(letter)")
        default:
            text.append("\\")
            append(letter)
        }
        return nil
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        text.append(scalar)
        position += 2
    }

    /// `\0`, `\07` and three octal digits name a character.
    private mutating func octalCharacter() -> Unicode.Scalar? {
        let digits = source[(position + 1)...].prefix(3).prefix { ("0"..."7").contains($0) }
        guard source[position + 1] == "0" || digits.count == 3 else { return nil }
        position += 1 + digits.count
        return UInt32(String(String.UnicodeScalarView(digits)), radix: 8).flatMap { Unicode.Scalar($0 & 0xFF) }
    }

    private mutating func numberedGroup() throws(Diagnostic) -> Int {
        let digits = source[(position + 1)...].prefix(2).prefix { ("0"..."9").contains($0) }
        let number = Int(String(String.UnicodeScalarView(digits))) ?? 0
        guard number <= pattern.groupCount else { throw mistake("invalid group reference \(number)", offset: 1) }
        position += 1 + digits.count
        return number
    }

    private mutating func namedGroup() throws(Diagnostic) -> Int {
        guard position + 2 < source.count, source[position + 2] == "<" else { throw mistake("missing <", offset: 2) }
        guard let end = source[position...].firstIndex(of: ">") else {
            throw mistake("missing >, unterminated name", offset: 3)
        }
        let name = String(String.UnicodeScalarView(source[(position + 3)..<end]))
        if name.isEmpty { throw mistake("missing group name", offset: 3) }
        guard let number = pattern.groupNumbers[name] ?? Int(name) else {
            throw Diagnostic(
                .templatePlugin, "the replacement names an unknown group '\(name)'",
                help: Suggestion.help(for: name, among: pattern.groupNumbers.keys))
        }
        guard (0...pattern.groupCount).contains(number) else {
            throw mistake("invalid group reference \(name)", offset: 3)
        }
        position = end + 1
        return number
    }

    private func mistake(_ message: String, offset: Int = 0) -> Diagnostic {
        let template = String(String.UnicodeScalarView(source))
        return Diagnostic(
            .templatePlugin, "invalid replacement '\(template)': \(message) at position \(position + offset)")
    }
}
