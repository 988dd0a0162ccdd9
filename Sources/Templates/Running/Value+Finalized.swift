//! What a value becomes when a template is done with it.

import Diagnostics
import Values

extension Value {
    /// Plain data as Ansible stores it: everything lazy rendered, tuples and views turned into lists, `omit` removed.
    /// Objects that cannot be stored stay; `storable` refuses them.
    func finalized() throws(Diagnostic) -> Value {
        switch self {
        case .none, .bool, .int, .float, .string, .big, .date, .bytes: return self
        case .undefined(let reason): throw reason.diagnostic
        case .list(let items):
            return items.allSatisfy(\.isFinal) ? self : .list(try Value.finalized(items))
        case .tuple(let items): return .list(try Value.finalized(items))
        case .dict(let map):
            if map.allSatisfy({ $0.value.isFinal }) { return self }
            var result = OrderedMap(minimumCapacity: map.count)
            for (key, value) in map where !value.isOmit { result[key] = try value.finalized() }
            return .dict(result)
        case .object(let object):
            guard let value = try object.materialized() else { return self }
            return try value.finalized()
        }
    }

    private var isFinal: Bool {
        switch self {
        case .none, .bool, .int, .float, .string, .big, .date, .bytes: true
        default: false
        }
    }

    private static func finalized(_ items: [Value]) throws(Diagnostic) -> [Value] {
        var result: [Value] = []
        result.reserveCapacity(items.count)
        for item in items where !item.isOmit { result.append(try item.finalized()) }
        return result
    }

    /// The same value, if a variable can hold it: no functions, ranges, namespaces and the like inside.
    func storable() throws(Diagnostic) -> Value {
        switch self {
        case .object(let object) where !isOmit:
            throw Diagnostic(
                .templateRuntime, "Type '\(object.typeName)' is unsupported for variable storage.",
                help: object.isCallable ? "call it, or choose another name for the variable" : nil)
        case .list(let items): for item in items { _ = try item.storable() }
        case .dict(let map): for (_, value) in map { _ = try value.storable() }
        default: break
        }
        return self
    }
}
