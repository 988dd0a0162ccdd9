//! Macros, and the bodies of `{% call %}`.

import Diagnostics
import Values

/// A macro together with the variables around its definition.
final class MacroObject: CallableObject, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it cannot be stored in a variable.
    private let definition: MacroDefinition
    private let instance: TemplateInstance
    private let outer: Frame

    init(_ definition: MacroDefinition, _ instance: TemplateInstance, _ outer: Frame) {
        self.definition = definition
        self.instance = instance
        self.outer = outer
    }

    var typeName: String { "Macro" }
    var isCallable: Bool { true }

    func text() throws(Diagnostic) -> String { "<Macro '\(definition.name)'>" }

    func attribute(_ name: String) throws(Diagnostic) -> Value? {
        switch name {
        case "name": .string(definition.name)
        case "arguments": .tuple(definition.parameters.map { .string($0.name) })
        case "catch_kwargs": .bool(definition.kwargs != nil)
        case "catch_varargs": .bool(definition.varargs != nil)
        case "caller": .bool(definition.caller != nil)
        default: nil
        }
    }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value {
        let frame = Frame(count: instance.program.units[definition.unit].slotCount, outer: outer)
        try bind(arguments, frame)
        var execution = Execution(machine, instance, definition.unit, frame)
        try machine.nested { () throws(Diagnostic) in try execution.run() }
        return execution.output.value
    }

    private func bind(_ arguments: Arguments, _ frame: Frame) throws(Diagnostic) {
        let parameters = definition.parameters
        for (parameter, value) in zip(parameters, arguments.positional) { frame.slots[parameter.slot] = value }
        let rest = Array(arguments.positional.dropFirst(parameters.count))
        if let slot = definition.varargs {
            frame.slots[slot] = .tuple(rest)
        } else if !rest.isEmpty {
            throw mistake("takes not more than \(parameters.count) argument(s)")
        }
        var keywords = OrderedMap()
        for (name, value) in arguments.named {
            if let position = parameters.firstIndex(where: { $0.name == name }) {
                if position < arguments.positional.count { throw mistake("got multiple values for argument '\(name)'") }
                frame.slots[parameters[position].slot] = value
            } else if name == "caller", let slot = definition.caller {
                frame.slots[slot] = value
            } else {
                keywords[name] = value
            }
        }
        if let slot = definition.kwargs {
            frame.slots[slot] = .dict(keywords)
        } else if let name = keywords.keys.first?.string {
            throw unexpected(name)
        }
        if let slot = definition.caller, frame.slots[slot] == nil {
            frame.slots[slot] = .undefined(Undefined("No caller defined"))
        }
        for parameter in parameters where !parameter.hasFallback && frame.slots[parameter.slot] == nil {
            frame.slots[parameter.slot] = .undefined(Undefined("parameter '\(parameter.name)' was not provided"))
        }
    }

    private func unexpected(_ name: String) -> Diagnostic {
        if name == "caller" {
            return mistake("was invoked with two values for the special caller argument or has no use for it")
        }
        return mistake(
            "takes no keyword argument '\(name)'",
            help: Suggestion.help(for: name, among: definition.parameters.map(\.name)))
    }

    private func mistake(_ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(.templateRuntime, "macro '\(definition.name)' \(message)", help: help)
    }
}
