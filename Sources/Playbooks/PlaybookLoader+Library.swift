//! Modules of the user's own: files in `library/` folders and in collections that hosts can run as they are.

import Diagnostics
import Modules
import Templates
import Values

/// What the name of a module means at a place.
struct FoundModule {
    let type: any Module.Type
    /// For a module of the user's own: the argument that says which file it is.
    var file: TaskArguments.Argument?
}

/// What a file in a library folder is written in.
enum LibraryLanguage {
    /// Text with an interpreter line, or a program: runs on the host.
    case program
    case python
    case powerShell
    /// Text that does not say what runs it.
    case unknown

    init(path: String, start: [UInt8]) {
        let line = String(decoding: start.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        if path.hasSuffix(".py") || line.hasPrefix("#!") && line.contains("python") {
            self = .python
        } else if path.hasSuffix(".ps1") {
            self = .powerShell
        } else {
            self = line.hasPrefix("#!") || start.contains(0) ? .program : .unknown
        }
    }
}

extension PlaybookLoader {
    /// The module that a name means. A file in a library folder wins over a builtin module of the same short name.
    func module(named name: String, in frame: Frame?, at range: SourceRange?) throws(Diagnostic) -> FoundModule {
        let builtin = ModuleRegistry.standard[name]
        guard let path = try libraryFile(name, in: frame), builtin.map(Self.isReplaceable) ?? true else {
            guard let builtin else {
                return FoundModule(type: try ModuleRegistry.standard.module(named: name, at: range))
            }
            return FoundModule(type: builtin)
        }
        let language = try language(of: path)
        guard language == .program else {
            let mistake = Self.cannotRun(name, path, language, at: range)
            guard let builtin else { throw mistake }
            warnOnce(
                "\(mistake.message): the builtin module '\(name)' is used instead", at: range, about: path)
            return FoundModule(type: builtin)
        }
        let file = TaskArguments.Argument(
            name: LibraryModule.file, value: .constant(.string(Path.absolute(path))), range: range)
        return FoundModule(type: LibraryModule.self, file: file)
    }

    /// Modules that work on the control node, at least in part, stay what they are.
    private static func isReplaceable(_ module: any Module.Type) -> Bool {
        let name = module.spec.names[0]
        let stays = [
            "assemble", "copy", "fetch", "group_by", "raw", "script", "template", "uri", "wait_for_connection",
        ]
        return module.spec.needsHost && !stays.contains { name == "ansible.builtin." + $0 }
    }

    private func language(of path: String) throws(Diagnostic) -> LibraryLanguage {
        if let known = languages[path] { return known }
        let start = try SourceReader(decrypt: settings.decrypt).read(path).bytes.prefix(4096)
        let language = LibraryLanguage(path: path, start: Array(start))
        languages[path] = language
        return language
    }

    private static func cannotRun(
        _ name: String, _ path: String, _ language: LibraryLanguage, at range: SourceRange?
    ) -> Diagnostic {
        switch language {
        case .python:
            Diagnostic(
                .unsupported, "the module '\(name)' in \(path) is written in Python, which drover does not run",
                at: range, help: "rewrite it as a script that prints JSON, or run it with the script module")
        case .powerShell:
            Diagnostic(
                .unsupported, "the module '\(name)' in \(path) is written in PowerShell, which drover does not run",
                at: range)
        case .unknown, .program:
            Diagnostic(
                .unsupported, "module (\(name)) is missing interpreter line", at: range,
                help: "begin \(path) with a line such as #!/bin/sh")
        }
    }

    private func warnOnce(_ message: String, at range: SourceRange?, about path: String) {
        guard warnedOf.insert(path).inserted else { return }
        warnings.append(Diagnostic(.unsupported, message, at: range, severity: .warning))
    }

    /// The file of a module in the library folders of the roles around a place, beside the playbook, in the configured
    /// folders and in collections.
    func libraryFile(_ name: String, in frame: Frame?) throws(Diagnostic) -> String? {
        let short = name.hasPrefix("ansible.legacy.") ? String(name.dropFirst("ansible.legacy.".count)) : name
        for folder in try libraryFolders(short, in: frame) {
            if let path = library(folder.path)[folder.name] { return path }
        }
        return nil
    }

    private func libraryFolders(
        _ name: String, in frame: Frame?
    ) throws(Diagnostic) -> [(path: String, name: String)] {
        if let full = CollectionName(name) {
            return collections.candidates("plugins/modules/" + full.path, of: full.collection).map {
                (Path.folder(of: $0), Path.name(of: $0))
            }
        }
        guard name.isVariableName else { return [] }
        var folders: [String] = []
        for frame in frame?.chain ?? [] {
            if case .role(let instance) = frame.kind { folders.append(instance.role.path + "/library") }
        }
        folders.append(Path.join(playbookFolder, "library"))
        folders += settings.libraryPath
        for collection in try searchedCollections(in: frame) where CollectionName.isCollection(collection) {
            folders += collections.candidates("plugins/modules", of: collection)
        }
        return folders.map { ($0, name) }
    }

    /// The modules in a folder by name; each folder is listed once.
    private func library(_ folder: String) -> [String: String] {
        if let known = libraries[folder] { return known }
        let passedOver = [".pyc", ".pyo", ".md", ".txt", ".rst", ".yml", ".yaml", ".json", ".ini", "~", ".bak", ".swp"]
        var modules: [String: String] = [:]
        for file in FolderListing.names(in: folder) where !passedOver.contains(where: file.hasSuffix) {
            let name = file.split(separator: ".").first.map(String.init) ?? file
            if modules[name] == nil, Path.isFile("\(folder)/\(file)") { modules[name] = "\(folder)/\(file)" }
        }
        libraries[folder] = modules
        return modules
    }

    // MARK: - Missing ones

    /// Whether a module exists and is not written in what only Ansible runs.
    func canRun(_ name: String, in frame: Frame?) throws(Diagnostic) -> Bool {
        if ModuleRegistry.standard[name] != nil { return true }
        guard let path = try libraryFile(name, in: frame) else { return false }
        let language = try language(of: path)
        return language == .program || language == .unknown
    }

    /// A use of a module that nobody knows, or that is Python.
    func missingModule(_ name: String, in frame: Frame?, at range: SourceRange) throws(Diagnostic) -> MissingModule {
        MissingModule(
            name: name, range: range, foreignFile: try libraryFile(name, in: frame),
            searched: try libraryFolders(name, in: frame).map(\.path).filter(Path.isFolder))
    }
}
