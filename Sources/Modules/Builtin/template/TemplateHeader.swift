//! The line `#jinja2: trim_blocks: false, …` that may begin a template.

import Diagnostics
import Templates

enum TemplateHeader {
    private static let start = Array("#jinja2:".utf8)

    /// Takes the header's options over into `options`; the source without it.
    static func apply(of source: SourceFile, to options: inout TemplateOptions) throws(Diagnostic) -> SourceFile {
        guard source.bytes.starts(with: start) else { return source }
        let line = source.bytes.prefix { $0 != UInt8(ascii: "\n") }
        let range = SourceRange(file: source, offset: 0, length: line.count)
        let text = String(decoding: line.dropFirst(start.count), as: UTF8.self)
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
            guard parts.count == 2 else {
                throw Diagnostic(
                    .templateSyntax, "'\(String(pair).trimmed)' in the #jinja2 line is not of the form option: value",
                    at: range)
            }
            try set(parts[0], parts[1], in: &options, at: range)
        }
        return SourceFile(path: source.path, bytes: Array(source.bytes.dropFirst(line.count + 1)))
    }

    private static func set(
        _ name: String, _ value: String, in options: inout TemplateOptions, at range: SourceRange
    ) throws(Diagnostic) {
        let text = value.trimmingQuotes
        let isTrue = value.lowercased() == "true"
        switch name {
        case "trim_blocks": options.trimBlocks = isTrue
        case "lstrip_blocks": options.leftStripBlocks = isTrue
        case "keep_trailing_newline": options.keepTrailingNewline = isTrue
        case "block_start_string": options.blockStart = text
        case "block_end_string": options.blockEnd = text
        case "variable_start_string": options.variableStart = text
        case "variable_end_string": options.variableEnd = text
        case "comment_start_string": options.commentStart = text
        case "comment_end_string": options.commentEnd = text
        case "newline_sequence":
            options.newlineSequence = text.replacing("\\r", with: "\r").replacing("\\n", with: "\n")
        default:
            throw Diagnostic(
                .templateSyntax, "unknown option '\(name)' in the #jinja2 line", at: range,
                help: Suggestion.help(for: name, among: known))
        }
    }

    private static let known = [
        "trim_blocks", "lstrip_blocks", "keep_trailing_newline", "block_start_string", "block_end_string",
        "variable_start_string", "variable_end_string", "comment_start_string", "comment_end_string",
        "newline_sequence",
    ]
}

extension String {
    fileprivate var trimmingQuotes: String {
        guard count > 1, let first, first == last, first == "'" || first == "\"" else { return self }
        return String(dropFirst().dropLast())
    }
}
