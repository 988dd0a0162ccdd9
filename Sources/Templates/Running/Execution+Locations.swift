//! Methods that change their receiver, which is a part of a variable.

import Diagnostics
import Values

extension Execution {
    /// Calls the method and writes the changed receiver back to the variable it came from.
    mutating func callMutating(_ method: String, _ call: Int, _ location: Location) throws(Diagnostic) {
        let arguments = try arguments(call, receiver: false)
        let keys = pop(location.steps.count { if case .item = $0 { true } else { false } })
        let reference = instance.program.references[location.root]
        let names = instance.program.names
        var nextKey = 0
        let steps = location.steps.map { step -> Value in
            if case .attribute(let name) = step { return names[name].value }
            nextKey += 1
            return keys[nextKey - 1]
        }
        var root = try take(reference)
        defer { put(root, reference) }
        stack.append(try change(&root, steps[...], method, arguments))
    }

    /// Moves a variable's value out of its slot, so that it can be changed without a copy.
    private func take(_ reference: Reference) throws(Diagnostic) -> Value {
        if let (frame, slot) = find(reference), let value = frame.slots[slot] {
            frame.slots[slot] = .some(.none)
            return value
        }
        let value = try context(reference.name)
        if instance.context[reference.name] != nil { instance.context[reference.name] = .some(.none) }
        machine.changed[instance.program.names[reference.name].text] = nil
        return value
    }

    private func put(_ value: Value, _ reference: Reference) {
        if let (frame, slot) = find(reference) {
            frame.slots[slot] = value
        } else {
            instance.context[reference.name] = value
            if value.list != nil || value.dict != nil {
                machine.changed[instance.program.names[reference.name].text] = value
            }
        }
    }

    private func change(
        _ value: inout Value, _ steps: ArraySlice<Value>, _ method: String, _ arguments: Arguments
    ) throws(Diagnostic) -> Value {
        if case .object(let object) = value, object is any LazyContainer { value = try value.forced() }
        guard let key = steps.first else {
            if let result = try Methods.call(method, on: &value, arguments, machine) { return result }
            return try call(try Attributes.attribute(method, of: value, at: here), arguments)
        }
        let rest = steps.dropFirst()
        switch value {
        case .dict(var map):
            let key = try key.hashable()
            guard var inner = map[key] else { break }
            value = .none
            defer { value = .dict(map) }
            map[key] = .some(.none)
            defer { map[key] = inner }
            return try change(&inner, rest, method, arguments)
        case .list(var items):
            guard let index = key.exactInteger, let position = items.indices.position(index) else { break }
            var inner = items[position]
            value = .none
            defer { value = .list(items) }
            items[position] = .none
            defer { items[position] = inner }
            return try change(&inner, rest, method, arguments)
        case .object(let namespace as NamespaceObject):
            guard case .string(let name) = key, var inner = namespace.attributes[name] else { break }
            namespace.attributes[name] = .some(.none)
            defer { namespace.attributes[name] = inner }
            return try change(&inner, rest, method, arguments)
        default: break
        }
        var inner = try Attributes.item(key, of: value, at: here)
        return try change(&inner, rest, method, arguments)
    }
}

extension Range<Int> {
    fileprivate func position(_ index: Int) -> Int? {
        let position = index < 0 ? index + count : index
        return contains(position) ? position : nil
    }
}
