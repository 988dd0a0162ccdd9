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

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions

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

    @Flag(name: .customLong("toml"), help: "TOML instead of JSON.")
    var toml = false

    @Flag(name: .long, help: "Keep variables of groups with their groups.")
    var export = false

    @Option(name: .long, parsing: .unconditional, help: "Write into this file.")
    var output: String?

    @Argument(help: "The group at the root of --graph.")
    var group: String?

    func run() async throws {
        try checkAction()
        let session = try Session(inventory, ConnectionFlags.none)
        let output = Output.standard(isColoured: false, width: 80)
        var loaded = try session.checkedInventory()
        var options = InventoryListing.Options()
        options.folder = session.playbookFolder
        options.exports = export || session.configuration.flag(.inventoryExport)
        options.mergesHashes = session.configuration.text(.hashBehaviour) == "merge"
        options.extraVariables = session.extraVariables
        options.cachedFacts = session.cachedFacts
        loaded.warnings += loaded.inventory.loadVariables(besidePlaybook: options.folder, vault: session.vault)
        var limited: [String]?
        if let limit = inventory.limit {
            let (hosts, warnings) = try loaded.inventory.hosts(matching: "all", limit: limit)
            limited = hosts
            loaded.warnings += warnings
        }
        for warning in session.configuration.warnings + loaded.warnings {
            output.writeError(warning.rendered(isColoured: false))
        }
        session.sayConfigurationFile(output)
        let text = try text(InventoryListing(loaded.inventory, options, limitedTo: limited))
        if let file = self.output {
            try PlainFile.write(Array(text.utf8), to: file, mode: 0o644)
        } else {
            output.write(text)
        }
    }

    private func checkAction() throws {
        let actions = [list, graph, host != nil].count { $0 }
        guard actions != 1 else { return }
        let message =
            actions == 0
            ? "No action selected, at least one of --host, --graph or --list needs to be specified."
            : "Conflicting options used, only one of --host, --graph or --list can be used at the same time."
        throw Diagnostic(.usage, message).exiting(Self.usageMistake)
    }

    /// What Ansible's inventory command ends with after a mistake on the command line.
    private static let usageMistake: Int32 = 5

    private func text(_ listing: InventoryListing) throws -> String {
        if let host {
            guard let name = listing.inventory.knownName(host) else {
                throw Diagnostic(
                    .hostPattern, "You must pass a single valid host to --host parameter: there is no '\(host)'",
                    help: Suggestion.help(for: host, among: listing.inventory.hostNames)
                ).exiting(Self.usageMistake)
            }
            return try formatted(yaml || toml ? listing.tree(ofHost: name) : listing.host(name))
        }
        if graph {
            let root = group ?? "all"
            guard listing.inventory.contains(group: root) else {
                throw Diagnostic(
                    .hostPattern, "Pattern must be valid group name when using --graph: there is no '\(root)'",
                    help: Suggestion.help(for: root, among: listing.inventory.groupNames)
                ).exiting(Self.usageMistake)
            }
            return try listing.graph(from: root, showsVariables: showsVariables)
        }
        guard yaml || toml else { return try formatted(listing.script()) }
        var tree = InventoryTree(listing)
        return try formatted(yaml ? tree.value() : tree.tables())
    }

    private func formatted(_ value: Value) throws(Diagnostic) -> String {
        if yaml {
            var style = YAMLStyle()
            style.defaultFlowStyle = false
            return try value.yaml(style)
        }
        if toml { return try TOMLWriter.text(value) }
        return try value.json(indent: 4, sortKeys: true, ascii: false) + "\n"
    }
}
