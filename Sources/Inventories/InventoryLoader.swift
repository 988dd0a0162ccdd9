//! From the sources of `-i` to one inventory: files, directories, scripts, comma separated hosts.

import Diagnostics
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

    private let vault: VaultDecryption?
    private let scriptTimeout: Duration
    /// Names in inventory directories that are no sources.
    private static let ignoredSuffixes = [
        ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".cfg", ".retry",
    ]

    package init(vault: VaultDecryption? = nil, scriptTimeout: Duration = .seconds(300)) {
        self.vault = vault
        self.scriptTimeout = scriptTimeout
    }

    package func load(_ sources: [String]) -> Loaded {
        var loaded = Loaded(inventory: Inventory(), warnings: [], unparsed: [])
        var directories: [String] = []
        for source in sources {
            let exists = FileSystem.exists(source)
            if source.contains(","), !exists {
                hostList(source, &loaded)
                continue
            }
            if !self.source(source, &loaded) { loaded.unparsed.append(source) }
            guard exists else { continue }
            let directory = FileSystem.isDirectory(source) ? source : FileSystem.directory(of: source)
            if !directories.contains(directory) { directories.append(directory) }
        }
        for directory in directories {
            let files = VariableFiles(directory: directory, vault: vault)
            loaded.warnings += files.warnings
            loaded.inventory.files.append(files)
        }
        for host in loaded.inventory.hosts where loaded.inventory.contains(group: host.name) {
            loaded.warnings.append(
                Diagnostic(
                    .inventorySyntax, "both a group and a host have the name '\(host.name)'", at: host.range,
                    help: "give one of them another name", severity: .warning))
        }
        loaded.inventory.settle()
        return loaded
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
        for name in FileSystem.names(in: path) {
            let isIgnored = name.hasPrefix(".") || Self.ignoredSuffixes.contains { name.hasSuffix($0) }
            if isIgnored || name == "group_vars" || name == "host_vars" { continue }
            if source(FileSystem.join(path, name), &loaded) { isParsed = true }
        }
        if !isParsed { fail(path, [], &loaded) }
        return isParsed
    }

    private func file(_ path: String, _ loaded: inout Loaded) -> Bool {
        var mistakes: [Diagnostic] = []
        do throws(Diagnostic) {
            let file = try content(of: path)
            let isScript = FileSystem.isExecutable(path) && file.bytes.starts(with: "#!".utf8)
            if isScript || FileSystem.isExecutable(path) && file.bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
                do throws(Diagnostic) {
                    let result = try ScriptParser.parse(path, into: loaded.inventory, timeout: scriptTimeout)
                    loaded.inventory = result.inventory
                    loaded.warnings += result.warnings
                    return true
                } catch { mistakes.append(error) }
            } else {
                let suffix = FileSystem.suffix(of: path.split(separator: "/").last.map(String.init) ?? path)
                let isYAML = [".yml", ".yaml", ".json"].contains(suffix)
                if isYAML || suffix.isEmpty || !suffix.dropFirst().allSatisfy(\.isLetter) {
                    if parseYAML(file, &loaded, &mistakes) { return true }
                }
                if !isYAML, parseINI(file, &loaded, &mistakes) { return true }
            }
        } catch { mistakes.append(error) }
        fail(path, mistakes, &loaded)
        return false
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

    private func parseYAML(_ file: SourceFile, _ loaded: inout Loaded, _ mistakes: inout [Diagnostic]) -> Bool {
        do throws(Diagnostic) {
            let result = try YAMLInventoryParser.parse(file, into: loaded.inventory, vault: vault)
            loaded.inventory = result.inventory
            loaded.warnings += result.warnings
            return true
        } catch {
            mistakes.append(error)
            return false
        }
    }

    private func parseINI(_ file: SourceFile, _ loaded: inout Loaded, _ mistakes: inout [Diagnostic]) -> Bool {
        do throws(Diagnostic) {
            loaded.inventory = try INIParser.parse(file, into: loaded.inventory)
            return true
        } catch {
            mistakes.append(error)
            return false
        }
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
