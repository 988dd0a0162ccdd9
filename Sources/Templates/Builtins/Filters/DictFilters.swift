//! Filters for dictionaries and lists of dictionaries.

import Diagnostics
import Values

enum DictFilters {
    static let all: [Builtin] = [
        .filter(
            "items", summary: "The pairs of keys and values.", example: "{{ {'a': 1} | items | list }} → [['a', 1]]"
        ) { call throws(Diagnostic) in
            guard case .dict(let map) = call.value else {
                throw call.mistake("Can only get item pairs from a mapping.")
            }
            return .list(map.map { .tuple([$0.key, $0.value]) })
        },
        .filter(
            "dictsort", [.optional("case_sensitive", false), .optional("by", "key"), .optional("reverse", false)],
            summary: "The pairs sorted by key or by value.",
            example: "{{ {'b': 1, 'a': 2} | dictsort }} → [['a', 2], ['b', 1]]"
        ) { call throws(Diagnostic) in try sort(call) },
        .filter(
            "dict2items", [.optional("key_name", "key"), .optional("value_name", "value")],
            summary: "A list of dictionaries with `key` and `value`.",
            example: "{{ {'a': 1} | dict2items }} → [{'key': 'a', 'value': 1}]"
        ) { call throws(Diagnostic) in
            guard case .dict(let map) = call.value else {
                throw call.mistake("dict2items requires a dictionary, got a \(call.value.typeName) instead.")
            }
            return .list(map.map { .dict(OrderedMap(pairs: [(call[1], $0.key), (call[2], $0.value)])) })
        },
        .filter(
            "items2dict", [.optional("key_name", "key"), .optional("value_name", "value")],
            summary: "A dictionary of a list of dictionaries with `key` and `value`.",
            example: "{{ [{'key': 'a', 'value': 1}] | items2dict }} → {'a': 1}"
        ) { call throws(Diagnostic) in try dictionary(call) },
        .filter(
            "combine", value: "value", [.variadic("terms"), .keywords("kwargs")],
            summary: "Dictionaries merged, the later ones winning; `recursive` and `list_merge` tell how deep.",
            example: "{{ {'a': 1} | combine({'b': 2}) }} → {'a': 1, 'b': 2}"
        ) { call throws(Diagnostic) in try combine(call) },
        .filter(
            "subelements", value: "obj", [.required("subelements"), .optional("skip_missing", false)],
            summary: "Pairs of each item and each element of one of its lists.",
            example: "{{ [{'g': [1, 2]}] | subelements('g') | map('last') }} → [1, 2]"
        ) { call throws(Diagnostic) in
            .list(try Subelements.pairs(call.value, path: call[1], skipsMissing: try call.truth(2)))
        },
        .filter(
            "rekey_on_member", value: "data", [.required("key"), .optional("duplicates", "error")],
            summary: "A dictionary of items, keyed by one of their members.",
            example: "{{ [{'n': 'x', 'v': 1}] | rekey_on_member('n') }} → {'x': {'n': 'x', 'v': 1}}"
        ) { call throws(Diagnostic) in try rekey(call) },
        .filter(
            "extract", value: "item", [.required("container"), .optional("morekeys")],
            summary: "The item of a container at this index or key.",
            example: "{{ [0, 2] | map('extract', ['x', 'y', 'z']) }} → ['x', 'z']"
        ) { call throws(Diagnostic) in
            var keys = [call.value]
            if case .list(let more) = call[2] { keys += more } else if !call[2].isNone { keys.append(call[2]) }
            var value = call[1]
            for key in keys {
                if case .undefined(let reason) = value { throw reason.diagnostic }
                value = try value.member(key)
            }
            return value
        },
    ]

    private static func sort(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let map = try call.mapping()
        let by = try call.text(2)
        guard by == "key" || by == "value" else {
            throw call.mistake("You can only sort by either \"key\" or \"value\"")
        }
        let caseSensitive = try call.truth(1)
        let sorted = try Value.sorted(Array(map), reverse: try call.truth(3)) { entry throws(Diagnostic) in
            let value = by == "key" ? entry.key : entry.value
            return caseSensitive ? value : try value.foldingCase()
        }
        return .list(sorted.map { .tuple([$0.key, $0.value]) })
    }

    private static func dictionary(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        guard call.value.isSequence else {
            throw call.mistake("items2dict requires a list, got a \(call.value.typeName) instead.")
        }
        var map = OrderedMap()
        for item in try call.elements() {
            guard case .dict(let entry) = try item.forced() else {
                throw call.mistake(
                    "items2dict requires a list of dictionaries, got \(try call.value.representation()) instead.")
            }
            guard let key = entry[call[1]], let value = entry[call[2]] else {
                throw call.mistake(
                    "items2dict requires each dictionary in the list to contain the keys '\(try call.text(1))' "
                        + "and '\(try call.text(2))', got \(try call.value.representation()) instead.")
            }
            map[key] = value
        }
        return .dict(map)
    }

    private static func combine(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        var merging = Merging()
        for (name, value) in call.keywords {
            switch name {
            case "recursive": merging.isRecursive = try value.isTruthy()
            case "list_merge": merging.lists = try Merging.Lists(named: try value.text())
            default: throw call.mistake("'recursive' and 'list_merge' are the only valid keyword arguments")
            }
        }
        var maps: [OrderedMap] = []
        let terms = try ListFilters.flatten([call.value] + call.variadic, levels: 1, skipsNulls: true)
        // A single value is merged with nothing, and so not looked at.
        if terms.count == 1, let only = terms.first, !only.isUndefined { return only }
        for term in terms {
            switch try term.forced() {
            case .dict(let map): maps.append(map)
            case .undefined(let reason): throw reason.diagnostic
            case let other:
                throw call.mistake(
                    "failed to combine variables, expected dicts but got a 'dict' and a '\(other.typeName)'.")
            }
        }
        guard var result = maps.first else { return .dict(OrderedMap()) }
        for map in maps.dropFirst() { result = try merging.merge(result, map) }
        return .dict(result)
    }

    private static func rekey(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let duplicates = try call.text(2)
        guard duplicates == "error" || duplicates == "overwrite" else {
            throw call.mistake("duplicates parameter to rekey_on_member has unknown value: \(duplicates)")
        }
        let items: [Value]
        switch call.value {
        case .dict(let map): items = map.values
        case .list, .tuple: items = try call.elements()
        default: throw call.mistake("Type is not a valid list, set, or dict")
        }
        var result = OrderedMap()
        for item in items {
            guard case .dict(let map) = try item.forced() else {
                throw call.mistake("List item is not a valid dict")
            }
            guard let key = map[call[1]] else {
                throw call.mistake("Key \(try call.text(1)) was not found")
            }
            if result[key] != nil, duplicates == "error" {
                throw call.mistake("Key \(try key.representation()) is not unique, cannot convert to dict.")
            }
            result[key] = .dict(map)
        }
        return .dict(result)
    }
}
