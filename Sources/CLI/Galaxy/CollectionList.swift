//! `ansible-galaxy collection list`: collections in the folders of collections.

import ArgumentParser
import Diagnostics
import Playbooks
import Reports
import Values
import YAML

struct CollectionList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the installed collections.")

    @Option(
        name: [.customShort("p"), .customLong("collections-path")], parsing: .unconditional,
        help: "Folders with collections, separated by colons.")
    var path: String?

    @Option(help: "human, yaml or json.") var format = CollectionFormat.human

    @Argument(help: "Only this one.") var collection: String?

    func run() throws {
        let configured = try Configuration(environment: ProcessEnvironment.all).paths(.collectionsPath)
        let given = (path ?? "").split(separator: ":").map { Path.absolute(Path.expanded(String($0))) }
        var found: [(folder: String, collections: [(name: String, version: String)])] = []
        for folder in given + configured.map(Path.absolute) {
            let root = Path.name(of: folder) == "ansible_collections" ? folder : folder + "/ansible_collections"
            let collections = Self.collections(in: root).filter { collection == nil || $0.name == collection }
            if !collections.isEmpty { found.append((root, collections)) }
        }
        let output = Output.standard(isColoured: false, width: 80)
        guard format == .human else {
            var map: OrderedMap = [:]
            for (folder, collections) in found {
                map[folder] = .dict(
                    OrderedMap(collections.map { ($0.name, ["version": .string($0.version)]) }))
            }
            let value = Value.dict(map)
            return output.write(try format == .json ? value.json() + "\n" : value.yaml())
        }
        for (folder, collections) in found { output.write(Self.table(folder, collections)) }
    }

    private static func table(_ folder: String, _ collections: [(name: String, version: String)]) -> String {
        let rows = [("Collection", "Version")] + collections.map { ($0.name, $0.version) }
        let width = rows.map(\.0.count).max() ?? 0
        let versionWidth = rows.map(\.1.count).max() ?? 0
        func row(_ name: String, _ version: String) -> String {
            name + String(repeating: " ", count: width - name.count) + " " + version
                + String(repeating: " ", count: versionWidth - version.count) + "\n"
        }
        let line = String(repeating: "-", count: width) + " " + String(repeating: "-", count: versionWidth) + "\n"
        return "\n# \(folder)\n" + row(rows[0].0, rows[0].1) + line
            + rows.dropFirst().map { row($0.0, $0.1) }.joined()
    }

    private static func collections(in root: String) -> [(name: String, version: String)] {
        FolderListing.names(in: root).flatMap { namespace in
            FolderListing.names(in: Path.join(root, namespace)).compactMap { name -> (name: String, version: String)? in
                let folder = "\(root)/\(namespace)/\(name)"
                guard Path.isFolder(folder) else { return nil }
                return ("\(namespace).\(name)", version(of: folder) ?? "*")
            }
        }
    }

    private static func version(of folder: String) -> String? {
        let manifest = document(folder + "/MANIFEST.json")?["collection_info"]?.dict
        let version = (manifest ?? document(folder + "/galaxy.yml"))?["version"]
        return version.flatMap { try? $0.text() }
    }

    private static func document(_ path: String) -> OrderedMap? {
        guard Path.isFile(path), let bytes = try? PlainFile.read(path) else { return nil }
        return (try? YAMLReader.document(of: SourceFile(path: path, bytes: bytes)).node)?.flatMap {
            try? $0.value().dict
        }
    }
}

enum CollectionFormat: String, ExpressibleByArgument, CaseIterable { case human, yaml, json }
