//! The configuration file of an inventory plugin: a YAML mapping with the key `plugin`.

import Diagnostics
import Values
import YAML

/// A configuration file, its options checked when they are asked for.
struct PluginFile {
    let name: String
    let range: SourceRange
    private let entries: [Node.Entry]

    /// nil where a document is something else.
    init?(_ node: Node?) {
        guard case .mapping(let entries)? = node?.content,
            let plugin = entries.first(where: { $0.key.plainText == "plugin" })
        else { return nil }
        name = plugin.value.plainText ?? ""
        range = plugin.value.range
        self.entries = entries
    }

    /// A file's configuration; nil where it holds none.
    static func read(_ file: SourceFile) throws(Diagnostic) -> PluginFile? {
        PluginFile(try YAMLReader.document(of: file).node)
    }

    /// Warnings about options that the plugin does not have.
    func unknownOptions(besides known: [String]) -> [Diagnostic] {
        Self.unknown(entries, besides: ["plugin"] + known, of: "the plugin '\(name)'")
    }

    static func unknown(_ entries: [Node.Entry], besides known: [String], of whom: String) -> [Diagnostic] {
        entries.compactMap { entry in
            let key = entry.key.plainText ?? ""
            guard !known.contains(key) else { return nil }
            return Diagnostic(
                .inventorySyntax, "\(whom) has no option '\(key)'", at: entry.key.range,
                help: Suggestion.help(for: key, among: known) ?? "it has \(known.joined(separator: ", "))",
                severity: .warning)
        }
    }

    /// What is written for an option; nil for nothing and for `null`.
    func option(_ name: String) -> Node? { entries.option(name) }

    func flag(_ name: String, default fallback: Bool) throws(Diagnostic) -> Bool {
        try entries.flag(name, default: fallback)
    }

    func mapping(_ name: String) throws(Diagnostic) -> [Node.Entry] {
        guard let node = option(name) else { return [] }
        guard case .mapping(let entries) = node.content else {
            throw Diagnostic(.inventorySyntax, "'\(name)' has to be a mapping", at: node.range)
        }
        return entries
    }

    func list(_ name: String) throws(Diagnostic) -> [Node] {
        guard let node = option(name) else { return [] }
        guard case .sequence(let nodes) = node.content else {
            throw Diagnostic(
                .inventorySyntax, "'\(name)' has to be a list", at: node.range, help: "begin each item with '- '")
        }
        return nodes
    }
}

extension [Node.Entry] {
    func option(_ name: String) -> Node? {
        last { $0.key.plainText == name }.map(\.value).flatMap { $0.isNull ? nil : $0 }
    }

    func flag(_ name: String, default fallback: Bool) throws(Diagnostic) -> Bool {
        guard let node = option(name) else { return fallback }
        guard case .bool(let flag) = try node.value() else {
            throw Diagnostic(
                .inventorySyntax, "'\(name)' is true or false, not '\(node.plainText ?? "")'", at: node.range)
        }
        return flag
    }

    func text(_ name: String) throws(Diagnostic) -> String? {
        guard let node = option(name) else { return nil }
        guard case .scalar = node.content else {
            throw Diagnostic(.inventorySyntax, "'\(name)' has to be text", at: node.range)
        }
        return try node.value().text()
    }
}

extension Node {
    /// The text of a scalar as it is written.
    var plainText: String? { if case .scalar(let scalar) = content { scalar.text } else { nil } }
}
