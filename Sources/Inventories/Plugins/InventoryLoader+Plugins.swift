//! Runs the plugin that a configuration file names.

import Diagnostics

extension InventoryLoader {
    /// Every mistake is one of the plugin's file, and ends the search for somebody who can read it.
    func run(_ file: PluginFile, _ loaded: inout Loaded) throws(Diagnostic) {
        var inventory = loaded.inventory
        do throws(Diagnostic) {
            switch InventoryPlugin(named: file.name) {
            case .constructed: try construct(file, &inventory, &loaded.warnings)
            case .generator:
                let plugin = try GeneratorPlugin(file, vault: vault)
                loaded.warnings += plugin.warnings
                try plugin.apply(to: &inventory)
            default: throw unknown(file)
            }
        } catch {
            var mistake = error.located(at: file.range)
            mistake.code = .inventoryPlugin
            throw mistake
        }
        loaded.inventory = inventory
    }

    private func construct(
        _ file: PluginFile, _ inventory: inout Inventory, _ warnings: inout [Diagnostic]
    ) throws(Diagnostic) {
        let plugin = try ConstructedPlugin(file)
        warnings += plugin.warnings
        var view = inventory
        if !plugin.usesVariableFiles { view.files = [] }
        if !inventory.isAllWritten {
            // Files of a group count where the group has been named, as in Ansible.
            view.variableFileSettings.precedence.removeAll { $0 == .allBesideInventory || $0 == .allBesidePlaybook }
        }
        let playbookFolder = plugin.usesVariableFiles ? settings.playbookFolder : nil
        if let playbookFolder { warnings += view.loadVariables(besidePlaybook: playbookFolder, vault: vault) }
        view.settle()
        try plugin.apply(to: &inventory, seen: view, settings, playbookFolder: playbookFolder)
    }

    private func unknown(_ file: PluginFile) -> Diagnostic {
        Diagnostic(
            .unsupported, "inventory plugin '\(file.name)' is not built in", at: file.range,
            help: Suggestion.help(for: file.name, among: ["constructed", "generator"])
                ?? "'constructed' and 'generator' are; let an executable script print the inventory as JSON instead")
    }
}
