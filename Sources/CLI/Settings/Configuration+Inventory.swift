//! What the configuration says about inventories.

import Diagnostics
import Inventories
import Playbooks
import Templates

extension Configuration {
    /// Sources as `-i` would take them: lists of hosts stay as they are.
    var inventorySources: [String] { paths(.inventory) }

    func inventorySettings(
        extraVariables: [String: TemplatedValue], playbookFolder: String?
    ) throws(Diagnostic) -> InventorySettings {
        var settings = InventorySettings()
        if isSet(.inventoryEnabled) { settings.plugins = list(.inventoryEnabled) }
        if isSet(.inventoryIgnoreExtensions) { settings.ignoredExtensions = list(.inventoryIgnoreExtensions) }
        for pattern in list(.inventoryIgnorePatterns) { try settings.ignoreNames(matching: pattern) }
        settings.showsScriptErrors = flag(.inventoryScriptStderr)
        settings.usesExtraVariables = flag(.inventoryUseExtraVars)
        settings.extraVariables = extraVariables
        settings.playbookFolder = playbookFolder ?? path(.playbookDir)
        settings.lookup = TemplateBatch.lookup
        settings.variableFiles = try variableFileSettings()
        settings.groupNames = text(.groupNames).flatMap(GroupNaming.init) ?? .never
        // Many inventories have such names; Ansible's users are used to hear of it each time.
        settings.warnsOfGroupNames = isSet(.groupNames) || ProgramName.current != .drover
        return settings
    }

    private func variableFileSettings() throws(Diagnostic) -> VariableFileSettings {
        var settings = VariableFileSettings()
        let plugins = list(.varsPluginsEnabled)
        settings.isEnabled = plugins.contains { $0 == "host_group_vars" || $0 == "ansible.builtin.host_group_vars" }
        settings.extensions = list(.yamlExtensions)
        guard isSet(.precedence) else { return settings }
        var order: [VariableOrigin] = []
        for name in list(.precedence) {
            guard let origin = VariableOrigin(rawValue: name) else {
                throw Diagnostic(
                    .configuration, "'\(name)' in precedence is no origin of variables",
                    help: Suggestion.help(for: name, among: VariableOrigin.allCases.map(\.rawValue)))
            }
            order.append(origin)
        }
        settings.precedence = order
        return settings
    }
}
