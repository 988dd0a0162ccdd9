//! A role in one of the folders of roles.

import Diagnostics
import Playbooks
import Values
import YAML

struct InstalledRole {
    let name: String
    let path: String
    /// The branch, tag or commit that was installed; nil where nobody wrote it down.
    let version: String?
    /// The commit that was installed, where that was noted.
    let commit: String?
    /// Whether somebody installed it, rather than wrote it here.
    let isInstalled: Bool

    /// nil where there is no such role.
    init?(name: String, folder: String) { self.init(Path.join(folder, name)) }

    /// nil where the folder is not that of a role.
    init?(_ path: String) {
        guard Path.isFolder(path), Self.parts.contains(where: { Path.isFolder(path + "/" + $0) }) else { return nil }
        self.path = path
        name = Path.name(of: path)
        let notes = path + "/meta/.galaxy_install_info"
        isInstalled = Path.isFile(notes)
        let noted = Self.document(notes)
        version = Self.text(noted?["version"])
        commit = Self.text(noted?["commit"])
    }

    private static let parts = ["meta", "tasks", "handlers", "defaults", "vars", "files", "templates"]

    /// All roles of a folder, by name.
    static func all(in folder: String) -> [InstalledRole] {
        FolderListing.names(in: folder).compactMap { InstalledRole(name: $0, folder: folder) }
    }

    /// A name that stays within the folder of roles.
    static func checkName(_ name: String) throws(Diagnostic) {
        let isBad = name.isEmpty || name.contains("/") || name == "." || name == ".." || name.hasPrefix("-")
        guard !isBad else { throw Diagnostic(.usage, "'\(name)' cannot be the name of a role") }
    }

    /// Whether `meta/main.yml` says anything: what says nothing is not listed.
    var isDescribed: Bool {
        ["/meta/main.yml", "/meta/main.yaml"].contains { name in
            Self.document(path + name).map { !$0.isEmpty } ?? false
        }
    }

    var line: String { "- \(name), \(version ?? "(unknown version)")" }

    private static func text(_ value: Value?) -> String? {
        guard let value, !value.isNone else { return nil }
        return try? value.text()
    }

    private static func document(_ path: String) -> OrderedMap? {
        guard Path.isFile(path), let bytes = try? PlainFile.read(path),
            let node = try? YAMLReader.document(of: SourceFile(path: path, bytes: bytes)).node
        else { return nil }
        return try? node.value().dict
    }
}
