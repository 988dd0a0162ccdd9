//! From the sources of `-i` to one inventory: files, directories, scripts, comma separated hosts.

import Diagnostics
import Regexes
import Templates
import Values
import YAML

/// Reads inventory sources. Runs inventory scripts, and so may block for as long as they take.
package struct InventoryLoader: Sendable {
    /// What came of it. Sources that cannot be read only warn: `unparsed` names them for callers who are stricter.
    package struct Loaded: Sendable {
        package var inventory: Inventory
        package var warnings: [Diagnostic]
        package var unparsed: [String]
    }

    let vault: VaultDecryption?
    let settings: InventorySettings
    private let plugins: [InventoryPlugin]

    package init(vault: VaultDecryption? = nil, settings: InventorySettings = InventorySettings()) {
        self.vault = vault
        self.settings = settings
        plugins = settings.plugins.compactMap(InventoryPlugin.init(named:))
    }

    package func load(_ sources: [String]) -> Loaded {
        var loaded = Loaded(inventory: Inventory(), warnings: unknownPlugins, unparsed: [])
        loaded.inventory.variableFileSettings = settings.variableFiles
        loaded.inventory.groupNaming = settings.groupNames
        loaded.inventory.hasToldOfGroupNames = !settings.warnsOfGroupNames
        for source in sources {
            let exists = FileSystem.exists(source)
            if source.contains(","), !exists, plugins.contains(where: \.isHostList) {
                hostList(source, &loaded)
                continue
            }
            if exists { addVariableFiles(beside: source, &loaded) }
            if !self.source(source, &loaded) { loaded.unparsed.append(source) }
        }
        for host in loaded.inventory.hosts where loaded.inventory.contains(group: host.name) {
            loaded.warnings.append(
                Diagnostic(
                    .inventorySyntax, "both a group and a host have the name '\(host.name)'", at: host.range,
                    help: "give one of them another name", severity: .warning))
        }
        if let warning = loaded.inventory.takeGroupNameWarning() { loaded.warnings.append(warning) }
        loaded.inventory.settle()
        return loaded
    }

    private var unknownPlugins: [Diagnostic] {
        settings.plugins.filter { InventoryPlugin(named: $0) == nil }.map { name in
            Diagnostic(
                .unsupported, "Failed to load inventory plugin, skipping \(name)",
                help: Suggestion.help(for: name, among: InventoryPlugin.allCases.map(\.rawValue)), severity: .warning)
        }
    }

    /// `group_vars` and `host_vars` of a source's folder, once for each folder.
    private func addVariableFiles(beside source: String, _ loaded: inout Loaded) {
        let directory = FileSystem.isDirectory(source) ? source : FileSystem.directory(of: source)
        guard !loaded.inventory.files.contains(where: { $0.directory == directory }) else { return }
        let files = VariableFiles(directory: directory, vault: vault, settings: settings.variableFiles)
        loaded.warnings += files.warnings
        loaded.inventory.files.append(files)
    }

    private func hostList(_ list: String, _ loaded: inout Loaded) {
        let file = SourceFile(path: "<inventory>", text: list)
        var inventory = loaded.inventory
        do throws(Diagnostic) {
            var offset = 0
            for item in list.split(separator: ",", omittingEmptySubsequences: false) {
                let range = SourceRange(file: file, offset: offset, length: item.utf8.count)
                offset += item.utf8.count + 1
                let name = item.filter { $0 != " " }
                if name.isEmpty { continue }
                let address = try HostAddress(name, at: range)
                for name in try HostRange.expand(address.host, at: range) {
                    let host = inventory.ensureHost(name, at: range)
                    inventory.join(host: host, group: Inventory.ungrouped)
                    if let port = address.port {
                        inventory.set("ansible_port", Located(.constant(.int(port)), at: range), ofHost: host)
                    }
                }
            }
            loaded.inventory = inventory
        } catch { fail(list, [error], &loaded) }
    }

    /// False where nothing could be read.
    private func source(_ path: String, _ loaded: inout Loaded) -> Bool {
        guard FileSystem.exists(path) else {
            fail(path, [Diagnostic(.fileNotFound, "no file '\(path)'")], &loaded)
            return false
        }
        return FileSystem.isDirectory(path) ? directory(path, &loaded) : file(path, &loaded)
    }

    private func directory(_ path: String, _ loaded: inout Loaded) -> Bool {
        var isParsed = false
        for name in FileSystem.names(in: path) where !isIgnored(name) {
            if source(FileSystem.join(path, name), &loaded) { isParsed = true }
        }
        if !isParsed { fail(path, [], &loaded) }
        return isParsed
    }

    private func isIgnored(_ name: String) -> Bool {
        name.hasPrefix(".") || name == "group_vars" || name == "host_vars"
            || settings.ignoredExtensions.contains { name.hasSuffix($0) }
            || settings.ignoredPatterns.contains { (try? $0.match(name)) != nil }
    }

    /// The first plugin that can read a file wins.
    private func file(_ path: String, _ loaded: inout Loaded) -> Bool {
        var mistakes: [Diagnostic] = []
        for plugin in plugins where plugin.accepts(path, settings) {
            do throws(Diagnostic) {
                if try parse(path, plugin, &loaded) { return true }
            } catch {
                mistakes.append(error)
                // A script or a plugin's configuration is nothing that another plugin could read.
                if plugin == .script || error.code == .inventoryPlugin { break }
            }
        }
        fail(path, mistakes, &loaded)
        return false
    }

    /// False where a file is none of the plugin's.
    private func parse(_ path: String, _ plugin: InventoryPlugin, _ loaded: inout Loaded) throws(Diagnostic) -> Bool {
        if plugin == .script {
            let result = try ScriptParser.parse(
                path, into: loaded.inventory, timeout: settings.scriptTimeout,
                showsErrors: settings.showsScriptErrors)
            loaded.inventory = result.inventory
            loaded.warnings += result.warnings
            return true
        }
        let file = try content(of: path)
        switch plugin {
        case .yaml:
            let result = try YAMLInventoryParser.parse(file, into: loaded.inventory, vault: vault)
            loaded.inventory = result.inventory
            loaded.warnings += result.warnings
        case .toml:
            let result = try YAMLInventoryParser.parse(toml: file, into: loaded.inventory)
            loaded.inventory = result.inventory
            loaded.warnings += result.warnings
        case .ini: loaded.inventory = try INIParser.parse(file, into: loaded.inventory)
        case .auto:
            guard let configuration = try? PluginFile.read(file) else { return false }
            try run(configuration, &loaded)
        case .constructed, .generator:
            guard let configuration = try PluginFile.read(file), InventoryPlugin(named: configuration.name) == plugin
            else { return false }
            try run(configuration, &loaded)
        case .script, .hostList, .advancedHostList: return false
        }
        return true
    }

    private func content(of path: String) throws(Diagnostic) -> SourceFile {
        let file = SourceFile(path: path, bytes: try FileSystem.read(path))
        guard file.bytes.starts(with: "$ANSIBLE_VAULT;".utf8) else { return file }
        let range = SourceRange(file: file, offset: 0, length: 0)
        guard let vault else {
            throw Diagnostic(.vault, "'\(path)' is encrypted", at: range, help: "give the vault password")
        }
        return SourceFile(path: path, text: try vault(String(decoding: file.bytes, as: UTF8.self), range))
    }

    /// One warning for each parser that refused, and Ansible's own words for the source.
    private func fail(_ source: String, _ mistakes: [Diagnostic], _ loaded: inout Loaded) {
        for mistake in mistakes {
            var warning = mistake
            warning.severity = .warning
            loaded.warnings.append(warning)
        }
        loaded.warnings.append(
            Diagnostic(
                .inventorySyntax, "Unable to parse \(source) as an inventory source", severity: .warning))
    }
}
