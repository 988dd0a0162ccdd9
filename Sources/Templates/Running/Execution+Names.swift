//! Finding the value of a name.

import Diagnostics
import Values

extension Execution {
    func load(_ index: Int) throws(Diagnostic) -> Value {
        let reference = instance.program.references[index]
        if let (frame, slot) = find(reference), let value = frame.slots[slot] { return value }
        return try context(reference.name)
    }

    /// The innermost slot that is set.
    func find(_ reference: Reference) -> (Frame, Int)? {
        var current: Frame? = frame
        var depth = 0
        for candidate in reference.candidates {
            while depth < candidate.depth {
                current = current?.outer
                depth += 1
            }
            if let current, current.slots[candidate.slot] != nil { return (current, candidate.slot) }
        }
        return nil
    }

    /// A variable from outside of the template.
    func context(_ index: Int) throws(Diagnostic) -> Value {
        if let value = instance.context[index] { return value }
        let name = instance.program.names[index].text
        if let value = relative(name) { return value }
        let value = try outside(name)
        instance.context[index] = value
        return value
    }

    /// What blocks and included templates see of the templates around them.
    private func relative(_ name: String) -> Value? {
        if let value = locals[name] { return value }
        if instance.family.members.count > 1 {
            for member in instance.family.members where member !== instance {
                if let value = member.export(name) { return value }
            }
        }
        if let value = instance.locals[name] { return value }
        switch name {
        case "super" where block != nil: return superBlock()
        case "self": return .object(SelfReference(instance.family, machine))
        default: return nil
        }
    }

    private func outside(_ name: String) throws(Diagnostic) -> Value {
        if instance.seesContext {
            if let value = machine.changed[name] { return value }
            if let value = try variable(name) { return value }
        }
        if let global = CoreGlobals.value(name) { return global }
        if let builtin = machine.scope.environment.globals[name] { return .object(GlobalFunction(builtin)) }
        let source = machine.scope.source
        let known = instance.program.exports.keys.sorted()
        return .undefined(
            Undefined(.name(name), at: here) { Suggestion.help(for: name, among: source.variableNames + known) })
    }

    private func variable(_ name: String) throws(Diagnostic) -> Value? {
        let scope = machine.innerScope
        guard let definition = try scope.source.variable(name, for: scope) else { return nil }
        do throws(Diagnostic) {
            return try definition.evaluate(in: scope)
        } catch {
            if error.code == .undefinedVariable { return .undefined(Undefined(failed: error)) }
            throw error.traced("while rendering '\(name)'", at: here)
        }
    }
}
