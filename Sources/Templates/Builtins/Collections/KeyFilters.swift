//! Filters of community.general for lists of dictionaries and lists of lists.

import Diagnostics
import Regexes
import Values

enum KeyFilters {
    private static let collection = "community.general"

    static let all: [Builtin] = [
        .filter(
            "keep_keys", collection: collection, value: "data",
            [.required("target"), .optional("matching_parameter", "equal")],
            summary: "Dictionaries with none but these keys.",
            example: "{{ [{'a': 1, 'b': 2}] | keep_keys(target=['a']) }} → [{'a': 1}]"
        ) { call throws(Diagnostic) in try select(call, keeps: true) },
        .filter(
            "remove_keys", collection: collection, value: "data",
            [.required("target"), .optional("matching_parameter", "equal")],
            summary: "Dictionaries without these keys.",
            example: "{{ [{'a': 1, 'b': 2}] | remove_keys(target=['a']) }} → [{'b': 2}]"
        ) { call throws(Diagnostic) in try select(call, keeps: false) },
        .filter(
            "replace_keys", collection: collection, value: "data",
            [.required("target"), .optional("matching_parameter", "equal")],
            summary: "Dictionaries with keys renamed from `before` to `after`.",
            example: "{{ [{'a': 1}] | replace_keys(target=[{'before': 'a', 'after': 'x'}]) }} → [{'x': 1}]"
        ) { call throws(Diagnostic) in try replace(call) },
        .filter(
            "lists_mergeby", collection: collection,
            [.variadic("terms"), .keyword("index"), .keyword("recursive", false), .keyword("list_merge", "replace")],
            summary: "Lists of dictionaries as one, those with the same attribute merged.",
            example:
                "{{ [{'n': 'a', 'v': 1}] | lists_mergeby([{'n': 'a', 'w': 2}], 'n') }} → [{'n': 'a', 'v': 1, 'w': 2}]"
        ) { call throws(Diagnostic) in try merge(call) },
        .filter(
            "groupby_as_dict", collection: collection, value: "sequence", [.required("attribute")],
            summary: "A dictionary of dictionaries by one of their attributes, which has to be unique.",
            example: "{{ [{'n': 'a', 'v': 1}] | groupby_as_dict('n') }} → {'a': {'n': 'a', 'v': 1}}"
        ) { call throws(Diagnostic) in
            var map = OrderedMap()
            for item in try call.elements() {
                guard case .dict(let entry) = try item.forced() else {
                    throw call.mistake("Sequence element is not a mapping")
                }
                guard let key = entry[call[1]] else {
                    throw call.mistake("Attribute not contained in element of sequence")
                }
                if map[key] != nil {
                    throw call.mistake("Multiple sequence entries have attribute value \(try key.representation())")
                }
                map[key] = .dict(entry)
            }
            return .dict(map)
        },
        .filter(
            "counter", collection: collection, value: "sequence", summary: "How often each item occurs.",
            example: "{{ ['a', 'b', 'a'] | counter }} → {'a': 2, 'b': 1}"
        ) { call throws(Diagnostic) in
            guard call.value.string != nil || call.value.isSequence || call.value.isMapping else {
                throw call.mistake("Argument for community.general.counter must be a sequence (string or list)")
            }
            var map = OrderedMap()
            for item in try call.elements() {
                map[try item.hashable()] = .int((map[try item.hashable()]?.int ?? 0) + 1)
            }
            return .dict(map)
        },
        lists("lists_union", "The items of all lists, each once.", "{{ [1, 2] | lists_union([2, 3]) }} → [1, 2, 3]") {
            $0 + $1
        },
        lists("lists_intersect", "The items that all lists have.", "{{ [1, 2] | lists_intersect([2, 3]) }} → [2]") {
            let others = Set($1)
            return $0.filter(others.contains)
        },
        lists(
            "lists_difference", "The items that only the first list has.", "{{ [1, 2] | lists_difference([2]) }} → [1]"
        ) {
            let others = Set($1)
            return $0.filter { !others.contains($0) }
        },
        lists(
            "lists_symmetric_difference", "The items that only one list has.",
            "{{ [1, 2] | lists_symmetric_difference([2, 3]) }} → [1, 3]"
        ) {
            let (left, right) = (Set($0), Set($1))
            return $0.filter { !right.contains($0) } + $1.filter { !left.contains($0) }
        },
    ]

    private static func lists(
        _ name: String, _ summary: String, _ example: String,
        _ combine: @escaping @Sendable ([Value], [Value]) -> [Value]
    ) -> Builtin {
        .filter(
            name, collection: collection, [.variadic("lists"), .keyword("flatten", false)], summary: summary,
            example: example
        ) { call throws(Diagnostic) in
            var lists: [Value] = [call.value] + call.variadic
            if try call.truth(1) { lists = try call.elements() + call.variadic }
            var result: [Value]?
            for list in lists {
                guard list.isSequence else { throw call.mistake("'\(list.typeName)' is no list") }
                var items: [Value] = []
                for item in try list.iterated() { items.append(try item.plain()) }
                result = result.map { combine($0, items) } ?? items
            }
            var seen: Set<Value> = []
            return .list((result ?? []).filter { seen.insert($0).inserted })
        }
    }

    /// Whether a key is meant by one of the targets.
    private static func matcher(
        _ call: BuiltinCall, _ targets: [String]
    ) throws(Diagnostic) -> (String) throws(Diagnostic) -> Int? {
        switch try call.text(2) {
        case "equal": return { key in targets.firstIndex(of: key) }
        case "starts_with": return { key in targets.firstIndex { key.hasPrefix($0) } }
        case "ends_with": return { key in targets.firstIndex { key.hasSuffix($0) } }
        case "regex":
            var patterns: [Pattern] = []
            for target in targets { patterns.append(try Pattern.cached(target)) }
            return { key throws(Diagnostic) in
                for (index, pattern) in patterns.enumerated() where try pattern.match(key) != nil { return index }
                return nil
            }
        case let name:
            throw call.mistake(
                "The value of the matching_parameter is '\(name)'",
                help: Suggestion.help(for: name, among: ["equal", "starts_with", "ends_with", "regex"]))
        }
    }

    private static func dictionaries(_ call: BuiltinCall) throws(Diagnostic) -> [OrderedMap] {
        guard call.value.isSequence else {
            throw call.mistake("First argument must be a list, not \(call.value.typeName)")
        }
        var maps: [OrderedMap] = []
        for item in try call.elements() {
            guard case .dict(let map) = try item.forced() else {
                throw call.mistake("The elements of the data list must be dictionaries, not \(item.typeName)")
            }
            maps.append(map)
        }
        return maps
    }

    private static func select(_ call: BuiltinCall, keeps: Bool) throws(Diagnostic) -> Value {
        var targets: [String] = []
        if let single = call[1].string {
            targets = [single]
        } else {
            for target in try call.elements(1) { targets.append(try target.text()) }
        }
        let match = try matcher(call, targets)
        var result: [Value] = []
        for map in try dictionaries(call) {
            var kept = OrderedMap()
            for (key, value) in map where (try match(try key.text()) != nil) == keeps { kept[key] = value }
            result.append(.dict(kept))
        }
        return .list(result)
    }

    private static func replace(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        var (before, after): ([String], [Value]) = ([], [])
        for target in call[1].isMapping ? [call[1]] : try call.elements(1) {
            guard let pair = try target.forced().dict, let old = pair["before"], let new = pair["after"] else {
                throw call.mistake("every target needs 'before' and 'after'")
            }
            before.append(try old.text())
            after.append(new)
        }
        let match = try matcher(call, before)
        var result: [Value] = []
        for map in try dictionaries(call) {
            var renamed = OrderedMap()
            for (key, value) in map { renamed[try match(try key.text()).map { after[$0] } ?? key] = value }
            result.append(.dict(renamed))
        }
        return .list(result)
    }

    private static func merge(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        var lists = [call.value] + call.variadic
        var index = call[1]
        // The attribute may stand behind the lists.
        if index.isNone, let last = lists.last, last.string != nil { index = lists.removeLast() }
        guard let name = index.string else {
            throw call.mistake("an attribute to merge by is needed", help: "write index='name'")
        }
        var merging = Merging()
        merging.isRecursive = try call.truth(2)
        merging.lists = try Merging.Lists(named: try call.text(3))
        var merged = OrderedMap()
        for list in try ListFilters.flatten(lists, levels: nil, skipsNulls: true) {
            guard case .dict(let map) = try list.forced() else {
                throw call.mistake("Elements of list arguments must be dictionaries, not \(list.typeName)")
            }
            guard let key = map[name] else { continue }
            if case .dict(let old)? = merged[key] {
                merged[key] = .dict(try merging.merge(old, map))
            } else {
                merged[key] = .dict(map)
            }
        }
        let sorted = try Value.sorted(Array(merged), reverse: false) { entry throws(Diagnostic) in entry.key }
        return .list(sorted.map(\.value))
    }
}
