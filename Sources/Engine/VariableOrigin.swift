//! Which level and which place a variable comes from, for people who ask.

import Diagnostics
import Inventories
import Templates

/// A level of precedence that defines a variable.
enum VariableOrigin {
    case local, magic, extraVariables, roleParameter, setByTask, task, role, play, facts, roleDefault, connection
    case inventory(VariableLayer)

    /// For people: `group_vars/web.yml:3:1`, `extra variables (-e)`.
    func text(of name: String) -> String {
        switch self {
        case .local: "the template's own values"
        case .magic: "set by drover"
        case .extraVariables: "extra variables (-e)"
        case .roleParameter: "parameters of the role"
        case .setByTask: "set by an earlier task"
        case .task: "vars of the task"
        case .role: "vars of the role"
        case .play: "vars of the play"
        case .facts: "facts of the host"
        case .roleDefault: "defaults of the role"
        case .connection: "how the host is reached"
        case .inventory(let layer): Self.text(layer, name)
        }
    }

    /// Files speak for themselves; within an inventory the group or host is worth a word.
    private static func text(_ layer: VariableLayer, _ name: String) -> String {
        guard let place = layer.variables[name]?.range else { return layer.name }
        return layer.name == place.file.path ? place.description : "\(place.description), \(layer.name)"
    }
}

/// A variable that a template has used, and where it is defined.
package struct UsedVariable: Sendable {
    package let name: String
    /// The definition that counts; nil where there is none.
    package let origin: String?
    /// Definitions that it hides, the strongest first.
    package let hidden: [String]
}

extension HostScope {
    /// Where a variable is defined.
    func use(of name: String) throws(Diagnostic) -> UsedVariable {
        var origins: [String] = []
        // Where inventory and playbook share a folder, its files count twice.
        func add(_ origin: VariableOrigin) {
            let text = origin.text(of: name)
            if !origins.contains(text) { origins.append(text) }
        }
        try visit(name) { _, origin in
            add(origin)
            return false
        }
        if origins.isEmpty, try fallback(name) != nil { add(.connection) }
        return UsedVariable(name: name, origin: origins.first, hidden: Array(origins.dropFirst()))
    }
}
