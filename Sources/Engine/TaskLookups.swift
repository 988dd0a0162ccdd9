//! What lookups may ask while a task is rendered: files, environment, commands, the inventory.

import Diagnostics
import Glibc
import Inventories
import Modules
import Playbooks
import Templates
import Values
import Vaults

struct TaskLookups: LookupContext {
    let scope: HostScope

    func searchPaths(for kind: String) -> [String] {
        scope.searchFolders.flatMap { ["\($0)/\(kind)", $0] }
    }

    func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    func read(_ path: String) throws(Diagnostic) -> [UInt8] {
        try TaskController(scope: scope).read(path, decrypt: true)
    }

    func run(_ command: String) throws(Diagnostic) -> (status: Int32, output: [UInt8]) {
        let folder = Path.absolute(scope.context.play.play.folder)
        let script = "cd \"$1\" && eval \"$2\""
        let result = try Program.run("/bin/sh", ["-c", script, "sh", folder, command], timeout: .seconds(600))
        return (result.status, result.output)
    }

    func fetch(_ url: String, options: [String: Value]) throws(Diagnostic) -> [UInt8] {
        for name in ["username", "password"] where options[name].map({ !$0.isNone }) ?? false {
            throw Diagnostic(
                .unsupported, "the url lookup cannot log in: the option '\(name)' is not supported",
                help: "use the uri module and register its result")
        }
        var arguments = ["curl", "--fail", "--silent", "--show-error", "--location", "--max-time", "60"]
        if options["validate_certs"]?.bool == false { arguments.append("--insecure") }
        for (name, value) in options["headers"]?.dict ?? [:] {
            arguments += ["--header", "\(try name.text()): \(try value.text())"]
        }
        let result = try Program.run("/usr/bin/env", arguments + ["--", url], timeout: .seconds(90))
        guard result.status == 0 else {
            throw Diagnostic(
                .templatePlugin,
                "Failed lookup url for \(url): \(String(decoding: result.errorOutput, as: UTF8.self).trimmed)")
        }
        return result.output
    }

    func hostNames(matching pattern: String) throws(Diagnostic) -> [String] {
        try scope.context.inventory.hosts(matching: pattern).hosts
    }

    func render(_ path: String, options: TemplateOptions, variables: OrderedMap) throws(Diagnostic) -> Value {
        let source = SourceFile(path: path, bytes: try read(path))
        let text = try TaskController(scope: scope).render(source, options: options, with: variables)
        return .string(text)
    }

    func variable(_ name: String) throws(Diagnostic) -> Value? {
        let render = scope.renderScope
        return try scope.variable(name, for: render)?.evaluate(in: render).materialized()
    }

    var variableNames: [String] { scope.variableNames }

    func setting(_ name: String) throws(Diagnostic) -> Value? {
        let settings = scope.context.run.settings
        switch name {
        case "DEFAULT_FORKS": return .int(settings.forks)
        case "DEFAULT_ROLES_PATH": return .list(settings.rolesPath.map { .string($0) })
        case "COLLECTIONS_PATHS": return .list(settings.collectionsPath.map { .string($0) })
        case "DEFAULT_HASH_BEHAVIOUR": return settings.mergesHashes ? "merge" : "replace"
        case "DEFAULT_GATHERING": return .string(settings.gathering)
        case "DEFAULT_REMOTE_USER": return settings.connection.user.map { .string($0) } ?? Value.none
        case "DEFAULT_TIMEOUT": return .int(settings.connection.timeout)
        case "DEFAULT_BECOME": return .bool(settings.become.enabled)
        case "DEFAULT_BECOME_METHOD": return .string(settings.become.method)
        case "DEFAULT_BECOME_USER": return .string(settings.become.user)
        case "HOST_KEY_CHECKING": return .bool(settings.connection.checksHostKeys)
        case "DEFAULT_STRATEGY": return .string(settings.defaultStrategy)
        default: return nil
        }
    }
}

extension HostScope {
    func lookup(_ plugin: String, _ arguments: Arguments, for scope: RenderScope) throws(Diagnostic) -> [Value] {
        guard let lookup = Lookup.standard[plugin] else {
            throw Diagnostic(
                .templatePlugin, "The lookup plugin '\(plugin)' was not found.",
                help: Suggestion.help(for: plugin, among: Lookup.standard.keys.sorted()))
        }
        if !lookup.isPure {
            guard context.guess == nil else { throw GuessLimit.refusal }
            // A command here may do anything anywhere.
            context.run.stillness.end()
        }
        return try lookup.invoke(arguments, context: TaskLookups(scope: self))
    }
}
