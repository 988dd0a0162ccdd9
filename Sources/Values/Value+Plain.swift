//! From values that compute when asked to plain data.

import Diagnostics

/// `omit`: removes the entry, argument or text it stands for.
package final class Omit: ValueObject {
    package static let shared = Omit()
    package var typeName: String { "Omit" }
    private init() {}
    package func text() throws(Diagnostic) -> String { "" }
}

/// A string that is marked as safe HTML; a plain string in every other respect.
package final class Markup: ValueObject {
    package let content: String
    package init(_ content: String) { self.content = content }
    package var typeName: String { "Markup" }
    package func materialized() throws(Diagnostic) -> Value? { .string(content) }
    package func isTruthy() throws(Diagnostic) -> Bool { !content.isEmpty }
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

    /// The final value: everything lazy rendered, entries that are `omit` removed; undefined parts throw.
    package func materialized() throws(Diagnostic) -> Value {
        switch self {
        case .undefined(let reason): throw reason.diagnostic
        case .object(let object):
            guard let value = try object.materialized() else { return self }
            return try value.materialized()
        case .list(let items) where items.contains(where: \.isComposite): return .list(try Value.materialized(items))
        case .tuple(let items) where items.contains(where: \.isComposite): return .tuple(try Value.materialized(items))
        case .dict(let map) where map.contains(where: { $0.value.isComposite }):
            var result = OrderedMap(minimumCapacity: map.count)
            for (key, value) in map where !value.isOmit { result[key] = try value.materialized() }
            return .dict(result)
        default: return self
        }
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

    private static func materialized(_ items: [Value]) throws(Diagnostic) -> [Value] {
        var result: [Value] = []
        result.reserveCapacity(items.count)
        for item in items where !item.isOmit { result.append(try item.materialized()) }
        return result
    }
}
