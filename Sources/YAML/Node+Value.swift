//! Nodes as data: what PyYAML's safe loader with Ansible's tags would construct.

import Diagnostics
import Digests
import Values

/// Decrypts the text of a `!vault` scalar; the range is that of the scalar.
package typealias VaultDecryption = @Sendable (_ envelope: String, _ range: SourceRange) throws(Diagnostic) -> String

extension Node {
    /// The node as data. Templates stay text. Without `vault`, a `!vault` scalar is an error.
    package func value(vault: VaultDecryption? = nil) throws(Diagnostic) -> Value {
        switch content {
        case .scalar(let scalar): return try value(of: scalar, vault: vault)
        case .sequence(let nodes): return try value(of: nodes, vault: vault)
        case .mapping(let entries): return try value(of: entries, vault: vault)
        }
    }

    /// Whether the tag says that the text is encrypted.
    package var isVaulted: Bool { tag == "!vault" || tag == "!vault-encrypted" }
    /// Whether the tag says that nothing inside is a template.
    package var isUnsafe: Bool { tag == "!unsafe" }

    private func value(of scalar: Scalar, vault: VaultDecryption?) throws(Diagnostic) -> Value {
        let text = scalar.text
        guard let tag, tag != "!" else {
            guard scalar.style == .plain, tag == nil || !text.isEmpty else { return .string(text) }
            switch PlainScalar.resolve(text) {
            case .value(let value): return value
            case .merge: return .string(text)
            case .invalid(let message): throw wrong(message, help: "put it in quotes if it is text")
            }
        }
        if isVaulted {
            guard let vault else { throw Diagnostic(.vault, "a vaulted value cannot be used here", at: range) }
            return .string(try vault(text, range))
        }
        switch tag {
        case "!!str", "!unsafe": return .string(text)
        case "!!null": return .none
        case "!!bool":
            guard let flag = PlainScalar.bool(text) else { throw mismatch }
            return .bool(flag)
        case "!!int":
            guard let value = YAMLInteger(Array(text.utf8))?.value else { throw mismatch }
            return value
        case "!!float":
            let bytes = Array(text.utf8)
            if let value = YAMLFloat.value(of: bytes) ?? Double(text) { return .float(value) }
            throw mismatch
        case "!!timestamp":
            guard let date = YAMLTimestamp(Array(text.utf8))?.value else { throw mismatch }
            return .date(date)
        case "!!binary":
            guard let bytes = try? Base64.decode(text) else { throw wrong("'!!binary' takes base64", help: nil) }
            return .bytes(bytes)
        case "!!seq", "!!map", "!!set", "!!omap", "!!pairs": throw mismatch
        default: throw unknownTag
        }
    }

    private func value(of nodes: [Node], vault: VaultDecryption?) throws(Diagnostic) -> Value {
        switch tag {
        case nil, "!", "!!seq", "!unsafe":
            var items: [Value] = []
            items.reserveCapacity(nodes.count)
            for node in nodes { items.append(try node.value(vault: vault)) }
            return .list(items)
        case "!!omap", "!!pairs":
            var pairs: [Value] = []
            for node in nodes {
                guard case .mapping(let entries) = node.content, let entry = entries.first, entries.count == 1 else {
                    throw node.wrong("an item of '\(tag ?? "")' is a mapping with one entry", help: nil)
                }
                pairs.append(.tuple([try entry.key.value(vault: vault), try entry.value.value(vault: vault)]))
            }
            return .list(pairs)
        case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!binary", "!!map", "!!set", "!vault",
            "!vault-encrypted":
            throw mismatch
        default: throw unknownTag
        }
    }

    private func value(of entries: [Entry], vault: VaultDecryption?) throws(Diagnostic) -> Value {
        switch tag {
        case nil, "!", "!!map", "!unsafe":
            var map = OrderedMap()
            for entry in entries { map[try entry.key.value(vault: vault)] = try entry.value.value(vault: vault) }
            return .dict(map)
        case "!!set":
            // Values know no sets; a list in the order of writing serves every use but the printed form.
            var items: [Value] = []
            for entry in entries { items.append(try entry.key.value(vault: vault)) }
            return .list(items)
        case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!binary", "!!seq", "!!omap", "!!pairs",
            "!vault", "!vault-encrypted":
            throw mismatch
        default: throw unknownTag
        }
    }

    private func wrong(_ message: String, help: String?) -> Diagnostic {
        Diagnostic(.yamlSyntax, message, at: range, help: help)
    }

    private var mismatch: Diagnostic { wrong("the value does not fit its tag '\(tag ?? "")'", help: nil) }

    private var unknownTag: Diagnostic {
        let known = [
            "!vault", "!unsafe", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!binary", "!!seq",
            "!!map", "!!set", "!!omap", "!!pairs",
        ]
        let tag = tag ?? ""
        return wrong(
            "unknown tag '\(tag)'",
            help: Suggestion.help(for: tag, among: known) ?? "put the value in quotes if '!' belongs to it")
    }
}
