//! `include_vars`: variables from files, at the moment a host gets there.

import Diagnostics
import Modules
import Playbooks
import Regexes
import Templates
import Values
import YAML

struct IncludeVariables {
    private let arguments: ModuleArguments
    private let scope: HostScope

    init(_ arguments: ModuleArguments, scope: HostScope) {
        self.arguments = arguments
        self.scope = scope
    }

    func run() throws(Diagnostic) -> ActionOutcome {
        var all: [String: TemplatedValue] = [:]
        let files = try files()
        for file in files { all.merge(try variables(in: file)) { _, new in new } }
        if let name = arguments.string("name") {
            let entries = all.sorted { $0.key < $1.key }.map {
                TemplatedValue.Entry(key: .constant(.string($0.key)), value: $0.value, range: nil)
            }
            all = [name: .dict(entries)]
        }
        var outcome = ActionOutcome(
            status: .ok,
            result: [
                "changed": false, "ansible_included_var_files": .list(files.map { .string($0) }),
                "ansible_facts": .dict(shown(all)),
            ])
        outcome.includedVariables = all
        return outcome
    }

    /// The values for the result; what cannot be rendered yet is left out.
    private func shown(_ all: [String: TemplatedValue]) -> OrderedMap {
        var map: OrderedMap = [:]
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            map[name] = try? value.evaluate(in: scope.renderScope).materialized()
        }
        return map
    }

    private func files() throws(Diagnostic) -> [String] {
        let controller = TaskController(scope: scope)
        guard let folder = arguments.string("dir") else {
            let name = arguments.string("file") ?? ""
            return [try controller.path(of: name, in: .vars)]
        }
        let path = try controller.path(of: folder, in: .vars)
        let extensions = Set(arguments.strings("extensions") ?? ["yaml", "yml", "json"])
        let ignored = arguments.strings("ignore_files") ?? []
        let pattern = try arguments.string("files_matching").map { text throws(Diagnostic) in try Pattern(text) }
        let passesOver = arguments.bool("ignore_unknown_extensions") ?? false
        var files: [String] = []
        for file in Self.walk(path, depth: arguments.int("depth") ?? 0) {
            let name = Path.name(of: file)
            if ignored.contains(name) { continue }
            if let pattern, try pattern.search(name) == nil { continue }
            let suffix = name.split(separator: ".").dropFirst().last.map(String.init) ?? ""
            if extensions.contains(suffix) {
                files.append(file)
            } else if !passesOver {
                throw Diagnostic(
                    .invalidArgument,
                    "\(file) does not have a valid extension: \(extensions.sorted().joined(separator: ", "))",
                    at: arguments.range, help: "name it in ignore_files, or set ignore_unknown_extensions: true")
            }
        }
        return files
    }

    private static func walk(_ folder: String, depth: Int, level: Int = 1) -> [String] {
        FolderListing.names(in: folder).flatMap { name -> [String] in
            let path = folder + "/" + name
            guard Path.isFolder(path) else { return [path] }
            return depth == 0 || level < depth ? walk(path, depth: depth, level: level + 1) : []
        }
    }

    private func variables(in path: String) throws(Diagnostic) -> [String: TemplatedValue] {
        try VariableFile.read(path, decrypt: scope.context.run.vault)
    }
}

/// A YAML or JSON file that holds variables.
enum VariableFile {
    static func read(_ path: String, decrypt: @escaping VaultDecryption) throws(Diagnostic) -> [String: TemplatedValue]
    {
        let file = try SourceReader(decrypt: decrypt).read(path)
        guard let node = try YAMLReader.documents(of: file).nodes.first else { return [:] }
        guard case .mapping(let entries) = node.content else {
            if case .scalar(let scalar) = node.content, ["", "~", "null"].contains(scalar.text) { return [:] }
            throw Diagnostic(.playbookSyntax, "\(path) must be stored as a dictionary/hash", at: node.range)
        }
        var variables: [String: TemplatedValue] = [:]
        for entry in entries {
            guard case .scalar(let key) = entry.key.content else { continue }
            variables[key.text] = try TemplatedValue(entry.value, vault: decrypt)
        }
        return variables
    }
}
