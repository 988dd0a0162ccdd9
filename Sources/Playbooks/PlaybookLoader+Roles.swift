//! Finding and reading roles, their dependencies first.

import Diagnostics
import Modules
import Templates
import Values
import YAML

/// How a role is asked for.
package struct RoleUse {
    package let name: String
    package let range: SourceRange
    package var contents = FrameContents()
    package var parameters: [String: TemplatedValue] = [:]
    package var tasksFrom: String?
    package var varsFrom: String?
    package var defaultsFrom: String?
    package var handlersFrom: String?
    package var isPublic = true
    /// Check the variables against the role's argument specification first.
    package var validatesArguments = true
    /// nil asks the role's own meta.
    package var allowDuplicates: Bool?

    package init(name: String, range: SourceRange) {
        self.name = name
        self.range = range
    }

    /// Equal for uses that Ansible takes for the same.
    func identity(path: String) -> String {
        let when = (contents.conditions[.when] ?? []).map { $0.text }
        let parts = [path, tasksFrom ?? "main"] + describe(parameters) + when + describe(contents.variables)
        return (parts + contents.tags.sorted()).joined(separator: "\u{0}")
    }

    private func describe(_ variables: [String: TemplatedValue]) -> [String] {
        variables.sorted { $0.key < $1.key }.map { "\($0.key)=\(describe($0.value))" }
    }

    private func describe(_ value: TemplatedValue) -> String {
        switch value {
        case .constant(let value): (try? value.representation()) ?? ""
        case .template(let template): template.text
        case .list(let items): items.map(describe).joined(separator: ",")
        case .dict(let entries): entries.map { describe($0.key) + ":" + describe($0.value) }.joined(separator: ",")
        case .deferred(let deferred): "\(ObjectIdentifier(deferred))"
        }
    }
}

extension PlaybookLoader {
    /// The entries of `roles:` or of a role's dependencies.
    func roles(_ node: Node?, in frame: Frame, dependents: [RoleInstance] = []) throws(Diagnostic) -> [RoleNode] {
        guard let node, !node.isNull else { return [] }
        guard let items = node.items else {
            throw Diagnostic(.playbookSyntax, "roles must be a list of role names or mappings", at: node.range)
        }
        var roles: [RoleNode] = []
        for item in items {
            let loaded = try unlessMissing { () throws(Diagnostic) in
                try role(roleUse(item, in: frame), in: frame, file: node.range.file.path, dependents: dependents)
            }
            if let loaded { roles.append(loaded) }
        }
        return roles
    }

    private func roleUse(_ node: Node, in frame: Frame) throws(Diagnostic) -> RoleUse {
        guard node.entries != nil else {
            return RoleUse(name: try staticText(node, in: frame, "the name of a role"), range: node.range)
        }
        guard let name = node.entry("role") ?? node.entry("name") else {
            throw Diagnostic(.playbookSyntax, "role definitions must contain a role name", at: node.range)
        }
        var (contents, rest) = try splitContents(of: node, at: .role, in: frame)
        contents.settings[.name] = nil
        var use = RoleUse(name: try staticText(name, in: frame, "the name of a role"), range: name.range)
        use.contents = contents
        rest.removeAll { ["role", "src", "scm", "version"].contains($0.key.text) }
        for entry in rest { use.parameters[entry.key.text] = try templated(entry.value) }
        return use
    }

    /// Loads one use of a role with all that it depends on, as `include_role` brings it in.
    package func includedRole(_ use: RoleUse, in frame: Frame, file: String) throws(Diagnostic) -> RoleNode {
        let role = try role(use, in: frame, file: file)
        try refuseMissingModules()
        return role
    }

    func role(
        _ use: RoleUse, in frame: Frame, file: String, dependents: [RoleInstance] = []
    ) throws(Diagnostic) -> RoleNode {
        let candidates = try roleCandidates(use.name, in: frame)
        guard let path = candidates.first(where: Path.isFolder) else { throw notFound(use, candidates) }
        if dependents.contains(where: { $0.role.path == path }) || dependents.count > 50 {
            throw Diagnostic(
                .playbookSyntax, "the role '\(use.name)' depends on itself, directly or through other roles",
                at: use.range)
        }
        let meta = try mainNodes("meta", nil, in: path).first
        let collection = Collections.owner(of: path, in: "roles")
        let role = Role(
            name: collection.map { "\($0).\(Path.name(of: path))" } ?? use.name, path: path,
            allowsDuplicates: meta?.entry("allow_duplicates")?.isTrueWord ?? false, collection: collection,
            collections: (collection.map { [$0] } ?? []) + (meta?.entry("collections")?.items ?? []).map(\.text))
        let variables = try fileVariables("vars", use.varsFrom, in: path, use)
        let defaults = try fileVariables("defaults", use.defaultsFrom, in: path, use)
        func instance(_ dependencies: [RoleInstance]) -> RoleInstance {
            RoleInstance(
                role: role, defaults: defaults, variables: variables, parameters: use.parameters,
                dependent: dependents.last, dependencies: dependencies, identity: use.identity(path: path),
                isPublic: use.isPublic, allowsDuplicates: use.allowDuplicates ?? role.allowsDuplicates)
        }
        let outer = Frame(parent: frame, kind: .role(instance([])), contents: use.contents, range: use.range)
        let dependencies = try roles(
            meta?.entry("dependencies"), in: outer, dependents: dependents + [instance([])])
        let own = instance(dependencies.map(\.instance))
        let inner = Frame(parent: frame, kind: .role(own), contents: use.contents, range: use.range)
        return RoleNode(
            instance: own, frame: inner, dependencies: dependencies,
            tasks: try argumentCheck(of: use, meta, path, inner) + roleTasks("tasks", use.tasksFrom, path, inner, use),
            handlers: try roleTasks("handlers", use.handlersFrom, path, inner, use).flatMap(\.handlers))
    }

    private func roleTasks(
        _ folder: String, _ from: String?, _ path: String, _ frame: Frame, _ use: RoleUse
    ) throws(Diagnostic) -> [PlayNode] {
        guard let file = mainFile(folder, from, in: path) else {
            guard let from else { return [] }
            throw Diagnostic(
                .fileNotFound, "Could not find specified file in role: \(folder)/\(from)", at: use.range,
                help: FolderListing.help(for: "\(from).yml", missingAt: ["\(path)/\(folder)/\(from).yml"]),
                notes: ["the role is in \(path)"])
        }
        let context = TaskPlace(frame: frame, file: file, isHandler: folder == "handlers")
        return try tasks(inFile: file, in: context)
    }

    private func fileVariables(
        _ folder: String, _ from: String?, in path: String, _ use: RoleUse
    ) throws(Diagnostic) -> [String: TemplatedValue] {
        let nodes = try mainNodes(folder, from, in: path)
        if nodes.isEmpty, let from, mainFile(folder, from, in: path) == nil {
            throw Diagnostic(.fileNotFound, "Could not find specified file in role: \(folder)/\(from)", at: use.range)
        }
        var all: [String: TemplatedValue] = [:]
        for node in nodes where !node.isNull {
            guard node.entries != nil else {
                throw Diagnostic(
                    .playbookSyntax, "The \(folder)/main file of a role must contain a dictionary", at: node.range)
            }
            all.merge(try variables(node)) { _, new in new }
        }
        return all
    }

    /// The documents of `folder/main.yml`, or of all files where `folder/main` is a directory.
    func mainNodes(_ folder: String, _ from: String?, in path: String) throws(Diagnostic) -> [Node] {
        let directory = "\(path)/\(folder)/\(from ?? "main")"
        if Path.isFolder(directory) {
            var nodes: [Node] = []
            for file in FolderListing.variableFiles(in: directory) { nodes += try self.nodes(in: file).prefix(1) }
            return nodes
        }
        guard let file = mainFile(folder, from, in: path) else { return [] }
        return Array(try nodes(in: file).prefix(1))
    }

    private func mainFile(_ folder: String, _ from: String?, in path: String) -> String? {
        let base = "\(path)/\(folder)/\(from ?? "main")"
        return [base + ".yml", base + ".yaml", base + ".json", base].first(where: Path.isFile)
    }

    // MARK: Search

    /// Where the folder of a role may be: at its path, in collections, on the search path.
    private func roleCandidates(_ name: String, in frame: Frame?) throws(Diagnostic) -> [String] {
        if Path.isAbsolute(name) { return [Path.expanded(name)] }
        if let full = CollectionName(name) {
            let inCollections = collections.candidates("roles/" + full.path, of: full.collection)
            // A name with dots may be that of a plain folder, too.
            return inCollections + (try plainRoleCandidates(name, in: frame))
        }
        return try plainRoleCandidates(name, in: frame)
    }

    private func plainRoleCandidates(_ name: String, in frame: Frame?) throws(Diagnostic) -> [String] {
        var candidates: [String] = []
        if name.isVariableName {
            for collection in try searchedCollections(in: frame) where CollectionName.isCollection(collection) {
                candidates += collections.candidates("roles/" + name, of: collection)
            }
        }
        var folders = [Path.join(playbookFolder, "roles")] + settings.rolesPath
        if let role = frame?.role?.role { folders.insert(Path.folder(of: role.path), at: 0) }
        folders.append(playbookFolder)
        return candidates + folders.map { Path.join($0, name) }
    }

    private func notFound(_ use: RoleUse, _ candidates: [String]) -> Diagnostic {
        let searched = candidates.map { Path.folder(of: $0) }
        let known = searched.flatMap(FolderListing.folders)
        let places = searched.map(Path.absolute).joined(separator: ":")
        return Diagnostic(
            .roleNotFound, "the role '\(use.name)' was not found in \(places)", at: use.range,
            help: Suggestion.help(for: use.name, among: known))
    }
}

extension Node {
    fileprivate var isTrueWord: Bool { ["yes", "true", "on", "Yes", "True", "On"].contains(text) }
}
