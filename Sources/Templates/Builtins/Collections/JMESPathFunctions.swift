//! The functions of JMESPath.

import Diagnostics
import Values

enum JMESPathFunctions {
    static let names = [
        "abs", "avg", "ceil", "contains", "ends_with", "floor", "join", "keys", "length", "map", "max", "max_by",
        "merge",
        "min", "min_by", "not_null", "reverse", "sort", "sort_by", "starts_with", "sum", "to_array", "to_number",
        "to_string", "type", "values",
    ]

    static func call(_ name: String, _ arguments: [JMESPath], on value: Value) throws(Diagnostic) -> Value {
        guard names.contains(name) else {
            throw Diagnostic(
                .templateRuntime, "JMESPath has no function '\(name)'", help: Suggestion.help(for: name, among: names))
        }
        if let result = try callWithReference(name, arguments, on: value) { return result }
        var values: [Value] = []
        for argument in arguments { values.append(try argument.search(value)) }
        let first = try argument(0, of: name, values)
        switch name {
        case "abs", "ceil", "floor", "avg", "sum": return try numeric(name, first)
        case "length": return try length(first)
        case "keys": return .list(try dictionary(first, name).keys)
        case "values": return .list(try dictionary(first, name).values)
        case "merge":
            var merged = OrderedMap()
            for value in values { merged.merge(try dictionary(value, name)) }
            return .dict(merged)
        case "not_null": return values.first { !$0.isNone } ?? .none
        case "type": return .string(typeName(first))
        case "to_array": return first.list == nil ? .list([first]) : first
        case "to_string": return first.string == nil ? .string(try first.json(compact)) : first
        case "to_number":
            if first.jmesPathNumber != nil { return first }
            return first.string.flatMap { text in Int(text).map(Value.int) ?? Double(text).map(Value.float) } ?? .none
        case "sort": return .list(try Value.sorted(try list(first, name)))
        case "max", "min": return try extreme(name, try list(first, name)) { value throws(Diagnostic) in value }
        case "reverse":
            if let text = first.string { return .string(String(text.reversed())) }
            return .list(try list(first, name).reversed())
        default: return try textual(name, first, try argument(1, of: name, values))
        }
    }

    /// The functions one of whose arguments is an expression to apply to every item.
    private static func callWithReference(
        _ name: String, _ arguments: [JMESPath], on value: Value
    ) throws(Diagnostic) -> Value? {
        guard ["map", "sort_by", "max_by", "min_by"].contains(name) else { return nil }
        guard arguments.count == 2 else { throw wrongCount(name) }
        let (listIndex, referenceIndex) = name == "map" ? (1, 0) : (0, 1)
        guard case .reference(let expression) = arguments[referenceIndex] else {
            throw Diagnostic(.templateRuntime, "\(name)() of JMESPath wants an expression: write `&name`")
        }
        let items = try list(try arguments[listIndex].search(value), name)
        switch name {
        case "map": return .list(try items.map { item throws(Diagnostic) in try expression.search(item) })
        case "sort_by":
            return .list(try Value.sorted(items) { item throws(Diagnostic) in try expression.search(item) })
        default: return try extreme(name, items) { item throws(Diagnostic) in try expression.search(item) }
        }
    }

    private static func extreme(
        _ name: String, _ items: [Value], by key: (Value) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        guard var best = items.first else { return .none }
        var bestKey = try key(best)
        let wanted: ValueOrder = name.hasPrefix("max") ? .descending : .ascending
        for item in items.dropFirst() {
            let itemKey = try key(item)
            if try itemKey.order(bestKey) == wanted { (best, bestKey) = (item, itemKey) }
        }
        return best
    }

    private static func numeric(_ name: String, _ value: Value) throws(Diagnostic) -> Value {
        if name == "avg" || name == "sum" {
            let items = try list(value, name)
            var sum: Value = 0
            for item in items { sum = try sum.adding(item) }
            if name == "sum" { return sum }
            return items.isEmpty ? .none : try sum.divided(by: .int(items.count))
        }
        guard let number = value.jmesPathNumber else { throw wrongType(name, value) }
        switch name {
        case "abs": return value.int.map { .int(abs($0)) } ?? .float(abs(number))
        case "ceil": return NumberParsing.whole(number.rounded(.up)) ?? .none
        default: return NumberParsing.whole(number.rounded(.down)) ?? .none
        }
    }

    private static func length(_ value: Value) throws(Diagnostic) -> Value {
        guard value.string != nil || value.list != nil || value.dict != nil, let items = try value.elements() else {
            throw wrongType("length", value)
        }
        return .int(items.count)
    }

    private static func textual(_ name: String, _ first: Value, _ second: Value) throws(Diagnostic) -> Value {
        switch name {
        case "contains":
            if first.string != nil, second.string == nil { return false }
            return .bool(try Containment.holds(second, in: first))
        case "join":
            var texts: [String] = []
            for item in try list(second, name) { texts.append(try string(item, name)) }
            return .string(texts.joined(separator: try string(first, name)))
        case "starts_with": return .bool(try string(first, name).hasPrefix(try string(second, name)))
        default: return .bool(try string(first, name).hasSuffix(try string(second, name)))
        }
    }

    private static var compact: JSONStyle {
        var style = JSONStyle()
        style.itemSeparator = ","
        style.keySeparator = ":"
        style.ascii = false
        return style
    }

    private static func typeName(_ value: Value) -> String {
        switch value {
        case .none: "null"
        case .bool: "boolean"
        case .int, .float, .big: "number"
        case .list, .tuple: "array"
        case .dict: "object"
        default: "string"
        }
    }

    private static func argument(_ index: Int, of name: String, _ values: [Value]) throws(Diagnostic) -> Value {
        guard values.indices.contains(index) else { throw wrongCount(name) }
        return values[index]
    }

    private static func list(_ value: Value, _ name: String) throws(Diagnostic) -> [Value] {
        guard let items = value.list else { throw wrongType(name, value) }
        return items
    }

    private static func dictionary(_ value: Value, _ name: String) throws(Diagnostic) -> OrderedMap {
        guard let map = value.dict else { throw wrongType(name, value) }
        return map
    }

    private static func string(_ value: Value, _ name: String) throws(Diagnostic) -> String {
        guard let text = value.string else { throw wrongType(name, value) }
        return text
    }

    private static func wrongCount(_ name: String) -> Diagnostic {
        Diagnostic(.templateRuntime, "\(name)() of JMESPath has too few arguments")
    }

    private static func wrongType(_ name: String, _ value: Value) -> Diagnostic {
        Diagnostic(.templateRuntime, "In function \(name)(), invalid type for value: a \(typeName(value))")
    }
}
