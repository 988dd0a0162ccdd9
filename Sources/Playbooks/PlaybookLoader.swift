//! Reads playbooks: files → located, compiled plays. Every mistake is found here, before the first connection.

import Diagnostics
import Modules
import Templates
import Values
import YAML

/// Loads playbooks, task files and roles. Each file is read and parsed once per run.
package final class PlaybookLoader {
    /// What loading needs to know of the world.
    package struct Settings {
        package var extraVariables: [String: TemplatedValue]
        /// Folders searched for roles behind `roles/` beside the playbook.
        package var rolesPath: [String]
        package var collectionsPath: [String]
        /// Folders searched for modules behind `library/` beside the playbook.
        package var libraryPath: [String]
        package var environment: TemplateEnvironment
        package var decrypt: VaultDecryption

        package init(
            extraVariables: [String: TemplatedValue] = [:], rolesPath: [String] = [], collectionsPath: [String] = [],
            libraryPath: [String] = [], environment: TemplateEnvironment = .standard, decrypt: @escaping VaultDecryption
        ) {
            self.extraVariables = extraVariables
            self.rolesPath = rolesPath
            self.collectionsPath = collectionsPath
            self.libraryPath = libraryPath
            self.environment = environment
            self.decrypt = decrypt
        }
    }

    package let settings: Settings
    /// Folder of the playbook that is being loaded; roles and files are searched from here.
    package var playbookFolder = "."
    /// Folder of the playbook that was named; those that it imports may be elsewhere.
    package var mainFolder = "."
    package internal(set) var warnings: [Diagnostic] = []
    /// Uses of modules that do not exist, not yet reported.
    var missingModules: [MissingModule] = []
    private var documents: [String: [Node]] = [:]
    /// All files that have been read, and texts by the path that they were given.
    var documentPaths: [String] { Array(documents.keys) }
    /// What library folders hold, by folder.
    var libraries: [String: [String: String]] = [:]
    var languages: [String: LibraryLanguage] = [:]
    /// Files of library folders that have been warned of.
    var warnedOf: Set<String> = []

    package init(_ settings: Settings) {
        self.settings = settings
    }

    /// Loads a playbook and all that it imports; every module in it exists.
    package func load(_ path: String) throws(Diagnostic) -> Playbook {
        let playbook = try read(path)
        try refuseMissingModules()
        return playbook
    }

    /// Loads a playbook that no file holds, as if it stood at `path`.
    package func load(text: String, at path: String) throws(Diagnostic) -> Playbook {
        documents[path] = try YAMLReader.documents(of: SourceFile(path: path, text: text)).nodes
        return try load(path)
    }

    /// Loads a playbook; what modules are missing is left to `missingModulesMistake`.
    package func read(_ path: String) throws(Diagnostic) -> Playbook {
        let file = collections.playbookFile(path)
        mainFolder = Path.folder(of: file)
        let plays = try plays(in: file, importedBy: nil)
        return Playbook(path: file, plays: plays, warnings: warnings)
    }

    /// The documents of a YAML file; an empty file has none.
    package func nodes(in path: String) throws(Diagnostic) -> [Node] {
        if let known = documents[path] { return known }
        let file = try SourceReader(decrypt: settings.decrypt).read(path)
        let result = try YAMLReader.documents(of: file)
        warnings += result.warnings
        documents[path] = result.nodes
        return result.nodes
    }

    func templated(_ node: Node) throws(Diagnostic) -> TemplatedValue {
        try TemplatedValue(node, vault: settings.decrypt)
    }

    /// A value that is needed while loading, rendered with what is known by now.
    package func staticValue(
        _ value: TemplatedValue, in frame: Frame?, at range: SourceRange?
    ) throws(Diagnostic) -> Value {
        let source = StaticScope(extraVariables: settings.extraVariables, frame: frame, folder: playbookFolder)
        do {
            return try value.evaluate(in: RenderScope(source, environment: settings.environment)).materialized()
        } catch {
            throw error.located(at: range)
        }
    }

    /// The text of a value, if it can be told before any host is known; lists as patterns are written.
    package func knownText(_ value: TemplatedValue, in frame: Frame) -> String? {
        guard let value = try? staticValue(value, in: frame, at: nil) else { return nil }
        if let items = value.list { return items.map { (try? $0.text()) ?? "" }.joined(separator: ",") }
        return try? value.text()
    }

    func staticText(_ node: Node, in frame: Frame?, _ what: String) throws(Diagnostic) -> String {
        let value = try staticValue(templated(node), in: frame, at: node.range)
        switch value {
        case .string(let text): return text
        case .int, .float, .bool: return try value.text()
        default: throw Diagnostic(.playbookSyntax, "\(what) has to be text", at: node.range)
        }
    }
}

// MARK: - Plays

extension PlaybookLoader {
    func plays(in path: String, importedBy parent: Frame?) throws(Diagnostic) -> [Play] {
        let outerFolder = playbookFolder
        playbookFolder = Path.folder(of: path)
        defer { if parent != nil { playbookFolder = outerFolder } }
        guard let document = try nodes(in: path).first, !document.isNull else {
            throw Diagnostic(
                .playbookSyntax, "Empty playbook, nothing to do: \(path)", help: "add a play: `- hosts: all`")
        }
        guard case .sequence(let entries) = document.content else {
            throw Diagnostic(
                .playbookSyntax, "A playbook must be a list of plays, got a \(document.kindName) instead",
                at: document.range, help: "begin each play with `- hosts:`")
        }
        var plays: [Play] = []
        for entry in entries { plays += try self.plays(from: entry, importedBy: parent, path: path) }
        return plays
    }

    private func plays(
        from node: Node, importedBy parent: Frame?, path: String
    ) throws(Diagnostic) -> [Play] {
        guard let entries = node.entries else {
            throw Diagnostic(
                .playbookSyntax, "playbook entries must be either valid plays or 'import_playbook' statements",
                at: node.range)
        }
        if let imported = entries.first(where: { ImportName.playbook.contains($0.key.text) }) {
            return try importedPlays(imported.value, from: node, parent: parent, path: path)
        }
        return [try play(from: node, parent: parent)]
    }

    private func importedPlays(
        _ name: Node, from node: Node, parent: Frame?, path: String
    ) throws(Diagnostic) -> [Play] {
        let contents = try frameContents(
            of: node, at: .block, besides: ImportName.playbook, in: parent)
        let frame = Frame(parent: parent, kind: .include(path), contents: contents, range: node.range)
        var file = try staticText(name, in: frame, "the name of an imported playbook")
        if !Path.isAbsolute(file) { file = collections.playbookFile(Path.join(playbookFolder, file)) }
        guard Path.isFile(file) else {
            throw Diagnostic(
                .fileNotFound, "Unable to retrieve file contents: could not find '\(file)'", at: name.range,
                help: FolderListing.help(for: name.text, missingAt: [file]))
        }
        try refuseEndlessImport(of: file, in: frame, at: name.range)
        return try plays(in: file, importedBy: frame)
    }

    private func play(from node: Node, parent: Frame?) throws(Diagnostic) -> Play {
        var contents = try frameContents(of: node, at: .play, in: parent)
        if contents.settings[.collections] == nil, let own = Collections.owner(of: playbookFolder, in: "playbooks") {
            contents.settings[.collections] = Setting(value: .constant(.list([.string(own)])), range: node.range)
        }
        let frame = Frame(parent: parent, kind: .play, contents: contents, range: node.range)
        guard let hosts = frame.settings[.hosts] else {
            throw Diagnostic(
                .playbookSyntax, "the field 'hosts' is required but was not set", at: node.range,
                help: Suggestion.help(for: "hosts", among: (node.entries ?? []).map(\.key.text)) ?? "add `hosts: all`")
        }
        let scope = TaskPlace(frame: frame, file: node.range.file.path, isHandler: false)
        let roles = try self.roles(node.entry("roles"), in: frame)
        let own = try tasks(
            node.entry("handlers"), in: TaskPlace(frame: frame, file: scope.file, isHandler: true), what: "handlers")
        let preTasks = try tasks(node.entry("pre_tasks"), in: scope, what: "pre_tasks")
        let mainTasks = try tasks(node.entry("tasks"), in: scope, what: "tasks")
        let postTasks = try tasks(node.entry("post_tasks"), in: scope, what: "post_tasks")
        let imported = roles.flatMap(\.importedRoles) + (preTasks + mainTasks + postTasks).flatMap(\.roles)
        return Play(
            frame: frame, hosts: hosts, preTasks: preTasks, roles: roles, tasks: mainTasks, postTasks: postTasks,
            handlers: (roles.flatMap(\.allHandlers) + own.flatMap(\.handlers)) + imported.flatMap(\.allHandlers),
            variableFiles: try variableFiles(node.entry("vars_files")),
            prompts: try prompts(node.entry("vars_prompt"), in: frame), folder: playbookFolder)
    }

    private func variableFiles(_ node: Node?) throws(Diagnostic) -> [Setting] {
        guard let node, !node.isNull else { return [] }
        guard case .sequence(let entries) = node.content else {
            return [Setting(value: try templated(node), range: node.range)]
        }
        return try entries.map { entry throws(Diagnostic) in
            Setting(value: try templated(entry), range: entry.range)
        }
    }

    private func prompts(_ node: Node?, in frame: Frame) throws(Diagnostic) -> [VariablePrompt] {
        guard let node, !node.isNull else { return [] }
        guard case .sequence(let entries) = node.content else {
            throw Diagnostic(.playbookSyntax, "vars_prompt must be a list of mappings", at: node.range)
        }
        return try entries.map { entry throws(Diagnostic) in try prompt(entry, in: frame) }
    }

    private static let promptKeys = [
        "name", "prompt", "default", "private", "confirm", "encrypt", "salt", "salt_size", "unsafe",
    ]

    private func prompt(_ node: Node, in frame: Frame) throws(Diagnostic) -> VariablePrompt {
        for entry in node.entries ?? [] where !Self.promptKeys.contains(entry.key.text) {
            throw Diagnostic(
                .unknownKeyword, "Invalid vars_prompt data structure, found unsupported key '\(entry.key.text)'",
                at: entry.key.range, help: Suggestion.help(for: entry.key.text, among: Self.promptKeys))
        }
        guard let name = node.entry("name") else {
            throw Diagnostic(.playbookSyntax, "Invalid vars_prompt data structure, missing 'name' key", at: node.range)
        }
        func value(_ key: String) throws(Diagnostic) -> Value? {
            guard let entry = node.entry(key) else { return nil }
            return try staticValue(templated(entry), in: frame, at: entry.range)
        }
        return VariablePrompt(
            name: name.text, prompt: try value("prompt")?.text() ?? name.text, fallback: try value("default"),
            isPrivate: try value("private")?.bool ?? true, confirm: try value("confirm")?.bool ?? false,
            encrypt: try value("encrypt")?.string, salt: try value("salt")?.string,
            saltSize: try value("salt_size")?.int, isUnsafe: try value("unsafe")?.bool ?? false)
    }
}
