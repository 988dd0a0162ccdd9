//! Calls of functions, macros and methods.

import Diagnostics
import Values

extension Execution {
    /// Pops the arguments of a call, and the piped value below them if there is one.
    mutating func arguments(_ index: Int, receiver: Bool) throws(Diagnostic) -> Arguments {
        let shape = instance.program.calls[index]
        var doubleStar: Value?
        var star: Value?
        if shape.hasDoubleStar { doubleStar = pop() }
        if shape.hasStar { star = pop() }
        var arguments = Arguments()
        if !shape.names.isEmpty {
            let values = pop(shape.names.count)
            for (name, value) in zip(shape.names, values) { arguments.named.append((name, value)) }
        }
        arguments.positional = pop(shape.positional + (receiver ? 1 : 0))
        if let star { arguments.positional += try Execution.iterate(star) }
        if let doubleStar { try spread(doubleStar, into: &arguments) }
        return arguments
    }

    /// Calls a filter or test. What fails is told only when the result is used.
    mutating func callBuiltin(_ call: PreparedCall) throws(Diagnostic) {
        do throws(Diagnostic) {
            if let sources = call.sources {
                stack.append(try invoke(call, sources))
                return
            }
            let arguments = try arguments(call.shape, receiver: true)
            if let failure = arguments.firstUndefined, failure.isFailure {
                stack.append(failure)
            } else {
                stack.append(try call.builtin.invoke(arguments, runtime: machine))
            }
        } catch {
            guard error.code == .templatePlugin else { throw error }
            stack.append(.undefined(Undefined(.failure(error.located(at: here)))))
        }
    }

    /// Runs the builtin on the arguments that lie on the stack, and takes them from there.
    private mutating func invoke(_ call: PreparedCall, _ sources: [PreparedCall.Source]) throws(Diagnostic) -> Value {
        let base = stack.count - call.count
        defer { drop(stack.count - base) }
        if let failure = try admit(from: base, to: call.builtin) { return failure }
        if let rest = call.rest {
            if !rest.isEmpty { stack.append(contentsOf: rest) }
            return try call.builtin.invoke(bound: stack[base...], runtime: machine)
        }
        let arguments = sources.map { source in
            switch source {
            case .stack(let offset): stack[base + offset]
            case .fallback(let value): value
            }
        }
        return try call.builtin.invoke(bound: arguments[...], runtime: machine)
    }

    /// Makes arguments fit to be seen by a builtin; an earlier failure among them is the result instead.
    private mutating func admit(from base: Int, to builtin: Builtin) throws(Diagnostic) -> Value? {
        for position in base..<stack.count {
            guard case .undefined(let reason) = stack[position] else { continue }
            if reason.isFailure { return stack[position] }
            break
        }
        for position in base..<stack.count {
            switch stack[position] {
            case .object, .undefined: stack[position] = try builtin.admitted(stack[position])
            default: break
            }
        }
        return nil
    }

    /// What `default` does without its flag.
    mutating func replaceUndefined() throws(Diagnostic) {
        let fallback = pop()
        let last = stack.count - 1
        switch stack[last] {
        case .undefined(let reason): if !reason.isFailure { stack[last] = fallback }
        case .object(let range as RangeObject): stack[last] = .list(try range.elements() ?? [])
        case .object(let object) where !(object is Markup):
            stack[last] = fallback.isFailure ? fallback : try stack[last].forced()
        default: if fallback.isFailure { stack[last] = fallback }
        }
    }

    private func spread(_ value: Value, into arguments: inout Arguments) throws(Diagnostic) {
        guard case .dict(let map) = try value.forced() else {
            throw Diagnostic(.templateRuntime, "argument after ** must be a mapping, not \(value.typeName)")
        }
        for (key, value) in map {
            guard case .string(let name) = key else { throw Diagnostic(.templateRuntime, "keywords must be strings") }
            arguments.named.append((name, value))
        }
    }

    // Static, so that nobody copies the whole run for it.
    static func iterate(_ value: Value) throws(Diagnostic) -> [Value] {
        guard let items = try value.elements() else {
            throw Diagnostic(.templateRuntime, "'\(value.typeName)' object is not iterable")
        }
        return items
    }

    func call(_ callee: Value, _ arguments: Arguments) throws(Diagnostic) -> Value {
        try machine.spend()
        if case .object(let object) = callee, !(object is MacroObject), let missing = arguments.firstUndefined {
            return missing
        }
        return try machine.call(callee, arguments)
    }

    mutating func pushAttribute(_ name: Name) throws(Diagnostic) {
        let last = stack.count - 1
        if let value = Attributes.quick(name, of: stack[last]) {
            stack[last] = value
        } else {
            stack[last] = try Attributes.attribute(name.text, of: stack[last], in: origin)
        }
    }

    mutating func callMethod(_ name: Name, _ index: Int) throws(Diagnostic) {
        if let kind = name.dictView, case .dict(let map)? = stack.last, instance.program.calls[index].count == 0 {
            stack[stack.count - 1] = .object(DictView(kind, map))
            return
        }
        let arguments = try arguments(index, receiver: false)
        var object = pop()
        if !object.isObject, let missing = arguments.firstUndefined {
            stack.append(missing)
            return
        }
        if let result = try Methods.call(name.text, on: &object, arguments, machine) {
            stack.append(result)
            return
        }
        stack.append(try call(try Attributes.attribute(name.text, of: object, in: origin), arguments))
    }

    mutating func makeMacro(_ index: Int) {
        let definition = instance.program.macros[index]
        machine.willRefer(to: frame)
        stack.append(.object(MacroObject(definition, instance, frame)))
    }

    mutating func setAttribute(_ reference: Int, _ name: String) throws(Diagnostic) {
        let value = pop()
        guard case .object(let object as NamespaceObject) = try load(reference) else {
            throw Diagnostic(
                .templateRuntime, "cannot assign attribute on non-namespace object",
                help: "make it with {% set x = namespace() %}")
        }
        object.attributes[name] = value
    }
}

extension Arguments {
    /// A function does not see undefined arguments: what it would return is undefined as well.
    var firstUndefined: Value? {
        positional.first(where: \.isUndefined) ?? named.first { $0.value.isUndefined }?.value
    }
}

extension Value {
    /// The result of a filter or test that failed.
    var isFailure: Bool { if case .undefined(let reason) = self { reason.isFailure } else { false } }

    var isObject: Bool { if case .object = self { true } else { false } }
}
