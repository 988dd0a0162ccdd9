//! Lookups for `drover template --batch`: the control node, without any inventory.

import Diagnostics
import Glibc
import Playbooks
import Templates
import Values
import Vaults

struct BatchLookups: LookupContext {
    let scope: RenderScope

    func searchPaths(for kind: String) -> [String] { [Path.currentFolder + "/" + kind, Path.currentFolder] }

    func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    func read(_ path: String) throws(Diagnostic) -> [UInt8] { try PlainFile.read(path) }

    func run(_ command: String) throws(Diagnostic) -> (status: Int32, output: [UInt8]) {
        let result = try Program.run("/bin/sh", ["-c", command], timeout: .seconds(60))
        return (result.status, result.output)
    }

    func fetch(_ url: String, options: [String: Value]) throws(Diagnostic) -> [UInt8] {
        throw Diagnostic(.unsupported, "URLs are not fetched in a batch")
    }

    func hostNames(matching pattern: String) throws(Diagnostic) -> [String] { [] }

    func render(_ path: String, options: TemplateOptions, variables: OrderedMap) throws(Diagnostic) -> Value {
        let text = String(decoding: try read(path), as: UTF8.self)
        return .string(try Template(text, at: nil, options: options).render(in: scope))
    }

    func variable(_ name: String) throws(Diagnostic) -> Value? {
        try scope.source.variable(name, for: scope)?.evaluate(in: scope).materialized()
    }

    var variableNames: [String] { scope.source.variableNames }

    func setting(_ name: String) throws(Diagnostic) -> Value? { nil }
}

extension TemplateBatch {
    /// A batch whose cases may use lookups.
    static let withLookups = TemplateBatch(lookup: lookup)

    /// Runs a lookup without any inventory.
    @Sendable static func lookup(
        _ plugin: String, _ arguments: Arguments, _ scope: RenderScope
    ) throws(Diagnostic) -> [Value] {
        guard let lookup = Lookup.standard[plugin] else {
            throw Diagnostic(
                .templatePlugin, "The lookup plugin '\(plugin)' was not found.",
                help: Suggestion.help(for: plugin, among: Lookup.standard.keys.sorted()))
        }
        return try lookup.invoke(arguments, context: BatchLookups(scope: scope))
    }
}
