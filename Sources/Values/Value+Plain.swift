//! From values that compute when asked to plain data.

import Diagnostics

/// `omit`: removes the entry, argument or text it stands for.
package final class Omit: ValueObject {
    package static let shared = Omit()
    package var typeName: String { "_OmitType" }
    private init() {}
    package func text() throws(Diagnostic) -> String { "<<Omit>>" }
    package func representation() throws(Diagnostic) -> String { "<<Omit>>" }
}

/// A string that is marked as safe HTML; a plain string in every other respect.
package final class Markup: ValueObject {
    package let content: String
    package init(_ content: String) { self.content = content }
    package var typeName: String { "Markup" }
    package func materialized() throws(Diagnostic) -> Value? { .string(content) }
    package func isTruthy() throws(Diagnostic) -> Bool { !content.isEmpty }
    package func elements() throws(Diagnostic) -> [Value]? { try Value.string(content).elements() }
    package func representation() throws(Diagnostic) -> String {
        "Markup(" + (try Value.string(content).representation()) + ")"
    }
}

extension Value {
    package static var omit: Value { .object(Omit.shared) }
    package var isOmit: Bool { if case .object(let object) = self { object === Omit.shared } else { false } }

    /// This value if it is data, or what a lazy container, generator or marked string renders to. Only the outermost
    /// layer; functions, namespaces and the like stay.
    package func forced() throws(Diagnostic) -> Value {
        guard case .object(let object) = self, let value = try object.materialized() else { return self }
        return value
    }

    /// The same value with everything lazy inside rendered.
    package func plain() throws(Diagnostic) -> Value {
        switch self {
        case .object(let object):
            guard let value = try object.materialized() else { return self }
            return try value.plain()
        case .list(let items) where items.contains(where: \.isComposite): return .list(try Value.plain(items))
        case .tuple(let items) where items.contains(where: \.isComposite): return .tuple(try Value.plain(items))
        case .dict(let map) where map.contains(where: { $0.value.isComposite }):
            var result = OrderedMap(minimumCapacity: map.count)
            for (key, value) in map { result[key] = try value.plain() }
            return .dict(result)
        default: return self
        }
    }

    /// The final value, as a variable or an argument holds it: everything lazy rendered, tuples and views turned into
    /// lists, entries that are `omit` removed. Undefined parts and functions, ranges and the like throw.
    package func materialized() throws(Diagnostic) -> Value { try finalized().storable() }

    /// The same, but objects that no variable can hold stay.
    package func finalized() throws(Diagnostic) -> Value {
        switch self {
        case .none, .bool, .int, .float, .string, .big, .date, .bytes: return self
        case .undefined(let reason): throw reason.diagnostic
        case .list(let items): return items.contains(where: \.isComposite) ? .list(try Value.finalized(items)) : self
        case .tuple(let items): return .list(try Value.finalized(items))
        case .dict(let map):
            guard map.contains(where: { $0.value.isComposite }) else { return self }
            var result = OrderedMap(minimumCapacity: map.count)
            for (key, value) in map where !value.isOmit { result[key] = try value.finalized() }
            return .dict(result)
        case .object(let object):
            guard let value = try object.materialized() else { return self }
            return try value.finalized()
        }
    }

    /// The same value, if a variable can hold it.
    private func storable() throws(Diagnostic) -> Value {
        switch self {
        case .object(let object) where !isOmit:
            throw Diagnostic(
                .templateRuntime, "Type '\(object.typeName)' is unsupported for variable storage.",
                help: object.isCallable ? "call it, or choose another name for the variable" : nil)
        case .list(let items) where items.contains(where: \.isComposite):
            for item in items { _ = try item.storable() }
        case .dict(let map) where map.contains(where: { $0.value.isComposite }):
            for (_, value) in map { _ = try value.storable() }
        default: break
        }
        return self
    }

    /// What a `for` loop sees: characters, items, keys, elements; nil where it cannot be iterated.
    package func elements() throws(Diagnostic) -> [Value]? {
        switch self {
        case .list(let items), .tuple(let items): items
        case .dict(let map): map.keys
        case .string(let text): text.unicodeScalars.map { .string(String($0)) }
        case .bytes(let bytes): bytes.map { .int(Int($0)) }
        case .object(let object): try object.elements()
        case .undefined(let reason): throw reason.diagnostic
        default: nil
        }
    }

    private var isComposite: Bool {
        switch self {
        case .object, .list, .tuple, .dict, .undefined: true
        default: false
        }
    }

    private static func plain(_ items: [Value]) throws(Diagnostic) -> [Value] {
        var result: [Value] = []
        result.reserveCapacity(items.count)
        for item in items { result.append(try item.plain()) }
        return result
    }

    private static func finalized(_ items: [Value]) throws(Diagnostic) -> [Value] {
        var result: [Value] = []
        result.reserveCapacity(items.count)
        for item in items where !item.isOmit { result.append(try item.finalized()) }
        return result
    }
}
