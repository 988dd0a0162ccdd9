//! Inventories in the YAML form: groups with `hosts`, `children` and `vars`.

import Diagnostics
import Templates
import Values
import YAML

/// Reads one YAML or JSON file into an inventory.
struct YAMLInventoryParser {
    private let vault: VaultDecryption?
    private let isTOML: Bool
    private(set) var inventory: Inventory
    private(set) var warnings: [Diagnostic] = []

    static func parse(_ file: SourceFile, into inventory: Inventory, vault: VaultDecryption?) throws(Diagnostic)
        -> (inventory: Inventory, warnings: [Diagnostic])
    {
        var parser = YAMLInventoryParser(vault: vault, inventory: inventory)
        let (node, warnings) = try YAMLReader.document(of: file)
        parser.warnings = warnings
        if let node, !node.isNull { try parser.parse(node) }
        return (parser.inventory, parser.warnings)
    }

    /// TOML has the same groups; only `children` is a list of names there.
    static func parse(toml file: SourceFile, into inventory: Inventory) throws(Diagnostic)
        -> (inventory: Inventory, warnings: [Diagnostic])
    {
        var parser = YAMLInventoryParser(vault: nil, inventory: inventory, isTOML: true)
        try parser.parse(try TOMLReader.document(of: file))
        return (parser.inventory, parser.warnings)
    }

    private init(vault: VaultDecryption?, inventory: Inventory, isTOML: Bool = false) {
        self.vault = vault
        self.inventory = inventory
        self.isTOML = isTOML
    }

    private mutating func parse(_ node: Node) throws(Diagnostic) {
        guard case .mapping(let entries) = node.content else {
            throw wrong("an inventory is a mapping of groups", node, help: "begin with 'all:' and 'hosts:' below it")
        }
        if let plugin = PluginFile(node) {
            throw Diagnostic(
                .inventoryPlugin, "this configures the inventory plugin '\(plugin.name)' and is no inventory itself",
                at: plugin.range, help: "add '\(plugin.name)' or 'auto' to enable_plugins")
        }
        for entry in entries { _ = try group(entry) }
    }

    /// One group with everything below it; nil where it was skipped with a warning.
    private mutating func group(_ entry: Node.Entry) throws(Diagnostic) -> Int? {
        let name = try text(of: entry.key, "the name of a group")
        try GroupName.check(inventory.keptName(ofGroup: name), at: entry.key.range)
        guard !entry.value.isNull else { return inventory.ensureGroup(name) }
        guard case .mapping(let sections) = entry.value.content else {
            warn("skipping '\(name)': not a group definition", entry.value, help: "write 'hosts:' below it")
            return nil
        }
        let group = inventory.ensureGroup(name)
        for section in sections {
            switch section.key.plainText {
            case "vars": try variables(section, of: name, group)
            case "children": try children(section, of: name, group)
            case "hosts": try hosts(section, of: name, group)
            default:
                let key = section.key.plainText ?? ""
                warn(
                    "skipping the unknown key '\(key)' in group '\(name)'", section.key,
                    help: Suggestion.help(for: key, among: ["vars", "children", "hosts"])
                        ?? "only 'vars', 'children' and 'hosts' are known")
            }
        }
        return group
    }

    private mutating func variables(_ section: Node.Entry, of name: String, _ group: Int) throws(Diagnostic) {
        for (key, value, range) in try self.variables(section.value, "'vars' of group '\(name)'") {
            inventory.set(key, Located(value, at: range), ofGroup: group)
        }
    }

    private mutating func children(_ section: Node.Entry, of name: String, _ group: Int) throws(Diagnostic) {
        if isTOML { return try children(list: section.value, of: name, group) }
        for entry in try entries(section.value, "'children' of group '\(name)'") {
            guard let child = try self.group(entry) else { continue }
            guard inventory.nest(child, in: group) else {
                throw wrong(
                    "group '\(entry.key.plainText ?? "")' cannot stand below '\(name)', which stands below it",
                    entry.key)
            }
        }
    }

    private mutating func children(list: Node, of name: String, _ group: Int) throws(Diagnostic) {
        guard case .sequence(let items) = list.content else {
            throw wrong("'children' of group '\(name)' has to be a list", list, help: "write [\"a\", \"b\"]")
        }
        for item in items {
            let child = try text(of: item, "the name of a group")
            try GroupName.check(child, at: item.range)
            guard inventory.nest(inventory.ensureGroup(child), in: group) else {
                throw wrong("group '\(child)' cannot stand below '\(name)', which stands below it", item)
            }
        }
    }

    private mutating func hosts(_ section: Node.Entry, of name: String, _ group: Int) throws(Diagnostic) {
        for entry in try entries(section.value, "'hosts' of group '\(name)'") {
            let pattern = try text(of: entry.key, "the name of a host")
            let address = try HostAddress(pattern, at: entry.key.range)
            let variables = try self.variables(entry.value, "the variables of host '\(pattern)'")
            for name in try HostRange.expand(address.host, at: entry.key.range) {
                let host = inventory.ensureHost(name, at: entry.key.range)
                inventory.join(host: host, group: group)
                if let port = address.port {
                    inventory.set("ansible_port", Located(.constant(.int(port)), at: entry.key.range), ofHost: host)
                }
                for (key, value, range) in variables { inventory.set(key, Located(value, at: range), ofHost: host) }
            }
        }
    }

    // MARK: Nodes

    /// A mapping; a lone text stands for a mapping with this one key.
    private func entries(_ node: Node, _ what: String) throws(Diagnostic) -> [Node.Entry] {
        switch node.content {
        case .mapping(let entries): return entries
        case .scalar where node.isNull: return []
        case .scalar(let scalar) where !scalar.text.isEmpty:
            let nothing = Node(content: .scalar(.init(text: "", style: .plain)), range: node.range)
            return [Node.Entry(key: node, value: nothing)]
        default: throw wrong("\(what) has to be a mapping", node, help: "write 'name:', with a colon and without '-'")
        }
    }

    private func variables(_ node: Node, _ what: String) throws(Diagnostic)
        -> [(name: String, value: TemplatedValue, range: SourceRange)]
    {
        if node.isNull { return [] }
        guard case .mapping(let entries) = node.content else {
            throw wrong("\(what) have to be a mapping", node, help: "write 'name: value'")
        }
        var variables: [(name: String, value: TemplatedValue, range: SourceRange)] = []
        for entry in entries {
            let name = try text(of: entry.key, "the name of a variable")
            variables.append((name, try TemplatedValue(entry.value, vault: vault), entry.key.range))
        }
        return variables
    }

    private func text(of node: Node, _ what: String) throws(Diagnostic) -> String {
        guard case .string(let text) = try node.value() else {
            throw wrong("\(what) has to be text", node, help: "put it in quotes")
        }
        return text
    }

    private func wrong(_ message: String, _ node: Node, help: String? = nil) -> Diagnostic {
        Diagnostic(.inventorySyntax, message, at: node.range, help: help)
    }

    private mutating func warn(_ message: String, _ node: Node, help: String) {
        warnings.append(Diagnostic(.inventorySyntax, message, at: node.range, help: help, severity: .warning))
    }
}
