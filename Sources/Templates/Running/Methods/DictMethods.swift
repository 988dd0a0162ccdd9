//! Methods of dicts.

import Diagnostics
import Values

extension Arguments {
    /// `get(key, default=…)`: dictionaries among variables take the keyword.
    var namingDefault: Arguments {
        guard positional.count == 1, named.count == 1, named[0].name == "default" else { return self }
        return Arguments(positional + [named[0].value])
    }
}

enum DictMethods {
    static let names: Set<String> = [
        "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values",
    ]

    static func call(_ name: String, _ map: inout OrderedMap, _ given: Arguments) throws(Diagnostic) -> Value {
        switch name {
        case "items": return try view(.items, map, given)
        case "keys": return try view(.keys, map, given)
        case "values": return try view(.values, map, given)
        case "copy": return .dict(map)
        case "clear": map = OrderedMap()
        case "get":
            let (key, fallback) = try keyed(name, given.namingDefault)
            return map[key] ?? fallback ?? .none
        case "setdefault":
            let (key, fallback) = try keyed(name, given)
            if let value = map[key] { return value }
            map[key] = fallback ?? Value.none
            return fallback ?? .none
        case "pop":
            let (key, fallback) = try keyed(name, given)
            if let value = map.removeValue(forKey: key) ?? fallback { return value }
            throw Diagnostic(.templateRuntime, try key.representation())
        case "popitem":
            guard let key = map.keys.last, let value = map.removeValue(forKey: key) else {
                throw Diagnostic(.templateRuntime, "popitem(): dictionary is empty")
            }
            return .tuple([key, value])
        case "update":
            guard given.positional.count <= 1 else {
                throw Diagnostic(.templateRuntime, "update expected at most 1 argument, got \(given.positional.count)")
            }
            if let first = given.positional.first { map.merge(try entries(of: first)) }
            for (key, value) in given.named { map[key] = value }
        case "fromkeys": return try fromKeys(given)
        default: break
        }
        return .none
    }

    private static func view(_ kind: DictView.Kind, _ map: OrderedMap, _ given: Arguments) throws(Diagnostic) -> Value {
        _ = try MethodArguments(kind.rawValue, given, [])
        return .object(DictView(kind, map))
    }

    private static func keyed(_ name: String, _ given: Arguments) throws(Diagnostic) -> (Value, Value?) {
        guard given.named.isEmpty else {
            throw Diagnostic(.templateRuntime, "dict.\(name)() takes no keyword arguments")
        }
        guard (1...2).contains(given.positional.count) else {
            throw Diagnostic(
                .templateRuntime,
                "\(name) expected \(given.positional.isEmpty ? "at least 1" : "at most 2") argument, got \(given.positional.count)"
            )
        }
        return (try given.positional[0].hashable(), given.positional.count > 1 ? given.positional[1] : nil)
    }

    private static func fromKeys(_ given: Arguments) throws(Diagnostic) -> Value {
        let arguments = try MethodArguments("fromkeys", given, ["iterable", "value"], required: 1)
        guard let keys = try arguments.value(0).elements() else {
            throw Diagnostic(.templateRuntime, "'\(arguments.value(0).typeName)' object is not iterable")
        }
        var map = OrderedMap()
        for key in keys { map[try key.hashable()] = arguments.value(1) }
        return .dict(map)
    }

    /// The entries of a mapping, or of an iterable of pairs.
    static func entries(of value: Value) throws(Diagnostic) -> OrderedMap {
        if case .dict(let map) = try value.forced() { return map }
        if case .undefined(let reason) = value { throw reason.diagnostic }
        guard let items = try value.elements() else {
            throw Diagnostic(.templateRuntime, "'\(value.typeName)' object is not iterable")
        }
        var map = OrderedMap()
        for (index, item) in items.enumerated() {
            guard let pair = try item.elements() else {
                throw Diagnostic(
                    .templateRuntime, "cannot convert dictionary update sequence element #\(index) to a sequence")
            }
            guard pair.count == 2 else {
                throw Diagnostic(
                    .templateRuntime,
                    "dictionary update sequence element #\(index) has length \(pair.count); 2 is required")
            }
            map[try pair[0].hashable()] = pair[1]
        }
        return map
    }
}
