//! An inventory as a tree of groups, in YAML or TOML: what an inventory file that says the same would hold.

import Diagnostics
import Inventories
import Values
import YAML

/// Builds the tree: every group is written out where it comes first, and only named further on.
struct InventoryTree {
    private let listing: InventoryListing
    private var groups: Set<String> = []
    private var hosts: Set<String> = []
    private var shared: [Definition: SharedValue] = [:]

    /// The place of a definition.
    private struct Definition: Hashable {
        let file: ObjectIdentifier
        let offset: Int
    }

    init(_ listing: InventoryListing) {
        self.listing = listing
    }

    mutating func value() throws(Diagnostic) -> Value {
        let all = try branch("all")
        return all.isEmpty ? [:] : ["all": .dict(all)]
    }

    /// Every group as a table of its own, children by name: the form of a TOML inventory.
    mutating func tables() throws(Diagnostic) -> Value {
        var tables: OrderedMap = [:]
        for group in listing.inventory.groupNames {
            var table: OrderedMap = [:]
            let children = listing.inventory.childNames(ofGroup: group).filter { $0 != "ungrouped" }
            if !children.isEmpty, group != "all" { table["children"] = .list(children.map { .string($0) }) }
            var members: OrderedMap = [:]
            for host in listing.inventory.directHostNames(inGroup: group) where listing.isShown(host) && group != "all"
            {
                let isNew = hosts.insert(host).inserted
                members[host] = isNew ? .dict(try listing.tree(ofHost: host).dict ?? [:]) : .dict([:])
            }
            if !members.isEmpty { table["hosts"] = .dict(members) }
            let variables = listing.options.exports ? try listing.variables(ofGroup: group) : [:]
            if !variables.isEmpty { table["vars"] = written(variables) }
            if !table.isEmpty { tables[group] = .dict(table) }
        }
        return .dict(tables)
    }

    private mutating func branch(_ group: String) throws(Diagnostic) -> OrderedMap {
        groups.insert(group)
        var entry: OrderedMap = [:]
        var children: OrderedMap = [:]
        for child in listing.inventory.childNames(ofGroup: group) {
            if groups.contains(child) {
                children[child] = .dict([:])
            } else {
                let content = try branch(child)
                if !content.isEmpty { children[child] = .dict(content) }
            }
        }
        if !children.isEmpty { entry["children"] = .dict(children) }
        var members: OrderedMap = [:]
        if group != "all" {
            for host in listing.inventory.directHostNames(inGroup: group) where listing.isShown(host) {
                let isNew = hosts.insert(host).inserted
                members[host] = isNew ? written(try listing.variables(of: host)) : .dict([:])
            }
        }
        if !members.isEmpty { entry["hosts"] = .dict(members) }
        if listing.options.exports {
            let variables = try listing.variables(ofGroup: group)
            if !variables.isEmpty { entry["vars"] = written(variables) }
        }
        return entry
    }

    /// Lists and dicts of one definition are one object.
    private mutating func written(_ variables: [String: WrittenVariable]) -> Value {
        var map: OrderedMap = [:]
        for (name, variable) in variables.sorted(by: { $0.key < $1.key }) {
            guard let range = variable.range, variable.value.isContainer else {
                map[name] = variable.value
                continue
            }
            let definition = Definition(file: ObjectIdentifier(range.file), offset: Int(range.offset))
            let value = shared[definition] ?? SharedValue(variable.value)
            shared[definition] = value
            map[name] = .object(value)
        }
        return .dict(map)
    }
}

extension Value {
    fileprivate var isContainer: Bool {
        switch self {
        case .list, .dict: true
        default: false
        }
    }
}
