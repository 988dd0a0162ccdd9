//! Methods that change their receiver, which is a part of a variable.

import Diagnostics
import Values

extension Execution {
    /// Calls the method and writes the changed receiver back to the variable it came from.
    mutating func callMutating(_ method: String, _ call: Int, _ location: Location) throws(Diagnostic) {
        let arguments = try arguments(call, receiver: false)
        if let missing = arguments.firstUndefined {
            stack.removeLast(location.keyCount)
            stack.append(missing)
            return
        }
        let keys = pop(location.keyCount)
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
            return try call(try Attributes.attribute(method, of: value, in: origin), arguments)
        }
        let rest = steps.dropFirst()
        if case .dict = value {
            let key = try key.hashable()
            var map = value.takeMap()
            defer { value = .dict(map) }
            if var inner = map[key] {
                map[key] = .some(.none)
                defer { map[key] = inner }
                return try change(&inner, rest, method, arguments)
            }
        }
        if case .list = value {
            var items = value.takeItems()
            defer { value = .list(items) }
            if let index = key.exactInteger, let position = items.indices.position(index) {
                var inner = items[position]
                items[position] = .none
                defer { items[position] = inner }
                return try change(&inner, rest, method, arguments)
            }
        }
        if case .object(let object) = value, let namespace = object as? NamespaceObject,
            case .string(let name) = key, var inner = namespace.attributes[name]
        {
            namespace.attributes[name] = .some(.none)
            defer { namespace.attributes[name] = inner }
            return try change(&inner, rest, method, arguments)
        }
        var inner = try Attributes.item(key, of: value, in: origin)
        return try change(&inner, rest, method, arguments)
    }
}

extension Range<Int> {
    fileprivate func position(_ index: Int) -> Int? {
        let position = index < 0 ? index + count : index
        return contains(position) ? position : nil
    }
}

extension Value {
    /// Moves the items of a list out, so that they have one owner and can be changed without a copy.
    mutating func takeItems() -> [Value] {
        guard case .list(let items) = self else { return [] }
        self = .none
        return items
    }

    /// The same for a dict.
    mutating func takeMap() -> OrderedMap {
        guard case .dict(let map) = self else { return [:] }
        self = .none
        return map
    }
}

extension Location {
    fileprivate var keyCount: Int { steps.count { if case .item = $0 { true } else { false } } }
}
