//! One role that is to be installed: where it comes from, which version, under which name.

import Diagnostics
import Playbooks
import Values
import YAML

struct RoleRequirement {
    enum Origin {
        case git(String)
        case archive(String)
    }

    let origin: Origin
    let name: String
    let version: String?

    /// `git+URL[,version[,name]]` or a path.
    init(commandLine text: String) throws(Diagnostic) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
        func part(_ number: Int) -> String? { parts.count > number && !parts[number].isEmpty ? parts[number] : nil }
        try self.init(source: parts[0], scm: nil, version: part(1), name: part(2), at: nil)
    }

    private init(
        source: String, scm: String?, version: String?, name: String?, at range: SourceRange?
    ) throws(Diagnostic) {
        let isGit = source.hasPrefix("git+") || source.hasPrefix("git@") || source.hasSuffix(".git") || scm == "git"
        let address = source.hasPrefix("git+") ? String(source.dropFirst(4)) : source
        if let scm, scm != "git" {
            throw Diagnostic(.unsupported, "'\(scm)' repositories cannot be used", at: range, help: "use git")
        }
        if isGit {
            origin = .git(address)
        } else if Path.isFile(Path.expanded(source)) {
            origin = .archive(Path.expanded(source))
        } else {
            throw Diagnostic(
                .unsupported, "'\(source)' is neither a git repository nor an archive", at: range,
                help: "the Galaxy server is not asked: name the role's repository, e.g. git+https://…/\(source).git")
        }
        if let version, version.hasPrefix("-") {
            throw Diagnostic(.usage, "'\(version)' cannot be a version", at: range)
        }
        self.version = version
        self.name = name ?? Self.name(of: address)
        do throws(Diagnostic) { try InstalledRole.checkName(self.name) } catch { throw error.located(at: range) }
    }

    /// The last part of the address, without what it ends in.
    private static func name(of address: String) -> String {
        var name = address.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? address
        for ending in [".git", ".tar.gz", ".tgz", ".tar"] where name.hasSuffix(ending) {
            name = String(name.dropLast(ending.count))
        }
        return name
    }

    /// The roles of a `requirements.yml`: a list, or a mapping with `roles`.
    static func all(in path: String) throws(Diagnostic) -> [RoleRequirement] {
        let file = SourceFile(path: path, bytes: try PlainFile.read(path))
        guard let node = try YAMLReader.document(of: file).node else { return [] }
        var items: [Node] = []
        switch node.content {
        case .sequence(let nodes): items = nodes
        case .mapping(let entries):
            for entry in entries {
                guard case .scalar(let key) = entry.key.content else { continue }
                switch (key.text, entry.value.content) {
                case ("roles", .sequence(let nodes)): items += nodes
                case ("collections", .sequence(let nodes)) where !nodes.isEmpty:
                    throw Diagnostic(
                        .unsupported, "collections are not installed", at: entry.key.range,
                        help: "what drover has of collections is built in: see `drover doc --list`")
                case ("roles", _), ("collections", _): continue
                default:
                    throw Diagnostic(
                        .usage, "unknown key '\(key.text)' in a requirements file", at: entry.key.range,
                        help: Suggestion.help(for: key.text, among: ["roles", "collections"]))
                }
            }
        case .scalar:
            throw Diagnostic(.usage, "a requirements file is a list of roles", at: node.range, help: "write 'roles:'")
        }
        var requirements: [RoleRequirement] = []
        for item in items { requirements.append(try RoleRequirement(item)) }
        return requirements
    }

    private init(_ node: Node) throws(Diagnostic) {
        guard let map = try node.value().dict else {
            guard let text = try node.value().string else {
                throw Diagnostic(.usage, "a role is text or a mapping with 'src'", at: node.range)
            }
            do throws(Diagnostic) { self = try RoleRequirement(commandLine: text) } catch {
                throw error.located(at: node.range)
            }
            return
        }
        let known = ["src", "scm", "version", "name"]
        if let key = map.keys.compactMap(\.string).first(where: { !known.contains($0) }) {
            throw Diagnostic(
                .usage, "unknown key '\(key)' of a role", at: node.range,
                help: Suggestion.help(for: key, among: known) ?? "a role has \(known.joined(separator: ", "))")
        }
        func text(_ key: String) throws(Diagnostic) -> String? {
            guard let value = map[.string(key)], !value.isNone else { return nil }
            return try value.text()
        }
        guard let source = map["src"].flatMap({ try? $0.text() }) ?? map["name"].flatMap({ try? $0.text() }) else {
            throw Diagnostic(.usage, "a role needs 'src'", at: node.range, help: "write the address of its repository")
        }
        try self.init(
            source: source, scm: text("scm"), version: text("version"), name: text("name"), at: node.range)
    }
}
