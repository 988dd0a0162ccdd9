//! An inventory in the forms that programs and people read.

import Diagnostics
import Inventories
import Templates
import Values

struct InventoryListing {
    struct Options {
        /// The folder whose `group_vars` and `host_vars` count as those of playbooks.
        var folder = "."
        /// Variables of groups stay with their groups.
        var exports = false
        var mergesHashes = false
        var extraVariables: [String: TemplatedValue] = [:]
        /// What earlier runs have remembered of a host.
        var cachedFacts: (_ host: String) -> OrderedMap = { _ in [:] }
    }

    let inventory: Inventory
    let options: Options
    private let limited: Set<String>?

    init(_ inventory: Inventory, _ options: Options, limitedTo hosts: [String]?) {
        self.inventory = inventory
        self.options = options
        limited = hosts.map(Set.init)
    }

    func isShown(_ host: String) -> Bool { limited?.contains(host) ?? true }

    // MARK: Variables

    /// All variables of a host by name, templates as written.
    func variables(of name: String) throws(Diagnostic) -> [String: WrittenVariable] {
        if options.exports {
            return variables(try inventory.ownLayers(ofHost: name, playbookDirectory: options.folder))
        }
        var all = variables(try inventory.layers(for: name, playbookDirectory: options.folder))
        if inventory.isImplicitLocalhost(name) {
            all["ansible_connection"] = WrittenVariable(value: "local")
        }
        for (key, value) in options.cachedFacts(name) {
            guard let key = key.string, !key.hasPrefix("_ansible_") else { continue }
            all[key] = WrittenVariable(value: value)
        }
        for (key, value) in options.extraVariables { all[key] = WrittenVariable(value: value.asWritten) }
        return all
    }

    func variables(ofGroup name: String) throws(Diagnostic) -> [String: WrittenVariable] {
        variables(try inventory.ownLayers(ofGroup: name, playbookDirectory: options.folder))
    }

    /// Stronger layers override weaker ones, or are merged with them.
    private func variables(_ layers: [VariableLayer]) -> [String: WrittenVariable] {
        var all: [String: WrittenVariable] = [:]
        for layer in layers {
            for (key, located) in layer.variables {
                var value = located.value.asWritten
                if options.mergesHashes, let weaker = all[key]?.value { value = value.merged(over: weaker) }
                all[key] = WrittenVariable(
                    value: value, definition: options.mergesHashes ? nil : located.value, range: located.range,
                    isComputed: layer.computed.contains(key))
            }
        }
        return all
    }

    // MARK: Forms

    /// What `--host` prints.
    func host(_ name: String) throws(Diagnostic) -> Value { WrittenVariable.json(try variables(of: name)) }

    /// The same for people.
    func tree(ofHost name: String) throws(Diagnostic) -> Value {
        .dict(OrderedMap(try variables(of: name).sorted { $0.key < $1.key }.map { ($0.key, $0.value.value) }))
    }

    /// What an inventory script prints for `--list`.
    func script() throws(Diagnostic) -> Value {
        var hosts: OrderedMap = [:]
        for host in inventory.hostNames where isShown(host) {
            let variables = try variables(of: host)
            if !variables.isEmpty { hosts[host] = WrittenVariable.json(variables) }
        }
        var all: OrderedMap = ["_meta": ["hostvars": .dict(hosts), "profile": "inventory_legacy"]]
        for group in inventory.groupNames {
            var entry: OrderedMap = [:]
            let children = inventory.childNames(ofGroup: group)
            let members = inventory.directHostNames(inGroup: group).filter(isShown)
            if !children.isEmpty { entry["children"] = .list(children.map { .string($0) }) }
            if !members.isEmpty, group != "all" { entry["hosts"] = .list(members.map { .string($0) }) }
            if options.exports {
                let variables = try variables(ofGroup: group)
                if !variables.isEmpty { entry["vars"] = WrittenVariable.json(variables) }
            }
            if !entry.isEmpty { all[group] = .dict(entry) }
        }
        return .dict(all)
    }

    /// Groups and hosts, one a line. A limit has no effect here, as in Ansible.
    func graph(from root: String, showsVariables: Bool) throws(Diagnostic) -> String {
        try graph(root, depth: 0, showsVariables: showsVariables).joined(separator: "\n") + "\n"
    }

    private func graph(_ group: String, depth: Int, showsVariables: Bool) throws(Diagnostic) -> [String] {
        var lines = [Self.line("@\(group):", depth)]
        for child in inventory.childNames(ofGroup: group) {
            lines += try graph(child, depth: depth + 1, showsVariables: showsVariables)
        }
        if group != "all" {
            for host in inventory.directHostNames(inGroup: group) {
                lines.append(Self.line(host, depth + 1))
                if showsVariables { lines += try Self.lines(variables(of: host), depth + 2) }
            }
        }
        if showsVariables { lines += try Self.lines(variables(ofGroup: group), depth + 1) }
        return lines
    }

    private static func lines(_ variables: [String: WrittenVariable], _ depth: Int) throws(Diagnostic) -> [String] {
        var lines: [String] = []
        for (name, variable) in variables.sorted(by: { $0.key < $1.key }) {
            let value = try variable.definition?.readable() ?? variable.value
            lines.append(line("{\(name) = \(try value.text())}", depth))
        }
        return lines
    }

    private static func line(_ text: String, _ depth: Int) -> String {
        depth == 0 ? text : String(repeating: "  |", count: depth) + "--" + text
    }
}
