//! `drover inventory`, which `ansible-inventory` is another name for: hosts, groups and variables as they are.

import ArgumentParser
import Diagnostics
import Inventories
import Playbooks
import Reports
import Templates
import Values
import YAML

struct InventoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory", abstract: "Show hosts, groups and their variables.")

    @OptionGroup var inventory: InventoryOptions

    @Flag(name: .long, help: "Everything, as an inventory script prints it.")
    var list = false

    @Option(name: .long, parsing: .unconditional, help: "The variables of one host.")
    var host: String?

    @Flag(name: .long, help: "Groups and hosts as a tree.")
    var graph = false

    @Flag(name: .customLong("vars"), help: "Variables too, in --graph.")
    var showsVariables = false

    @Flag(name: [.customShort("y"), .long], help: "YAML instead of JSON.")
    var yaml = false

    @Flag(name: .long, help: "Keep variables of groups with their groups.")
    var export = false

    @Option(name: .long, parsing: .unconditional, help: "Write into this file.")
    var output: String?

    @Argument(help: "The group at the root of --graph.")
    var group: String?

    func run() async throws {
        let session = try Session(inventory, ConnectionFlags.none)
        var loaded = try session.checkedInventory()
        let folder = inventory.playbookDir ?? "."
        loaded.warnings += loaded.inventory.loadVariables(besidePlaybook: folder, vault: session.vault)
        for warning in loaded.warnings { Self.say(warning.rendered(isColoured: false)) }
        let listing = try InventoryListing(
            loaded.inventory, folder: folder, exports: export, limit: inventory.limit)
        let text: String
        if let host {
            text = try formatted(.dict(listing.variables(of: host)))
        } else if graph {
            text = try listing.graph(from: group ?? "all", showsVariables: showsVariables)
        } else if list {
            text = try yaml ? formatted(listing.tree()) : formatted(listing.script())
        } else {
            throw Diagnostic(
                .usage, "No action selected, at least one of --host, --graph or --list needs to be specified."
            )
            .exiting(2)
        }
        if let output {
            try PlainFile.write(Array(text.utf8), to: output, mode: 0o644)
        } else {
            Output.standard(isColoured: false, width: 80).write(text)
        }
    }

    private func formatted(_ value: Value) throws(Diagnostic) -> String {
        if yaml { return try value.yaml() }
        return try value.json(indent: 4, sortKeys: true, ascii: false) + "\n"
    }

    private static func say(_ text: String) { Output.standard(isColoured: false, width: 80).writeError(text) }
}

/// An inventory in the forms that programs and people read.
struct InventoryListing {
    private let inventory: Inventory
    private let folder: String
    private let exports: Bool
    private let limited: Set<String>?

    init(_ inventory: Inventory, folder: String, exports: Bool, limit: String?) throws(Diagnostic) {
        self.inventory = inventory
        self.folder = folder
        self.exports = exports
        limited = limit == nil ? nil : Set(try inventory.hosts(matching: "all", limit: limit).hosts)
    }

    private func isShown(_ host: String) -> Bool { limited?.contains(host) ?? true }

    /// All variables of a host, weaker ones first overridden by stronger ones, templates as written.
    func variables(of host: String) throws(Diagnostic) -> OrderedMap {
        guard let name = inventory.knownName(host) else {
            throw Diagnostic(
                .hostPattern, "Could not match supplied host pattern, ignoring: \(host)",
                help: Suggestion.help(for: host, among: inventory.hostNames))
        }
        var all: [String: Value] = [:]
        for layer in try inventory.layers(for: name, playbookDirectory: folder) {
            for (key, value) in layer.variables { all[key] = value.value.asWritten }
        }
        return OrderedMap(all.sorted { $0.key < $1.key })
    }

    /// What an inventory script prints for `--list`.
    func script() throws(Diagnostic) -> Value {
        var hosts: OrderedMap = [:]
        for host in inventory.hostNames where isShown(host) {
            let variables = try variables(of: host)
            if !variables.isEmpty { hosts[host] = .dict(variables) }
        }
        var all: OrderedMap = ["_meta": ["hostvars": .dict(hosts), "profile": "inventory_legacy"]]
        for group in inventory.groupNames {
            var entry: OrderedMap = [:]
            let children = inventory.childNames(ofGroup: group)
            let members = inventory.directHostNames(inGroup: group).filter(isShown)
            if !children.isEmpty { entry["children"] = .list(children.map { .string($0) }) }
            if !members.isEmpty, group != "all" { entry["hosts"] = .list(members.map { .string($0) }) }
            if !entry.isEmpty { all[group] = .dict(entry) }
        }
        return .dict(all)
    }

    /// A YAML inventory that says the same.
    func tree() throws(Diagnostic) -> Value {
        var seen: Set<String> = []
        return ["all": .dict(try branch("all", &seen))]
    }

    private func branch(_ group: String, _ seen: inout Set<String>) throws(Diagnostic) -> OrderedMap {
        var entry: OrderedMap = [:]
        var children: OrderedMap = [:]
        for child in inventory.childNames(ofGroup: group) {
            let content = try branch(child, &seen)
            if !content.isEmpty { children[child] = .dict(content) }
        }
        if !children.isEmpty { entry["children"] = .dict(children) }
        var hosts: OrderedMap = [:]
        for host in inventory.directHostNames(inGroup: group) where isShown(host) && group != "all" {
            hosts[host] = .dict(seen.insert(host).inserted ? try variables(of: host) : [:])
        }
        if !hosts.isEmpty { entry["hosts"] = .dict(hosts) }
        return entry
    }

    /// Groups and hosts, one a line.
    func graph(from root: String, showsVariables: Bool) throws(Diagnostic) -> String {
        guard inventory.contains(group: root) else {
            throw Diagnostic(
                .hostPattern, "Pattern must be valid group name when using --graph",
                help: Suggestion.help(for: root, among: inventory.groupNames))
        }
        return try graph(root, depth: 0, showsVariables: showsVariables).joined(separator: "\n") + "\n"
    }

    private func graph(_ group: String, depth: Int, showsVariables: Bool) throws(Diagnostic) -> [String] {
        var lines = [Self.line("@\(group):", depth)]
        for child in inventory.childNames(ofGroup: group) {
            lines += try graph(child, depth: depth + 1, showsVariables: showsVariables)
        }
        guard group != "all" else { return lines }
        for host in inventory.directHostNames(inGroup: group) where isShown(host) {
            lines.append(Self.line(host, depth + 1))
            guard showsVariables else { continue }
            for (key, value) in try variables(of: host) {
                lines.append(Self.line("{\(try key.text()) = \(try value.text())}", depth + 2))
            }
        }
        return lines
    }

    private static func line(_ text: String, _ depth: Int) -> String {
        depth == 0 ? text : String(repeating: "  |", count: depth) + "--" + text
    }
}

extension TemplatedValue {
    /// Templates as their text, vaulted values by name only.
    fileprivate var asWritten: Value {
        switch self {
        case .constant(let value): return value
        case .template(let template): return .string(template.text)
        case .list(let items): return .list(items.map(\.asWritten))
        case .deferred: return "<vaulted>"
        case .dict(let entries):
            var map: OrderedMap = [:]
            for entry in entries { map[entry.key.asWritten] = entry.value.asWritten }
            return .dict(map)
        }
    }
}
