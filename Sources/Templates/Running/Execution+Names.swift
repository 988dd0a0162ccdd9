//! Finding the value of a name.

import Diagnostics
import Values

extension Execution {
    func load(_ index: Int, at place: Place? = nil) throws(Diagnostic) -> Value {
        let reference = instance.program.references[index]
        if let (frame, slot) = find(reference), let value = frame.slots[slot] { return value }
        return try context(reference.name, at: place)
    }

    /// The value at the end of a path.
    func load(_ path: VariablePath, isQuiet: Bool = false) throws(Diagnostic) -> Value {
        var value = try load(path.root, at: path.place)
        for index in path.steps {
            let step = program.steps[index]
            if let next = Attributes.quick(program.names[step.name], of: value) {
                value = next
            } else {
                value = try slowly(step, of: value, isQuiet: isQuiet)
            }
        }
        return value
    }

    /// Where the value at the end of a path is, if the path leads through nothing but dicts. To be read at once.
    func find(_ path: VariablePath) -> UnsafePointer<Value>? {
        var found =
            switch path.root {
            case .slot(let slot, _): frame.slots.pointer(to: slot)
            case .name(let name): instance.context.pointer(to: name)
            case .reference: UnsafePointer<Value>?.none
            }
        for index in path.steps {
            let step = program.steps[index]
            guard let value = found, !step.isDictMethod else { return nil }
            found = value.entry(step.probe) { program.names[step.name].value }
        }
        return found
    }

    /// Whether the value at the end of a path is defined.
    func isDefined(_ path: VariablePath) throws(Diagnostic) -> Bool {
        if let value = find(path) { return try value.pointee.provesDefined() }
        return try load(path, isQuiet: true).provesDefined()
    }

    /// Whether the value at the end of a path is true.
    func isTruthy(_ path: VariablePath) throws(Diagnostic) -> Bool {
        if let value = find(path) { return try value.pointee.isTruthy() }
        return try load(path).isTruthy()
    }

    @inline(__always)
    private func load(_ root: VariablePath.Root, at place: Place) throws(Diagnostic) -> Value {
        switch root {
        case .slot(let slot, let reference):
            if let value = frame.slots[slot] { return value }
            return try load(reference, at: place)
        case .reference(let reference): return try load(reference, at: place)
        case .name(let name):
            if let value = instance.context[name] { return value }
            return try context(name, at: place)
        }
    }

    private func slowly(_ step: VariablePath.Step, of value: Value, isQuiet: Bool) throws(Diagnostic) -> Value {
        if isQuiet, case .dict = value, !step.isDictMethod { return .unexplained }
        let origin = Origin(template: instance.template, place: step.place)
        do throws(Diagnostic) {
            return try Attributes.attribute(program.names[step.name].text, of: value, in: origin)
        } catch {
            throw error.located(at: origin.range)
        }
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
            if let current, case .some = current.slots[candidate.slot] { return (current, candidate.slot) }
        }
        return nil
    }

    /// A variable from outside of the template.
    func context(_ index: Int, at place: Place? = nil) throws(Diagnostic) -> Value {
        if let value = instance.context[index] { return value }
        let name = program.names[index]
        if hasRelatives || name.isBlockName, let value = relative(name.text) { return value }
        let value = try outside(name.text, place)
        instance.context[index] = value
        return value
    }

    private var hasRelatives: Bool { !(locals.isEmpty && instance.relatives.isEmpty && instance.locals.isEmpty) }

    /// What blocks and included templates see of the templates around them.
    private func relative(_ name: String) -> Value? {
        if let value = locals[name] { return value }
        for member in instance.relatives where member !== instance {
            if let value = member.export(name) { return value }
        }
        if let value = instance.locals[name] { return value }
        switch name {
        case "super" where block != nil: return superBlock()
        case "self": return .object(SelfReference(instance.family, machine))
        default: return nil
        }
    }

    private func outside(_ name: String, _ place: Place?) throws(Diagnostic) -> Value {
        if instance.seesContext {
            if !machine.changed.isEmpty, let value = machine.changed[name] { return value }
            if let value = try variable(name, place) { return value }
        }
        if let global = CoreGlobals.value(name) { return global }
        if let builtin = machine.scope.environment.globals[name] { return .object(GlobalFunction(builtin)) }
        let source = machine.scope.source
        let program = instance.program
        let origin = place.map { Origin(template: instance.template, place: $0) } ?? origin
        return .undefined(
            Undefined(.name(name), in: origin) {
                Suggestion.help(for: name, among: source.variableNames + program.exports.keys.sorted())
            })
    }

    /// The vault that a variable is written as, unopened; else the variable's value.
    func written(_ index: Int) throws(Diagnostic) -> Value {
        let name = instance.program.names[index].text
        if instance.context[index] == nil,
            case .deferred(let deferred)? = try machine.scope.source.variable(name, for: machine.scope),
            let envelope = deferred.envelope
        {
            return .string(envelope)
        }
        return try context(index)
    }

    private func variable(_ name: String, _ place: Place?) throws(Diagnostic) -> Value? {
        let scope = machine.innerScope
        guard let definition = try scope.source.variable(name, for: scope) else { return nil }
        do throws(Diagnostic) {
            return try definition.evaluate(in: scope)
        } catch {
            if error.code == .undefinedVariable { return .undefined(Undefined(failed: error)) }
            let range = place.map { Origin(template: instance.template, place: $0).range } ?? here
            throw error.traced("while rendering '\(name)'", at: range)
        }
    }
}

extension Value {
    /// Undefined, where nobody will ask why.
    fileprivate static let unexplained = Value.undefined(Undefined("undefined"))
}
