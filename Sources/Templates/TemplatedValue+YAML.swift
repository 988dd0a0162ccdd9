//! From YAML to values whose strings may be templates.

import Diagnostics
import Values
import YAML

extension TemplatedValue {
    /// What a node says. Strings with `{{`, `{%` or `{#` become templates; everything below `!unsafe` is data; `!vault`
    /// is decrypted on first use. A container without a template inside is one constant. Keys are never templates.
    ///
    /// A template's range is the node's `textRange`: places inside come from `SourceRange.slice(ofText:from:length:)`.
    package init(_ node: Node, vault: VaultDecryption? = nil) throws(Diagnostic) {
        if node.isUnsafe {
            self = .constant(try node.value(vault: vault))
            return
        }
        if node.isVaulted, case .scalar(let scalar) = node.content {
            self = Self.deferred(scalar.text, at: node.range, vault)
            return
        }
        switch node.content {
        case .scalar(let scalar):
            if Self.mayBeTemplate(scalar.text), case .string(let text) = try node.value() {
                self = .template(Template(text, at: node.textRange, options: Self.yamlOptions))
            } else {
                self = .constant(try node.value())
            }
        case .sequence(let nodes) where node.isPlainContainer:
            var items: [TemplatedValue] = []
            items.reserveCapacity(nodes.count)
            for node in nodes { items.append(try TemplatedValue(node, vault: vault)) }
            self = Self.joined(items)
        case .mapping(let entries) where node.isPlainContainer:
            var dict: [Entry] = []
            dict.reserveCapacity(entries.count)
            for entry in entries {
                let key = TemplatedValue.constant(try entry.key.value())
                let value = try TemplatedValue(entry.value, vault: vault)
                dict.append(Entry(key: key, value: value, range: entry.key.range))
            }
            self = Self.joined(dict)
        case .sequence, .mapping:
            // Ordered maps, pairs, sets, and unknown tags.
            self = .constant(try node.value(vault: vault))
        }
    }

    /// Whether a text has a mark that begins something in a template.
    package static func mayBeTemplate(_ text: String) -> Bool {
        var previousIsBrace = false
        for byte in text.utf8 {
            if previousIsBrace, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "#") {
                return true
            }
            previousIsBrace = byte == UInt8(ascii: "{")
        }
        return false
    }

    /// Templates in YAML values keep the backslashes of their literals.
    package static let yamlOptions: TemplateOptions = {
        var options = TemplateOptions()
        options.keepsBackslashes = true
        return options
    }()

    private static func deferred(_ envelope: String, at range: SourceRange, _ vault: VaultDecryption?) -> TemplatedValue
    {
        .deferred(
            Deferred(envelope: envelope) { () throws(Diagnostic) -> Value in
                guard let vault else {
                    throw Diagnostic(.vault, "a vaulted value cannot be used here", at: range)
                }
                return .string(try vault(envelope, range))
            })
    }

    private static func joined(_ items: [TemplatedValue]) -> TemplatedValue {
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for case .constant(let value) in items { values.append(value) }
        return values.count == items.count ? .constant(.list(values)) : .list(items)
    }

    private static func joined(_ entries: [Entry]) -> TemplatedValue {
        var map = OrderedMap()
        for entry in entries {
            guard case .constant(let key) = entry.key, case .constant(let value) = entry.value else {
                return .dict(entries)
            }
            map[key] = value
        }
        return .constant(.dict(map))
    }
}

extension Node {
    /// A list or dict of the ordinary kind.
    fileprivate var isPlainContainer: Bool { tag == nil || tag == "!" || tag == "!!seq" || tag == "!!map" }
}
