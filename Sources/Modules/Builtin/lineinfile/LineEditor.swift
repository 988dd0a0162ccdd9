//! Where a line goes: pure text, no host.

import Diagnostics
import Regexes
import Values

/// Finds and places one line among others, by Ansible's rules.
struct LineEditor: Sendable {
    private enum Anchor: Sendable {
        case beginning
        case end
        case after(Pattern)
        case before(Pattern)
    }

    private let pattern: Pattern?
    private let searchString: String?
    private let backrefs: Bool
    private let takesFirst: Bool
    private let anchor: Anchor

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        pattern = try Self.pattern(arguments, "regexp")
        searchString = arguments.string("search_string")
        backrefs = arguments.bool("backrefs") ?? false
        takesFirst = arguments.bool("firstmatch") ?? false
        switch (arguments.string("insertbefore"), arguments.string("insertafter")) {
        case ("BOF"?, _), (_, "BOF"?): anchor = .beginning
        case (_?, _): anchor = try Self.pattern(arguments, "insertbefore").map(Anchor.before) ?? .end
        case (nil, let after?) where after != "EOF":
            anchor = try Self.pattern(arguments, "insertafter").map(Anchor.after) ?? .end
        default: anchor = .end
        }
    }

    /// A pattern that cannot be read is shown where it was written.
    static func pattern(_ arguments: ModuleArguments, _ name: String) throws(Diagnostic) -> Pattern? {
        guard let text = arguments.string(name) else { return nil }
        do { return try Pattern.cached(text) } catch {
            throw error.located(at: arguments.ranges[name] ?? arguments.range)
        }
    }

    /// Whether `text` is what `regexp`, `search_string` or else the line itself describes.
    func matches(_ text: String, line: String) throws(Diagnostic) -> Bool {
        if let pattern { return try pattern.search(text) != nil }
        if let searchString { return text.contains(searchString) }
        return text == line
    }

    /// The lines with `line` in its place, and what was done.
    func inserting(_ line: String, into lines: [[UInt8]]) throws(Diagnostic) -> (lines: [[UInt8]], message: String) {
        var found: Int?
        var place: Int?
        for (index, bytes) in lines.enumerated() {
            let text = TextLines.text(bytes)
            if try matches(text, line: line) {
                found = index
                if takesFirst { break }
            } else if try isAnchor(text), !(takesFirst && place != nil) {
                place = index
            }
        }
        if let found { return try replacing(found, by: line, in: lines) }
        // The very line may be there although the pattern does not describe it.
        if backrefs || lines.contains(where: { TextLines.text($0) == line }) { return (lines, "") }
        return adding(line, at: place, to: lines)
    }

    private func isAnchor(_ text: String) throws(Diagnostic) -> Bool {
        switch anchor {
        case .after(let pattern), .before(let pattern): try pattern.search(text) != nil
        case .beginning, .end: false
        }
    }

    private func replacing(
        _ index: Int, by line: String, in lines: [[UInt8]]
    ) throws(Diagnostic) -> (lines: [[UInt8]], message: String) {
        var new = line
        if backrefs, let pattern, let match = try pattern.search(TextLines.text(lines[index])) {
            new = try Replacement(line, for: pattern).expand(match)
        }
        let bytes = Self.ended(new)
        guard lines[index] != bytes, Array(new.utf8) != lines[index] || pattern != nil || searchString != nil else {
            return (lines, "")
        }
        var result = lines
        result[index] = bytes
        return (result, "line replaced")
    }

    private func adding(_ line: String, at place: Int?, to lines: [[UInt8]]) -> (lines: [[UInt8]], message: String) {
        var result = lines
        let index: Int
        switch (anchor, place) {
        case (.beginning, _): index = 0
        case (.after, let place?): index = place + 1
        case (.before, let place?): index = place
        default: index = lines.count
        }
        if index > 0, index == lines.count, lines[index - 1].last != UInt8(ascii: "\n") {
            result[index - 1].append(UInt8(ascii: "\n"))
        }
        result.insert(Self.ended(line), at: index)
        return (result, "line added")
    }

    private static func ended(_ line: String) -> [UInt8] {
        let bytes = Array(line.utf8)
        return bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")]
    }
}
