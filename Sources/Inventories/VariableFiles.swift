//! `group_vars` and `host_vars` of one directory.

import Diagnostics
import Templates
import Values
import YAML

/// Everything that `group_vars/` and `host_vars/` of one directory hold, read once. A file that cannot be read, parsed
/// or decrypted is an error for those who need it, and for nobody else.
package final class VariableFiles: Sendable {
    private typealias Entries = [String: Result<[VariableLayer], Diagnostic>]

    private let groups: Entries
    private let hosts: Entries
    package let warnings: [Diagnostic]
    /// The folder that holds `group_vars` and `host_vars`.
    let directory: String
    private let extensions: [String]

    package init(
        directory: String, vault: VaultDecryption?, settings: VariableFileSettings = VariableFileSettings()
    ) {
        self.directory = directory
        extensions = [""] + settings.extensions
        var reader = Reader(vault: vault, extensions: extensions)
        groups = settings.isEnabled ? reader.entries(in: FileSystem.join(directory, "group_vars")) : [:]
        hosts = settings.isEnabled ? reader.entries(in: FileSystem.join(directory, "host_vars")) : [:]
        warnings = reader.warnings
    }

    func layers(ofGroup name: String) throws(Diagnostic) -> [VariableLayer] { try find(name, in: groups) }
    func layers(ofHost name: String) throws(Diagnostic) -> [VariableLayer] { try find(name, in: hosts) }

    /// The first of `NAME`, `NAME.yml`, `NAME.yaml`, `NAME.json` counts.
    private func find(_ name: String, in entries: Entries) throws(Diagnostic) -> [VariableLayer] {
        guard !entries.isEmpty else { return [] }
        for suffix in extensions { if let found = entries[name + suffix] { return try found.get() } }
        return []
    }

    private struct Reader {
        let vault: VaultDecryption?
        let extensions: [String]
        var warnings: [Diagnostic] = []

        mutating func entries(in directory: String) -> Entries {
            var entries: Entries = [:]
            for name in FileSystem.names(in: directory) where !Self.isIgnored(name) {
                let path = FileSystem.join(directory, name)
                entries[name] = FileSystem.isDirectory(path) ? folder(path) : layers(of: path).map { [$0] }
            }
            return entries
        }

        private static func isIgnored(_ name: String) -> Bool { name.hasPrefix(".") || name.hasSuffix("~") }

        /// All variable files below a directory, in the order of their names, however deep.
        private mutating func folder(_ directory: String, depth: Int = 0) -> Result<[VariableLayer], Diagnostic> {
            var all: [VariableLayer] = []
            guard depth < 32 else { return .success([]) }
            for name in FileSystem.names(in: directory) where !Self.isIgnored(name) {
                let path = FileSystem.join(directory, name)
                let isDirectory = FileSystem.isDirectory(path)
                guard isDirectory || extensions.contains(FileSystem.suffix(of: name)) else { continue }
                switch isDirectory ? folder(path, depth: depth + 1) : layers(of: path).map({ [$0] }) {
                case .success(let layers): all += layers
                case .failure(let diagnostic): return .failure(diagnostic)
                }
            }
            return .success(all)
        }

        private mutating func layers(of path: String) -> Result<VariableLayer, Diagnostic> {
            do throws(Diagnostic) {
                let (layer, warnings) = try VariableFiles.layer(of: path, vault: vault)
                self.warnings += warnings
                return .success(layer)
            } catch { return .failure(error) }
        }
    }

    /// One YAML or JSON file, decrypted if it is vaulted.
    package static func layer(of path: String, vault: VaultDecryption?) throws(Diagnostic)
        -> (layer: VariableLayer, warnings: [Diagnostic])
    {
        var file = SourceFile(path: path, bytes: try FileSystem.read(path))
        if file.bytes.starts(with: "$ANSIBLE_VAULT;".utf8) {
            let range = SourceRange(file: file, offset: 0, length: 0)
            guard let vault else {
                throw Diagnostic(.vault, "'\(path)' is encrypted", at: range, help: "give the vault password")
            }
            file = SourceFile(path: path, text: try vault(String(decoding: file.bytes, as: UTF8.self), range))
        }
        let (node, warnings) = try YAMLReader.document(of: file)
        var variables: [String: Located<TemplatedValue>] = [:]
        if let node, !node.isNull {
            guard case .mapping(let entries) = node.content else {
                throw Diagnostic(
                    .inventorySyntax, "'\(path)' has to hold a mapping of variables", at: node.range,
                    help: "write 'name: value'")
            }
            for entry in entries {
                guard let name = try entry.key.value().string else {
                    throw Diagnostic(
                        .inventorySyntax, "the name of a variable has to be text", at: entry.key.range,
                        help: "put it in quotes, or give it a name that begins with a letter")
                }
                variables[name] = Located(try TemplatedValue(entry.value, vault: vault), at: entry.key.range)
            }
        }
        return (VariableLayer(name: path, variables: variables), warnings)
    }
}

extension Node {
    /// Nothing, or a plain `null`.
    var isNull: Bool {
        guard case .scalar(let scalar) = content, scalar.style == .plain, tag == nil else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }
}
