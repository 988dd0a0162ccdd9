//! What a JMESPath expression finds in a value.

import Diagnostics
import Values

extension JMESPath {
    func search(_ value: Value) throws(Diagnostic) -> Value {
        switch self {
        case .current: return value
        case .field(let name): return try value.forced()[name] ?? .none
        case .index(let index):
            guard let items = value.list else { return .none }
            let position = index < 0 ? items.count + index : index
            return items.indices.contains(position) ? items[position] : .none
        case .slice(let start, let stop, let step): return try slice(value, start, stop, step ?? 1)
        case .literal(let literal): return literal
        case .child(let left, let right):
            return try right.search(try left.search(value))
        case .pipe(let left, let right): return try right.search(try left.search(value))
        case .project(let left, let right): return try JMESPath.project(try left.search(value).list, right)
        case .projectValues(let left, let right):
            return try JMESPath.project(try left.search(value).dict?.values, right)
        case .filter(let left, let condition, let right):
            guard let items = try left.search(value).list else { return .none }
            var kept: [Value] = []
            for item in items where try condition.search(item).isJMESPathTrue { kept.append(item) }
            return try JMESPath.project(kept, right)
        case .flatten(let inner):
            guard let items = try inner.search(value).list else { return .none }
            return .list(items.flatMap { $0.list ?? [$0] })
        case .or(let left, let right):
            let first = try left.search(value)
            return first.isJMESPathTrue ? first : try right.search(value)
        case .and(let left, let right):
            let first = try left.search(value)
            return first.isJMESPathTrue ? try right.search(value) : first
        case .not(let inner): return .bool(!(try inner.search(value).isJMESPathTrue))
        case .compare(let symbol, let left, let right):
            return try JMESPath.compare(symbol, try left.search(value), try right.search(value))
        case .list(let items):
            if value.isNone { return .none }
            return .list(try items.map { item throws(Diagnostic) in try item.search(value) })
        case .dictionary(let entries):
            if value.isNone { return .none }
            var map = OrderedMap()
            for (name, expression) in entries { map[name] = try expression.search(value) }
            return .dict(map)
        case .call(let name, let arguments): return try JMESPathFunctions.call(name, arguments, on: value)
        case .reference(let inner): return try inner.search(value)
        }
    }

    private static func project(_ items: [Value]?, _ expression: JMESPath) throws(Diagnostic) -> Value {
        guard let items else { return .none }
        var found: [Value] = []
        for item in items {
            let value = try expression.search(item)
            if !value.isNone { found.append(value) }
        }
        return .list(found)
    }

    private static func compare(_ symbol: String, _ left: Value, _ right: Value) throws(Diagnostic) -> Value {
        switch symbol {
        case "==": return .bool(try left.isSameJMESPathValue(as: right))
        case "!=": return .bool(!(try left.isSameJMESPathValue(as: right)))
        default: break
        }
        guard let left = left.jmesPathNumber, let right = right.jmesPathNumber else { return .none }
        return switch symbol {
        case "<": .bool(left < right)
        case "<=": .bool(left <= right)
        case ">": .bool(left > right)
        default: .bool(left >= right)
        }
    }

    private func slice(_ value: Value, _ start: Int?, _ stop: Int?, _ step: Int) throws(Diagnostic) -> Value {
        guard let items = value.list else { return .none }
        guard step != 0 else { throw Diagnostic(.templateRuntime, "the step of a JMESPath slice cannot be 0") }
        func bound(_ index: Int, _ least: Int, _ most: Int) -> Int {
            min(max(index < 0 ? index + items.count : index, least), most)
        }
        let last = items.count - 1
        let (from, to) =
            step > 0
            ? (bound(start ?? 0, 0, items.count), bound(stop ?? items.count, 0, items.count))
            : (start.map { bound($0, -1, last) } ?? last, stop.map { bound($0, -1, last) } ?? -1)
        return .list(stride(from: from, to: to, by: step).map { items[$0] })
    }
}

extension Value {
    /// Everything but null, false, and what is empty.
    var isJMESPathTrue: Bool {
        switch self {
        case .none: false
        case .bool(let flag): flag
        case .string(let text): !text.isEmpty
        case .list(let items), .tuple(let items): !items.isEmpty
        case .dict(let map): !map.isEmpty
        default: true
        }
    }

    var jmesPathNumber: Double? { bool == nil ? double : nil }

    /// A boolean never equals a number.
    fileprivate func isSameJMESPathValue(as other: Value) throws(Diagnostic) -> Bool {
        if (bool == nil) != (other.bool == nil) { return false }
        return try equals(other)
    }
}
