//! `map`, `select` and their kin: filters that run other filters and tests on every item.

import Diagnostics
import Values

enum SelectionFilters {
    static let all: [Builtin] = [
        .filter(
            "map", [.variadic("args"), .keywords("kwargs")],
            summary: "An attribute of every item, or every item passed through a filter.",
            example: "{{ [{'n': 1}, {'n': 2}] | map(attribute='n') | list }} → [1, 2]"
        ) { call throws(Diagnostic) in try map(call) },
        .filter(
            "select", [.variadic("args"), .keywords("kwargs")],
            summary: "The items that pass a test, or that are true.",
            example: "{{ [1, 2, 3] | select('odd') }} → [1, 3]"
        ) { call throws(Diagnostic) in try select(call, byAttribute: false, keeps: true) },
        .filter(
            "reject", [.variadic("args"), .keywords("kwargs")],
            summary: "The items that do not pass a test, or that are false.",
            example: "{{ [1, 2, 3] | reject('odd') }} → [2]"
        ) { call throws(Diagnostic) in try select(call, byAttribute: false, keeps: false) },
        .filter(
            "selectattr", [.variadic("args"), .keywords("kwargs")],
            summary: "The items with an attribute that passes a test, or that is true.",
            example: "{{ [{'n': 1}, {'n': 2}] | selectattr('n', 'gt', 1) }} → [{'n': 2}]"
        ) { call throws(Diagnostic) in try select(call, byAttribute: true, keeps: true) },
        .filter(
            "rejectattr", [.variadic("args"), .keywords("kwargs")],
            summary: "The items with an attribute that does not pass a test, or that is false.",
            example: "{{ [{'n': 1}, {'n': 2}] | rejectattr('n', 'gt', 1) }} → [{'n': 1}]"
        ) { call throws(Diagnostic) in try select(call, byAttribute: true, keeps: false) },
        .filter(
            "attr", value: "obj", [.required("name")], summary: "An attribute, never an item, of a value.",
            example: "{{ ('2024-05-06' | to_datetime('%Y-%m-%d')) | attr('year') }} → 2024"
        ) { call throws(Diagnostic) in
            guard let name = call[1].string else {
                throw call.mistake("attribute name must be string, not '\(call[1].typeName)'")
            }
            switch call.value {
            case .object, .date: return try call.value.member(.string(name))
            case .bool, .int, .big, .float: return try Attributes.attribute(name, of: call.value, in: nil)
            default:
                return Methods.bound(name, to: call.value)
                    ?? .undefined(Undefined("object of type '\(call.value.typeName)' has no attribute '\(name)'"))
            }
        },
    ]

    private static func map(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        // Nothing false is looked at any further, be it iterable or not.
        guard try call.truth(0) else { return .list([]) }
        let items = try call.elements()
        let keywords = Dictionary(call.keywords.map { ($0.name, $0.value) }) { first, _ in first }
        if call.variadic.isEmpty, let attribute = keywords["attribute"] {
            if let unknown = keywords.keys.first(where: { $0 != "attribute" && $0 != "default" }) {
                throw call.mistake("Unexpected keyword argument '\(unknown)'")
            }
            return .list(try attributes(of: items, attribute, fallback: keywords["default"]))
        }
        guard let filter = call.variadic.first?.string else {
            throw call.mistake(
                "map requires a filter argument", help: "write `map('upper')` or `map(attribute='name')`")
        }
        var mapped: [Value] = []
        mapped.reserveCapacity(items.count)
        for item in items {
            let arguments = Arguments([item] + call.variadic.dropFirst(), named: call.keywords)
            mapped.append(try call.runtime.filter(filter, arguments))
        }
        return .list(mapped)
    }

    private static func attributes(
        of items: [Value], _ attribute: Value, fallback: Value?
    ) throws(Diagnostic) -> [Value] {
        let path = try AttributePath(attribute, fallback: fallback)
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try path?(item) ?? item) }
        return values
    }

    private static func select(
        _ call: BuiltinCall, byAttribute: Bool, keeps: Bool
    ) throws(Diagnostic) -> Value {
        guard try call.truth(0) else { return .list([]) }
        var arguments = call.variadic[...]
        var path: AttributePath?
        if byAttribute {
            guard let attribute = arguments.popFirst() else {
                throw call.mistake("Missing parameter for attribute name")
            }
            path = try AttributePath(attribute)
        }
        let test = arguments.popFirst()?.string
        var kept: [Value] = []
        for item in try call.elements() {
            let value = try path?(item) ?? item
            let passes =
                if let test {
                    try call.runtime.test(test, Arguments([value] + arguments, named: call.keywords))
                } else {
                    try value.isTruthy()
                }
            if passes == keeps { kept.append(item) }
        }
        return .list(kept)
    }
}
