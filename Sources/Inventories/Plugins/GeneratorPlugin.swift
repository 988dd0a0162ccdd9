//! The plugin `generator`: every combination of layers gives a host and its groups.

import Diagnostics
import Templates
import Values
import YAML

/// Makes hosts and groups from templates over layers.
struct GeneratorPlugin {
    private struct Parent {
        let name: Template
        let variables: [(name: String, value: TemplatedValue, range: SourceRange)]
        let parents: [Parent]
        let range: SourceRange
    }

    private struct Layer {
        let name: String
        let values: [Value]
    }

    /// More hosts than this are a slip of the keyboard.
    private static let limit = 1_000_000

    private let name: Template
    private let parents: [Parent]
    private let layers: [Layer]
    private let range: SourceRange
    private(set) var warnings: [Diagnostic]

    init(_ file: PluginFile, vault: VaultDecryption?) throws(Diagnostic) {
        warnings = file.unknownOptions(besides: ["hosts", "layers"])
        guard let hosts = file.option("hosts"), case .mapping(let entries) = hosts.content else {
            throw Diagnostic(
                .inventorySyntax, "the plugin 'generator' needs 'hosts'", at: file.range,
                help: "write 'hosts:' with 'name:' below it")
        }
        guard let name = try entries.template("name") else {
            throw Diagnostic(
                .inventorySyntax, "'hosts' needs a 'name'", at: hosts.range,
                help: "write a template over the layers, e.g. name: \"{{ stage }}-{{ role }}\"")
        }
        self.name = name
        range = hosts.range
        warnings += PluginFile.unknown(entries, besides: ["name", "parents"], of: "'hosts'")
        parents = try Self.parents(entries, vault, depth: 0, &warnings)
        guard file.option("layers") != nil else {
            throw Diagnostic(.inventorySyntax, "the plugin 'generator' needs 'layers'", at: file.range)
        }
        var layers: [Layer] = []
        for entry in try file.mapping("layers") {
            guard let values = try entry.value.value().list else {
                throw Diagnostic(
                    .inventorySyntax, "a layer has to be a list of values", at: entry.value.range,
                    help: "write '[…]' around them, or begin each with '- '")
            }
            layers.append(Layer(name: try entry.key.value().text(), values: values))
        }
        self.layers = layers
    }

    private static func parents(
        _ entries: [Node.Entry], _ vault: VaultDecryption?, depth: Int, _ warnings: inout [Diagnostic]
    ) throws(Diagnostic) -> [Parent] {
        guard let node = entries.option("parents") else { return [] }
        guard case .sequence(let nodes) = node.content, depth < 32 else {
            throw Diagnostic(.inventorySyntax, "'parents' has to be a list of groups", at: node.range)
        }
        var parents: [Parent] = []
        for node in nodes {
            guard case .mapping(let entries) = node.content, let name = try entries.template("name") else {
                throw Diagnostic(
                    .inventorySyntax, "a parent needs a 'name'", at: node.range, help: "write '- name: …'")
            }
            warnings += PluginFile.unknown(entries, besides: ["name", "parents", "vars"], of: "a parent")
            var variables: [(name: String, value: TemplatedValue, range: SourceRange)] = []
            if case .mapping(let pairs)? = entries.option("vars")?.content {
                for pair in pairs {
                    let value = try TemplatedValue(pair.value, vault: vault)
                    variables.append((try pair.key.value().text(), value, pair.key.range))
                }
            }
            let above = try Self.parents(entries, vault, depth: depth + 1, &warnings)
            parents.append(Parent(name: name, variables: variables, parents: above, range: node.range))
        }
        return parents
    }

    // MARK: Hosts

    func apply(to inventory: inout Inventory) throws(Diagnostic) {
        var count = 1
        for layer in layers {
            count *= layer.values.count
            guard count <= Self.limit else {
                throw Diagnostic(.inventorySyntax, "the layers stand for more than \(Self.limit) hosts", at: range)
            }
        }
        // The last layer turns fastest.
        for number in 0..<count {
            var rest = number
            var values: OrderedMap = [:]
            for layer in layers.reversed() {
                values[layer.name] = layer.values[rest % layer.values.count]
                rest /= layer.values.count
            }
            let scope = RenderScope(CombinationSource(values: values), environment: .standard)
            let address = try HostAddress(name.render(in: scope), at: range)
            let host = inventory.ensureHost(address.host, at: range)
            if let port = address.port {
                inventory.set("ansible_port", Located(.constant(.int(port)), at: range), ofHost: host)
            }
            for parent in parents {
                inventory.join(host: host, group: try group(parent, scope, values, &inventory))
            }
            if parents.isEmpty { inventory.join(host: host, group: Inventory.ungrouped) }
        }
    }

    private func group(
        _ parent: Parent, _ scope: RenderScope, _ values: OrderedMap, _ inventory: inout Inventory
    ) throws(Diagnostic) -> Int {
        let name = try parent.name.render(in: scope)
        try GroupName.check(name, at: parent.range)
        let group = inventory.ensureGroup(name)
        for variable in parent.variables {
            var value = variable.value
            if case .template(let template) = value { value = .constant(try template.evaluate(in: scope)) }
            inventory.set(variable.name, Located(value, at: variable.range), ofGroup: group)
        }
        for above in parent.parents {
            let number = try self.group(above, scope, values, &inventory)
            guard inventory.nest(group, in: number) else {
                throw Diagnostic(
                    .inventorySyntax, "group '\(name)' cannot stand below itself", at: above.range)
            }
        }
        return group
    }
}

/// One value of each layer, by the layer's name.
private struct CombinationSource: VariableSource {
    let values: OrderedMap

    func variable(_ name: String, for scope: RenderScope) throws(Diagnostic) -> TemplatedValue? {
        values[name].map { .constant($0) }
    }

    var variableNames: [String] { values.keys.compactMap(\.string) }

    func lookup(_ plugin: String, _ arguments: Arguments, for scope: RenderScope) throws(Diagnostic) -> [Value] {
        throw Diagnostic(.templatePlugin, "lookups cannot be used in the layers of an inventory")
    }

    func templateSource(_ name: String) throws(Diagnostic) -> SourceFile {
        throw Diagnostic(.fileNotFound, "no template named '\(name)': inventories have none")
    }
}

extension [Node.Entry] {
    fileprivate func template(_ name: String) throws(Diagnostic) -> Template? {
        guard let node = option(name), case .scalar = node.content else { return nil }
        return Template(try node.value().text(), at: node.textRange, options: TemplatedValue.yamlOptions)
    }
}
