//! Lookups that arrange the lists they are given: the loops of `with_items` and its kin.

import Diagnostics
import Values

enum ListLookups {
    static let all: [Lookup] = [
        Lookup(
            "items", isPure: true, summary: "The items of the lists, one level flattened.",
            example: "{{ query('items', [1, [2]], 3) }} → [1, [2], 3]"
        ) {
            call throws(Diagnostic) in call.terms.flatMap { $0.list ?? [$0] }
        },
        Lookup(
            "list", isPure: true, summary: "The terms as they are.",
            example: "{{ query('list', [1, [2]], 3) }} → [[1, [2]], 3]"
        ) {
            call throws(Diagnostic) in call.terms
        },
        Lookup(
            "flattened", collection: "community.general", isPure: true, summary: "All items of nested lists.",
            example: "{{ query('flattened', [1, [2, [3]]]) }} → [1, 2, 3]"
        ) {
            call throws(Diagnostic) in flattened(call.terms)
        },
        Lookup(
            "indexed_items", isPure: true, summary: "Pairs of index and item.",
            example: "{{ query('indexed_items', ['a', 'b']) }} → [[0, 'a'], [1, 'b']]"
        ) {
            call throws(Diagnostic) in
            call.terms.flatMap { $0.list ?? [$0] }.enumerated().map { .tuple([.int($0.offset), $0.element]) }
        },
        Lookup(
            "together", isPure: true, summary: "Tuples of the items at the same place of each list.",
            example: "{{ query('together', ['a', 'b'], [1]) }} → [['a', 1], ['b', None]]"
        ) {
            call throws(Diagnostic) in
            let lists = call.terms.map { $0.list ?? [$0] }
            if lists.isEmpty { throw call.mistake("with_together requires at least one element in each list") }
            let longest = lists.map(\.count).max() ?? 0
            return (0..<longest).map { index in
                .list(lists.map { $0.indices.contains(index) ? $0[index] : .none })
            }
        },
        Lookup(
            "nested", isPure: true, summary: "All combinations of the lists' items.",
            example: "{{ query('nested', ['a', 'b'], [1]) }} → [['a', 1], ['b', 1]]"
        ) {
            call throws(Diagnostic) in
            let lists = call.terms.map { $0.list ?? [$0] }
            if lists.isEmpty {
                throw call.mistake("with_nested requires at least one element in the nested list")
            }
            return try Combinatorics.product(lists).map { .list(flattened($0)) }
        },
        Lookup(
            "cartesian", collection: "community.general", isPure: true,
            summary: "All combinations of the lists' items.",
            example: "{{ query('cartesian', [1, 2], [3]) }} → [[1, 3], [2, 3]]"
        ) {
            call throws(Diagnostic) in
            try Combinatorics.product(call.terms.map { $0.list ?? [$0] }).map { .list(flattened($0)) }
        },
        Lookup(
            "dict", isPure: true, summary: "The keys and values of dictionaries.",
            example: "{{ query('dict', {'a': 1}) }} → [{'key': 'a', 'value': 1}]"
        ) {
            call throws(Diagnostic) in
            var entries: [Value] = []
            for term in call.terms.flatMap({ $0.list ?? [$0] }) {
                guard case .dict(let map) = term else {
                    throw call.mistake("with_dict expects a dict, not \(term.typeName)")
                }
                entries += map.map {
                    .dict(OrderedMap(pairs: [(Value.string("key"), $0.key), (Value.string("value"), $0.value)]))
                }
            }
            return entries
        },
        Lookup(
            "subelements", isPure: true, summary: "Pairs of an item and each element of one of its lists.",
            example: "{{ query('subelements', [{'g': [1]}], 'g') }} → [[{}, 1]]"
        ) {
            call throws(Diagnostic) in try subelements(call)
        },
        Lookup("random_choice", summary: "One of the terms.", example: "{{ query('random_choice', 1) }} → [1]") {
            call throws(Diagnostic) in
            call.terms.randomElement().map { [$0] } ?? []
        },
    ]

    private static func flattened(_ items: [Value]) -> [Value] {
        items.flatMap { item -> [Value] in item.list.map(flattened) ?? [item] }
    }

    /// The item that a pair begins with no longer holds the list that the second part comes from.
    private static func subelements(_ call: LookupCall) throws(Diagnostic) -> [Value] {
        guard call.terms.count == 2 || call.terms.count == 3 else {
            throw call.mistake("subelements lookup expects a list of two or three items")
        }
        var skipsMissing = false
        if call.terms.count == 3, let skip = call.terms[2]["skip_missing"] { skipsMissing = try skip.isTruthy() }
        let items = call.terms[0].dict?.values ?? call.terms[0].list ?? []
        var kept: [Value] = []
        for item in items {
            if let skipped = item["skipped"], try skipped.isTruthy() { continue }
            kept.append(item)
        }
        let steps = try call.terms[1].text().split(separator: ".").map(String.init)
        return try Subelements.pairs(.list(kept), path: call.terms[1], skipsMissing: skipsMissing).map { pair in
            guard let parts = pair.list, parts.count == 2 else { return pair }
            return .tuple([removing(steps[...], from: parts[0]), parts[1]])
        }
    }

    private static func removing(_ steps: ArraySlice<String>, from item: Value) -> Value {
        guard case .dict(var map) = item, let first = steps.first else { return item }
        if steps.count == 1 {
            map.removeValue(forKey: .string(first))
        } else if let inner = map[first] {
            map[first] = removing(steps.dropFirst(), from: inner)
        }
        return .dict(map)
    }
}
