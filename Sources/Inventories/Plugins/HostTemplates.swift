//! The variables of a host while its inventory is still being built, for the templates of plugins.

import Diagnostics
import Templates
import Values

/// What a plugin's templates may ask for: nothing of a run, only what earlier sources said.
struct HostTemplates: VariableSource {
    let host: String
    /// Strongest last.
    let layers: [VariableLayer]
    let groupNames: [String]
    /// The file that first named the host.
    let source: String?
    let extraVariables: [String: TemplatedValue]
    /// What `compose` made for this host.
    var computed: [String: Value] = [:]
    /// What earlier runs have found out about it.
    var facts: OrderedMap = [:]
    let runLookup: InventorySettings.Lookup?

    func variable(_ name: String, for scope: RenderScope) throws(Diagnostic) -> TemplatedValue? {
        if let value = extraVariables[name] { return value }
        switch name {
        case "inventory_hostname": return .constant(.string(host))
        case "inventory_hostname_short":
            return .constant(.string(host.split(separator: ".").first.map(String.init) ?? host))
        case "group_names": return .constant(.list(groupNames.map { .string($0) }))
        case "inventory_file": return source.map { .constant(.string(FileSystem.absolute($0))) }
        case "inventory_dir":
            return source.map { .constant(.string(FileSystem.absolute(FileSystem.directory(of: $0)))) }
        default: break
        }
        if let value = computed[name] ?? facts[.string(name)] { return .constant(value) }
        for layer in layers.reversed() { if let value = layer[name] { return value } }
        return nil
    }

    var variableNames: [String] {
        let names = layers.reduce(into: Set(extraVariables.keys)) { $0.formUnion($1.variables.keys) }
        return names.union(computed.keys).union(facts.keys.compactMap(\.string)).union(Self.magicNames).sorted()
    }

    private static let magicNames = [
        "inventory_hostname", "inventory_hostname_short", "group_names", "inventory_file", "inventory_dir",
    ]

    func lookup(_ plugin: String, _ arguments: Arguments, for scope: RenderScope) throws(Diagnostic) -> [Value] {
        guard let runLookup else {
            throw Diagnostic(.templatePlugin, "The lookup plugin '\(plugin)' is not available in inventories")
        }
        return try runLookup(plugin, arguments, scope)
    }

    func templateSource(_ name: String) throws(Diagnostic) -> SourceFile {
        throw Diagnostic(.fileNotFound, "no template named '\(name)': inventories have none")
    }

    var scope: RenderScope { RenderScope(self, environment: .standard) }
}
