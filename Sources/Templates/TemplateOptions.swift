//! Delimiters and whitespace rules.

import Diagnostics

/// Delimiters and whitespace rules of a template.
package struct TemplateOptions: Sendable, Hashable {
    package var blockStart = "{%"
    package var blockEnd = "%}"
    package var variableStart = "{{"
    package var variableEnd = "}}"
    package var commentStart = "{#"
    package var commentEnd = "#}"
    package var trimBlocks = true
    package var leftStripBlocks = false
    package var keepTrailingNewline = true
    package var newlineSequence = "\n"
    /// A YAML string: backslashes in its literals are kept as they are, as Ansible does for values but not for files.
    package var keepsBackslashes = false
    package var extensions: Set<Extension> = []

    /// Jinja2's own extensions, off unless asked for.
    package enum Extension: String, Sendable, CaseIterable {
        /// `{% do %}`
        case expressionStatements = "jinja2.ext.do"
        /// `{% break %}` and `{% continue %}`
        case loopControls = "jinja2.ext.loopcontrols"
    }

    package init() {}
}

extension TemplateOptions {
    /// Splits off a first line `#jinja2: trim_blocks: False, variable_start_string: '[%'` and applies what it says.
    package static func parseHeader(
        _ text: String, base: TemplateOptions = TemplateOptions(), at range: SourceRange? = nil
    ) throws(Diagnostic) -> (options: TemplateOptions, body: String, headerLength: Int) {
        let prefix = "#jinja2:"
        guard text.utf8.starts(with: prefix.utf8) else { return (base, text, 0) }
        let line = text.utf8.prefix { $0 != UInt8(ascii: "\n") }
        let hasBreak = line.count < text.utf8.count
        let length = line.count + (hasBreak ? 1 : 0)
        let place = range?.slice(from: 0, length: line.count)
        let header = Substring(line).dropFirst(prefix.count)
        var options = base
        for setting in header.split(separator: ",") {
            let parts = setting.split(separator: ":", maxSplits: 1).map { $0.trimmed }
            guard parts.count == 2 else {
                throw Diagnostic(
                    .templateSyntax, "'\(setting.trimmed)' in the #jinja2 header is not 'name: value'", at: place)
            }
            try options.set(parts[0], parts[1], at: place)
        }
        return (options, String(text.utf8.dropFirst(length)) ?? "", length)
    }

    static let keys = [
        "trim_blocks", "lstrip_blocks", "keep_trailing_newline", "newline_sequence", "block_start_string",
        "block_end_string", "variable_start_string", "variable_end_string", "comment_start_string",
        "comment_end_string",
    ]

    private mutating func set(_ key: String, _ value: String, at place: SourceRange?) throws(Diagnostic) {
        let path: WritableKeyPath<TemplateOptions, Bool>?
        let textPath: WritableKeyPath<TemplateOptions, String>?
        (path, textPath) =
            switch key {
            case "trim_blocks": (\.trimBlocks, nil)
            case "lstrip_blocks": (\.leftStripBlocks, nil)
            case "keep_trailing_newline": (\.keepTrailingNewline, nil)
            case "newline_sequence": (nil, \.newlineSequence)
            case "block_start_string": (nil, \.blockStart)
            case "block_end_string": (nil, \.blockEnd)
            case "variable_start_string": (nil, \.variableStart)
            case "variable_end_string": (nil, \.variableEnd)
            case "comment_start_string": (nil, \.commentStart)
            case "comment_end_string": (nil, \.commentEnd)
            default: (nil, nil)
            }
        if let path {
            guard let flag = TemplateOptions.flag(value) else {
                throw Diagnostic(.templateSyntax, "'\(key)' is True or False, not '\(value)'", at: place)
            }
            self[keyPath: path] = flag
        } else if let textPath {
            self[keyPath: textPath] = TemplateOptions.unquoted(value)
        } else {
            throw Diagnostic(
                .templateSyntax, "unknown setting '\(key)' in the #jinja2 header", at: place,
                help: Suggestion.help(for: key, among: TemplateOptions.keys))
        }
    }

    private static func flag(_ value: String) -> Bool? {
        switch value.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    private static func unquoted(_ value: String) -> String {
        guard value.count >= 2, let first = value.first, first == value.last, first == "'" || first == "\"" else {
            return value
        }
        return Literals.string(Array(value.utf8)[...], keepsBackslashes: false)
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        let rest = drop(while: \.isWhitespace)
        return String(rest.reversed().drop(while: \.isWhitespace).reversed())
    }
}
