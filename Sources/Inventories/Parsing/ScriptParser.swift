//! Inventories that a program prints: `--list`, and `--host NAME` where `_meta` is missing.

import Diagnostics
import Templates
import Values
import Vaults

/// Runs one script and reads its JSON into an inventory.
struct ScriptParser {
    private let path: String
    private let timeout: Duration
    private let showsErrors: Bool
    private(set) var inventory: Inventory
    private(set) var warnings: [Diagnostic] = []
    private let place: SourceRange

    static func parse(
        _ path: String, into inventory: Inventory, timeout: Duration, showsErrors: Bool
    ) throws(Diagnostic) -> (inventory: Inventory, warnings: [Diagnostic]) {
        var parser = ScriptParser(path: path, timeout: timeout, showsErrors: showsErrors, inventory: inventory)
        try parser.parse()
        return (parser.inventory, parser.warnings)
    }

    private init(path: String, timeout: Duration, showsErrors: Bool, inventory: Inventory) {
        self.path = path
        self.timeout = timeout
        self.showsErrors = showsErrors
        self.inventory = inventory
        place = SourceRange(file: SourceFile(path: path, bytes: []), offset: 0, length: 0)
    }

    private mutating func parse() throws(Diagnostic) {
        let list = try run(["--list"])
        var variables: OrderedMap?
        for (key, group) in list {
            let name = key.string ?? ""
            if name == "_meta" {
                try checkProfile(group.dict?["profile"])
                variables = group.dict?["hostvars"]?.dict ?? OrderedMap()
            } else {
                try self.group(name, group)
            }
        }
        try hostVariables(variables)
    }

    /// A program may say which form its JSON has; there is only one for inventories.
    private func checkProfile(_ profile: Value?) throws(Diagnostic) {
        guard let profile, profile != "inventory_legacy" else { return }
        throw wrong("the profile \(try profile.representation()) in '_meta' is none of inventories")
    }

    private mutating func group(_ name: String, _ definition: Value) throws(Diagnostic) {
        try GroupName.check(name, at: place)
        let group = inventory.ensureGroup(name)
        switch definition {
        case .list(let hosts): try join(hosts, group, name)
        case .dict(let map) where map.isEmpty || map.keys.contains(where: { Self.sections.contains($0.string ?? "") }):
            if let hosts = map["hosts"] { try join(try list(hosts, "hosts", name), group, name) }
            if let children = map["children"] { try nest(try list(children, "children", name), group, name) }
            if let variables = map["vars"] {
                guard let variables = variables.dict else { throw wrong("'vars' of group '\(name)' is not an object") }
                for (key, value) in variables { inventory.set(key.string ?? "", located(value), ofGroup: group) }
            }
        case .dict(let map):
            // An old form: a group that is a host, with its variables.
            warn("group '\(name)' has none of 'hosts', 'children' and 'vars': it is taken for a host")
            try join([.string(name)], group, name)
            if let host = inventory.number(ofHost: name) {
                for (key, value) in map { inventory.set(key.string ?? "", located(value), ofHost: host) }
            }
        default: throw wrong("group '\(name)' is neither an object nor a list")
        }
    }

    private static let sections: Set<String> = ["hosts", "children", "vars"]

    private func list(_ value: Value, _ key: String, _ group: String) throws(Diagnostic) -> [Value] {
        guard let list = value.list else { throw wrong("'\(key)' of group '\(group)' is not a list") }
        return list
    }

    private mutating func join(_ hosts: [Value], _ group: Int, _ name: String) throws(Diagnostic) {
        for host in hosts {
            guard let host = host.string else { throw wrong("group '\(name)' has a host whose name is not text") }
            try HostAddress.check(host, place)
            inventory.join(host: inventory.ensureHost(host, at: place), group: group)
        }
    }

    private mutating func nest(_ children: [Value], _ group: Int, _ name: String) throws(Diagnostic) {
        for child in children {
            guard let child = child.string else { throw wrong("group '\(name)' has a child whose name is not text") }
            try GroupName.check(child, at: place)
            guard inventory.nest(inventory.ensureGroup(child), in: group) else {
                throw wrong("group '\(child)' cannot stand below '\(name)', which stands below it")
            }
        }
    }

    /// From `_meta`, or from one call for each host where there is none.
    private mutating func hostVariables(_ meta: OrderedMap?) throws(Diagnostic) {
        if let meta {
            for (name, variables) in meta {
                guard let name = name.string, let variables = variables.dict else {
                    throw wrong("'_meta' has variables of a host that are not an object")
                }
                // Variables of a host that no group has are of no use to anybody.
                guard let host = inventory.number(ofHost: name) else { continue }
                for (key, value) in variables { inventory.set(key.string ?? "", located(value), ofHost: host) }
            }
            return
        }
        for (number, host) in inventory.hosts.enumerated() where host.range?.file === place.file {
            for (key, value) in try run(["--host", host.name]) {
                inventory.set(key.string ?? "", located(value), ofHost: number)
            }
        }
    }

    private mutating func run(_ arguments: [String]) throws(Diagnostic) -> OrderedMap {
        let call = "'\(path) \(arguments.joined(separator: " "))'"
        if let program = try? FileSystem.read(path), let printed = PrintedInventory.text(of: program) {
            return try object(printed, call)
        }
        let result = try Program.run(path, arguments, timeout: timeout)
        guard result.status == 0 else {
            let said = String(decoding: result.errorOutput.prefix(2_000), as: UTF8.self)
            var failure = wrong("\(call) ended with status \(result.status)")
            if !said.isEmpty { failure.notes.append(said) }
            throw failure
        }
        if showsErrors, !result.errorOutput.isEmpty {
            warn("\(call) says: \(String(decoding: result.errorOutput.prefix(2_000), as: UTF8.self))")
        }
        let text = String(decoding: result.output, as: UTF8.self)
        if text.utf8.allSatisfy(\.isBlankOrBreak), arguments != ["--list"] { return OrderedMap() }
        return try object(text, call)
    }

    private func object(_ text: String, _ call: String) throws(Diagnostic) -> OrderedMap {
        let value: Value
        do throws(Diagnostic) { value = try JSON.parse(text) } catch {
            throw wrong("\(call) did not print JSON: \(error.message)")
        }
        guard let map = value.dict else { throw wrong("\(call) did not print a JSON object") }
        return map
    }

    private func located(_ value: Value) -> Located<TemplatedValue> {
        Located(TemplatedValue(trusting: value, at: place), at: place)
    }

    private func wrong(_ message: String) -> Diagnostic { Diagnostic(.inventorySyntax, message, at: place) }

    private mutating func warn(_ message: String) {
        warnings.append(Diagnostic(.inventorySyntax, message, at: place, severity: .warning))
    }
}

extension UInt8 {
    /// White space, line breaks included.
    fileprivate var isBlankOrBreak: Bool { isBlank || self == 0x0A }
}
