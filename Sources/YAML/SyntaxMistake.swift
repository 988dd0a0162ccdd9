//! libyaml's complaints in words that help: the place of the mistake, and what people usually meant.

import Diagnostics

/// What libyaml did not like.
struct SyntaxMistake {
    let file: SourceFile
    let problem: String
    let offset: Int
    let context: String
    let contextOffset: Int?

    var diagnostic: Diagnostic {
        let hint = hint
        let message = context.isEmpty ? problem : "\(problem), \(context)"
        let place = hint?.offset ?? offset
        var diagnostic = Diagnostic(
            .yamlSyntax, hint?.message ?? message, at: point(place), label: hint == nil ? "" : problem,
            help: hint?.help)
        if let contextOffset, contextOffset != place, hint?.offset == nil {
            diagnostic.labels.append(.init(point(contextOffset), context))
        }
        return diagnostic
    }

    private struct Hint {
        let message: String
        let help: String
        /// A better place than libyaml's.
        var offset: Int?
    }

    private func point(_ offset: Int) -> SourceRange {
        let isInside = offset < file.bytes.count && file.bytes[offset] != UInt8(ascii: "\n")
        return SourceRange(file: file, offset: offset, length: isInside ? 1 : 0)
    }

    private var hint: Hint? {
        // The mistake is where libyaml noticed it, or where what it was reading began.
        for place in [contextOffset, offset].compactMap({ $0 }) {
            if let template = unquotedTemplate(in: line(at: place)) { return template }
        }
        return hintByProblem
    }

    private var hintByProblem: Hint? {
        let byte = offset < file.bytes.count ? file.bytes[offset] : 0
        switch problem {
        case "found character that cannot start any token", "found a tab character that violates indentation":
            if byte == UInt8(ascii: "\t") {
                return Hint(message: "a tab cannot indent YAML", help: "use spaces instead of the tab")
            }
            let character = String(decoding: [byte], as: UTF8.self)
            return Hint(
                message: "a value cannot begin with '\(character)'", help: "put the value in quotes")
        case "mapping values are not allowed in this context":
            return unexpectedColon
        case "found unexpected end of stream", "found unexpected document indicator":
            guard context.contains("quoted"), let contextOffset else { return nil }
            let quote = contextOffset < file.bytes.count && file.bytes[contextOffset] == UInt8(ascii: "'") ? "'" : "\""
            return Hint(
                message: "a quote that is opened here is never closed", help: "add the closing \(quote)",
                offset: contextOffset)
        case "could not find expected ':'":
            return missingColon
        case "found unknown escape character":
            return Hint(
                message: "unknown escape in double quotes",
                help: "write the backslash twice, or use single quotes, in which backslashes mean themselves")
        case "block sequence entries are not allowed in this context":
            return Hint(
                message: "a list cannot begin here", help: "begin the list on a line of its own: '- item'")
        case "did not find expected alphabetic or numeric character":
            return Hint(
                message: "'*' and '&' at the beginning name aliases and anchors", help: "put the value in quotes",
                offset: contextOffset)
        case "did not find expected key", "did not find expected '-' indicator":
            return brokenBlock
        default:
            return nil
        }
    }

    private var unexpectedColon: Hint? {
        let line = line(at: offset)
        let before = file.bytes[line.lowerBound..<min(offset, line.upperBound)]
        if before.contains(UInt8(ascii: ":")) {
            return Hint(message: "a second ': ' in one value", help: "put the value in quotes: 'key: \"value: more\"'")
        }
        return Hint(
            message: "no mapping can begin here",
            help: "check the indentation of this line, and that the line before ends as it should")
    }

    private var missingColon: Hint? {
        guard let contextOffset else { return nil }
        let line = line(at: contextOffset)
        let text = file.bytes[contextOffset..<max(line.upperBound, contextOffset)]
        if let quote = text.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            return Hint(
                message: "the quoted text here is not followed by ': '",
                help: "check the quotes and the indentation of this line", offset: contextOffset)
        }
        if text.contains(UInt8(ascii: ":")) {
            return Hint(
                message: "no space behind the colon", help: "write 'key: value', with a space", offset: contextOffset)
        }
        return Hint(
            message: "expected 'key: value' or '- item'", help: "add the colon, or indent the line if it continues",
            offset: contextOffset)
    }

    private var brokenBlock: Hint? {
        let line = line(at: offset)
        let before = file.bytes[line.lowerBound..<min(offset, line.upperBound)]
        let isFirst = before.allSatisfy { $0 == UInt8(ascii: " ") }
        if !isFirst, before.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) {
            return Hint(
                message: "text behind a closing quote",
                help: "a value that begins with a quote has to end with it: put the whole value in quotes")
        }
        guard isFirst else { return nil }
        return Hint(
            message: "this line is indented differently from the lines that it should belong to",
            help: "line it up with the keys (or '-') of the same block")
    }

    /// `key: {{ name }}` reads as a mapping inside a mapping, or breaks off behind it.
    private func unquotedTemplate(in line: Range<Int>) -> Hint? {
        var offset = line.lowerBound
        while offset + 1 < line.upperBound {
            defer { offset += 1 }
            guard file.bytes[offset] == UInt8(ascii: "{"), file.bytes[offset + 1] == UInt8(ascii: "{") else { continue }
            let before = file.bytes[line.lowerBound..<offset].last { $0 != UInt8(ascii: " ") }
            guard before == UInt8(ascii: ":") || before == UInt8(ascii: "-") || before == nil else { return nil }
            return Hint(
                message: "a value that begins with '{{' needs quotes",
                help: "write \"{{ … }}\" in double quotes, from the beginning of the value to its end", offset: offset)
        }
        return nil
    }

    /// The bytes of the line that holds `offset`, without its line break.
    private func line(at offset: Int) -> Range<Int> {
        let bytes = file.bytes
        let place = min(max(offset, 0), bytes.count)
        let start = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        return start..<end
    }
}
