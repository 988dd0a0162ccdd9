//! The variables of a host as layers, in Ansible's order, assembled once and shared by all hosts of the same groups.

import Diagnostics
import Templates
import Values
import YAML

extension Inventory {
    /// Reads `group_vars` and `host_vars` beside a playbook, once for each directory. Call it before `layers`.
    /// Returns warnings; what cannot be read is an error only for the hosts that it concerns.
    package mutating func loadVariables(besidePlaybook directory: String, vault: VaultDecryption?) -> [Diagnostic] {
        guard playbookFiles[directory] == nil else { return [] }
        let loaded = VariableFiles(directory: directory, vault: vault, settings: variableFileSettings)
        playbookFiles[directory] = .some(loaded)
        layers[directory] = hosts.indices.map { assemble($0, directory) }
        return loaded.warnings
    }

    /// All layers of a host from the weakest to the strongest: those of groups by depth, priority and name.
    /// The directory has to be one that `loadVariables` has read; nil asks for the inventory's own variables.
    package func layers(for host: String, playbookDirectory: String?) throws(Diagnostic) -> [VariableLayer] {
        let directory = playbookDirectory ?? ""
        guard playbookFiles[directory] != nil else {
            throw Diagnostic(.internal, "the variables beside '\(directory)' have not been read")
        }
        if let number = number(ofHost: host), let layers = layers[directory] { return try layers[number].get() }
        return try implicitLayers(of: host, directory).get()
    }

    /// What is said of a host itself, without its groups.
    package func ownLayers(ofHost name: String, playbookDirectory: String) throws(Diagnostic) -> [VariableLayer] {
        guard let number = number(ofHost: name) else { return [] }
        return try appendingHost(number, to: .success([]), playbookDirectory).get()
    }

    /// What is said of a group itself, in the inventory and in `group_vars`.
    package func ownLayers(ofGroup name: String, playbookDirectory: String) throws(Diagnostic) -> [VariableLayer] {
        guard let number = number(ofGroup: name) else { return [] }
        var layers = [groups[number].layer].compactMap { $0 }
        if let priority = groups[number].writtenPriority {
            layers.append(VariableLayer(name: "priority", variables: ["ansible_group_priority": priority]))
        }
        for files in files { layers += try files.layers(ofGroup: name) }
        if let beside = playbookFiles[playbookDirectory] ?? nil { layers += try beside.layers(ofGroup: name) }
        return layers
    }

    /// Where a host's variable of the inventory was defined, for messages.
    package func definition(of variable: String, for host: String) -> SourceRange? {
        number(ofHost: host).flatMap { hosts[$0].variables[variable]?.range }
    }

    mutating func assembleLayers() {
        for directory in playbookFiles.keys {
            var shared: [[Int]: Result<[VariableLayer], Diagnostic>] = [:]
            layers[directory] = hosts.indices.map { host in
                let key = hosts[host].groups
                let groups = shared[key] ?? groupLayers(ancestry(ofHost: host), directory)
                shared[key] = groups
                return appendingHost(host, to: groups, directory)
            }
        }
    }

    mutating func assembleLayers(of host: Int) {
        for directory in playbookFiles.keys {
            let assembled = assemble(host, directory)
            if host < layers[directory]?.count ?? 0 {
                layers[directory]?[host] = assembled
            } else {
                layers[directory]?.append(assembled)
            }
        }
    }

    private func assemble(_ host: Int, _ directory: String) -> Result<[VariableLayer], Diagnostic> {
        appendingHost(host, to: groupLayers(ancestry(ofHost: host), directory), directory)
    }

    /// `localhost` without being listed has what all hosts have, and its own `host_vars`.
    private func implicitLayers(of host: String, _ directory: String) -> Result<[VariableLayer], Diagnostic> {
        appendingFiles(ofHost: host, own: nil, to: groupLayers([Self.all], directory), directory)
    }

    private func appendingHost(
        _ host: Int, to groups: Result<[VariableLayer], Diagnostic>, _ directory: String
    ) -> Result<[VariableLayer], Diagnostic> {
        let host = hosts[host]
        let own =
            host.variables.isEmpty
            ? nil
            : VariableLayer(
                name: "inventory host '\(host.name)'", variables: host.variables, computed: host.computed)
        return appendingFiles(ofHost: host.name, own: own, to: groups, directory)
    }

    private func appendingFiles(
        ofHost name: String, own: VariableLayer?, to groups: Result<[VariableLayer], Diagnostic>, _ directory: String
    ) -> Result<[VariableLayer], Diagnostic> {
        Result { () throws(Diagnostic) in
            var layers = try groups.get()
            if let own { layers.append(own) }
            for files in files { layers += try files.layers(ofHost: name) }
            if let beside = playbookFiles[directory] ?? nil { layers += try beside.layers(ofHost: name) }
            return layers
        }
    }

    /// Inventory file (all, then groups) < `group_vars/all` (inventory, playbook) < `group_vars/GROUP` (likewise).
    private func groupLayers(_ ancestry: [Int], _ directory: String) -> Result<[VariableLayer], Diagnostic> {
        let sorted = ancestry.filter { $0 != Self.all }.map { groups[$0] }.sorted {
            ($0.depth, $0.priority, $0.name) < ($1.depth, $1.priority, $1.name)
        }
        let beside = playbookFiles[directory] ?? nil
        return Result { () throws(Diagnostic) in
            var layers: [VariableLayer] = []
            for origin in variableFileSettings.precedence {
                switch origin {
                case .allInventory: layers += [groups[Self.all].layer].compactMap { $0 }
                case .groupsInventory: layers += sorted.compactMap(\.layer)
                case .allBesideInventory: for files in files { layers += try files.layers(ofGroup: "all") }
                case .allBesidePlaybook: if let beside { layers += try beside.layers(ofGroup: "all") }
                case .groupsBesideInventory:
                    for files in files { for group in sorted { layers += try files.layers(ofGroup: group.name) } }
                case .groupsBesidePlaybook:
                    if let beside { for group in sorted { layers += try beside.layers(ofGroup: group.name) } }
                }
            }
            return layers
        }
    }
}
