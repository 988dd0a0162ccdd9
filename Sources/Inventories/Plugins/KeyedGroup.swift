//! One item of `keyed_groups`: groups that are named after the values of a variable.

import Diagnostics
import Templates
import Values
import YAML

struct KeyedGroup {
    let key: Template?
    let range: SourceRange
    let parent: Template?
    private let prefix: String
    private let separator: String
    private let defaultValue: String?
    private let hasTrailingSeparator: Bool
    private let hasLeadingSeparator: Bool

    static let options = ["key", "prefix", "separator", "parent_group", "default_value", "trailing_separator"]

    init(_ node: Node, leadingSeparator: Bool) throws(Diagnostic) {
        guard case .mapping(let entries) = node.content else {
            throw Diagnostic(.inventorySyntax, "a keyed group is a mapping with 'key'", at: node.range)
        }
        range = entries.option("key")?.range ?? node.range
        key = try entries.expression("key")
        // Ansible writes a prefix that is null out.
        let hasNoPrefix = entries.last { $0.key.plainText == "prefix" }?.value.isNull == true
        prefix = hasNoPrefix ? "None" : try entries.text("prefix") ?? ""
        separator = try entries.text("separator") ?? "_"
        parent = entries.option("parent_group").flatMap { parent in
            parent.plainText.map { Template($0, at: parent.textRange, options: TemplatedValue.yamlOptions) }
        }
        defaultValue = try entries.text("default_value")
        hasTrailingSeparator = try entries.flag("trailing_separator", default: true)
        hasLeadingSeparator = leadingSeparator
        if defaultValue != nil, entries.option("trailing_separator") != nil {
            throw Diagnostic(
                .inventorySyntax, "'default_value' and 'trailing_separator' exclude each other", at: node.range,
                help: "leave one of them out")
        }
    }

    static func unknownOptions(in node: Node) -> [Diagnostic] {
        guard case .mapping(let entries) = node.content else { return [] }
        return PluginFile.unknown(entries, besides: options, of: "a keyed group")
    }

    /// The groups that a key's value names.
    func groups(for value: Value) throws(Diagnostic) -> [String] {
        try names(for: value).map { name in
            let front = prefix.isEmpty && !hasLeadingSeparator ? "" : prefix + separator
            return GroupName.safe(front + name)
        }
    }

    private func names(for value: Value) throws(Diagnostic) -> [String] {
        guard try value.isTruthy() else { return value.isNothing ? defaultValue.map { [$0] } ?? [] : [] }
        var names: [String] = []
        switch value {
        case .string(let text): names.append(text)
        case .list(let items), .tuple(let items):
            for item in items {
                if item.isNothing, let defaultValue {
                    names.append(defaultValue)
                } else {
                    names.append(try item.text())
                }
            }
        case .dict(let map):
            for (key, value) in map { names.append(try name(key, value)) }
        default:
            throw Diagnostic(
                .inventorySyntax,
                "Invalid group name format, expected a string or a list of them or dictionary, got: \(value.typeName)",
                at: range, help: "make text of it, e.g. with '| string'")
        }
        return names
    }

    private func name(_ key: Value, _ value: Value) throws(Diagnostic) -> String {
        let (key, text) = (try key.text(), try value.text())
        if value.isNothing, let defaultValue { return key + separator + defaultValue }
        guard text.isEmpty else { return key + separator + text }
        return hasTrailingSeparator ? key + separator : key
    }
}

extension [Node.Entry] {
    /// A Jinja2 expression; nil for what is not written as text.
    func expression(_ name: String) throws(Diagnostic) -> Template? {
        guard let node = option(name) else { return nil }
        return try node.expression()
    }
}

extension Node {
    /// The expression that a text says; nil for numbers, lists and the like.
    func expression() throws(Diagnostic) -> Template? {
        guard case .string(let text) = try value() else { return nil }
        return Template(text, at: textRange, form: .expression)
    }
}

extension Value {
    /// `none` or an empty text.
    fileprivate var isNothing: Bool { isNone || string?.isEmpty ?? false }
}
