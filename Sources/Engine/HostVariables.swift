//! `hostvars` and `vars`: every host's variables, computed only when looked at.

import Diagnostics
import Inventories
import Playbooks
import Templates
import Values

/// `hostvars`: a mapping from host names to their variables.
final class HostVariables: LazyContainer {
    let context: TaskContext

    init(context: TaskContext) {
        self.context = context
    }

    var typeName: String { "HostVars" }

    func item(_ key: Value) throws(Diagnostic) -> Value? {
        guard let name = key.string, let host = context.inventory.knownName(name) else { return nil }
        var scope = HostScope(context: context, host: host, frame: context.play.play.frame)
        scope.isOutsidePlay = true
        return .object(VariablesOfHost(scope: scope))
    }

    func attribute(_ name: String) throws(Diagnostic) -> Value? { try item(.string(name)) }

    func elements() throws(Diagnostic) -> [Value]? { context.inventory.hostNames.map { .string($0) } }

    func materialized() throws(Diagnostic) -> Value? {
        var map: OrderedMap = [:]
        for name in context.inventory.hostNames { map[name] = try item(.string(name))?.materialized() }
        return .dict(map)
    }
}

/// All variables of one host as a mapping.
final class VariablesOfHost: LazyContainer {
    let scope: HostScope

    init(scope: HostScope) {
        self.scope = scope
    }

    var typeName: String { "HostVarsVars" }

    func item(_ key: Value) throws(Diagnostic) -> Value? {
        guard let name = key.string, !Self.unlisted.contains(name) else { return nil }
        let render = scope.renderScope
        return try scope.variable(name, for: render)?.evaluate(in: render)
    }

    func attribute(_ name: String) throws(Diagnostic) -> Value? { try item(.string(name)) }

    func elements() throws(Diagnostic) -> [Value]? {
        scope.variableNames.filter { !Self.unlisted.contains($0) }.map { .string($0) }
    }

    func materialized() throws(Diagnostic) -> Value? {
        var map: OrderedMap = [:]
        for key in try elements() ?? [] {
            guard let value = try item(key) else { continue }
            map[key] = try value.materialized()
        }
        return .dict(map)
    }

    /// Names that lead back to this object.
    private static let unlisted: Set<String> = ["hostvars", "vars"]
}
