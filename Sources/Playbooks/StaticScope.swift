//! The few variables that exist before any host is known: `-e`, `vars:` around a place, and its role's.

import Diagnostics
import Templates
import Values

/// Variables for what is decided while loading: imported names, role names, tags.
struct StaticScope: VariableSource {
    let extraVariables: [String: TemplatedValue]
    let frame: Frame?
    let folder: String

    func variable(_ name: String, for scope: RenderScope) throws(Diagnostic) -> TemplatedValue? {
        if let value = extraVariables[name] { return value }
        if name == "playbook_dir" { return .constant(.string(folder)) }
        for frame in frame?.chain ?? [] {
            if let value = frame.variables[name] { return value }
            if case .role(let instance) = frame.kind, let value = value(of: name, in: instance) { return value }
        }
        return nil
    }

    private func value(of name: String, in instance: RoleInstance) -> TemplatedValue? {
        if name == "role_path" { return .constant(.string(instance.role.path)) }
        if name == "role_name" { return .constant(.string(instance.role.shortName)) }
        if name == "ansible_role_name" { return .constant(.string(instance.role.name)) }
        return instance.parameters[name] ?? instance.variables[name] ?? instance.defaults[name]
    }

    var variableNames: [String] {
        Array(extraVariables.keys) + (frame?.chain ?? []).flatMap(\.variables.keys)
    }

    func lookup(_ plugin: String, _ arguments: Arguments, for scope: RenderScope) throws(Diagnostic) -> [Value] {
        throw Diagnostic(
            .unsupported, "the lookup '\(plugin)' cannot be used in a name that is needed before any host is known",
            help: "use include_tasks, include_role or a variable given with -e")
    }

    func templateSource(_ name: String) throws(Diagnostic) -> SourceFile {
        throw Diagnostic(.unsupported, "a name that is needed before any host is known cannot include '\(name)'")
    }
}
