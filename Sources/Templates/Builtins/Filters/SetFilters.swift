//! Set theory and combinatorics on lists.

import Diagnostics
import Values

enum SetFilters {
    static let all: [Builtin] = [
        .filter(
            "union", value: "a", [.required("b")], summary: "The items of both lists, each once.",
            example: "{{ [1, 2] | union([2, 3]) }} → [1, 2, 3]"
        ) { call throws(Diagnostic) in
            .list(PythonSet(try plain(call, 0)).union(PythonSet(try plain(call, 1))).items)
        },
        .filter(
            "intersect", value: "a", [.required("b")], summary: "The items that both lists have.",
            example: "{{ [1, 2] | intersect([2, 3]) }} → [2]"
        ) { call throws(Diagnostic) in
            .list(PythonSet(try plain(call, 0)).intersection(PythonSet(try plain(call, 1))).items)
        },
        .filter(
            "difference", value: "a", [.required("b")], summary: "The items that only the first list has.",
            example: "{{ [1, 2] | difference([2, 3]) }} → [1]"
        ) { call throws(Diagnostic) in
            .list(PythonSet(try plain(call, 0)).subtracting(PythonSet(try plain(call, 1))).items)
        },
        .filter(
            "symmetric_difference", value: "a", [.required("b")], summary: "The items that only one list has.",
            example: "{{ [1, 2] | symmetric_difference([2, 3]) }} → [1, 3]"
        ) { call throws(Diagnostic) in
            .list(PythonSet(try plain(call, 0)).symmetricDifference(PythonSet(try plain(call, 1))).items)
        },
        .filter(
            "zip", [.variadic("iterables"), .keyword("strict", false)],
            summary: "Tuples of the items at the same place, as long as the shortest list.",
            example: "{{ [1, 2] | zip(['a', 'b', 'c']) }} → [[1, 'a'], [2, 'b']]"
        ) { call throws(Diagnostic) in
            let lists = try lists(call)
            let count = lists.map(\.count).min() ?? 0
            if try call.truth(1), lists.contains(where: { $0.count != count }) {
                throw call.mistake("the arguments of zip() have different lengths")
            }
            return .list((0..<count).map { index in .tuple(lists.map { $0[index] }) })
        },
        .filter(
            "zip_longest", [.variadic("iterables"), .keyword("fillvalue")],
            summary: "Tuples of the items at the same place, as long as the longest list.",
            example: "{{ [1] | zip_longest(['a', 'b'], fillvalue=0) }} → [[1, 'a'], [0, 'b']]"
        ) { call throws(Diagnostic) in
            let lists = try lists(call)
            return .list(
                (0..<(lists.map(\.count).max() ?? 0)).map { index in
                    .tuple(lists.map { $0.indices.contains(index) ? $0[index] : call[1] })
                })
        },
        .filter(
            "product", [.variadic("iterables"), .keyword("repeat", 1)],
            summary: "All combinations of the lists' items.",
            example: "{{ [1, 2] | product([3, 4]) }} → [[1, 3], [1, 4], [2, 3], [2, 4]]"
        ) { call throws(Diagnostic) in
            let once = try lists(call)
            let lists = Array(repeating: once, count: max(0, try call.integer(1))).flatMap { $0 }
            return .list(try Combinatorics.product(lists).map(Value.tuple))
        },
        .filter(
            "permutations", [.optional("r")], summary: "All orders of the items, or of `r` of them.",
            example: "{{ [1, 2] | permutations }} → [[1, 2], [2, 1]]"
        ) { call throws(Diagnostic) in
            let items = try call.elements()
            let count = try call.optionalInteger(1) ?? items.count
            guard count >= 0 else { throw call.mistake("r must be non-negative") }
            return .list(try Combinatorics.permutations(items, count).map(Value.tuple))
        },
        .filter(
            "combinations", [.required("r")], summary: "All choices of `r` items.",
            example: "{{ [1, 2, 3] | combinations(2) }} → [[1, 2], [1, 3], [2, 3]]"
        ) { call throws(Diagnostic) in
            let (items, count) = (try call.elements(), try call.integer(1))
            guard count >= 0 else { throw call.mistake("r must be non-negative") }
            return .list(try Combinatorics.combinations(items, count).map(Value.tuple))
        },
    ]

    private static func lists(_ call: BuiltinCall) throws(Diagnostic) -> [[Value]] {
        var lists = [try call.elements()]
        for argument in call.variadic { lists.append(try argument.iterated()) }
        return lists
    }

    private static func plain(_ call: BuiltinCall, _ index: Int) throws(Diagnostic) -> [Value] {
        var items: [Value] = []
        // Nothing is looked for where there is nothing to find: then the other list may be anything.
        if index == 1, try !call.truth(0), ["intersect", "difference"].contains(call.builtin.names[0]),
            try call[1].elements() == nil
        {
            return []
        }
        for item in try call.elements(index) { items.append(try item.plain()) }
        return items
    }
}

/// Python's itertools, in its order, with a limit to what a template may ask for.
enum Combinatorics {
    private static let limit = 2_000_000

    static func product(_ lists: [[Value]]) throws(Diagnostic) -> [[Value]] {
        var rows: [[Value]] = [[]]
        for list in lists {
            try check(rows.count.multipliedReportingOverflow(by: list.count))
            rows = rows.flatMap { row in list.map { row + [$0] } }
        }
        return rows
    }

    static func permutations(_ items: [Value], _ count: Int) throws(Diagnostic) -> [[Value]] {
        var rows: [[Int]] = [[]]
        guard count <= items.count else { return [] }
        for _ in 0..<count {
            try check(rows.count.multipliedReportingOverflow(by: items.count))
            rows = rows.flatMap { row in items.indices.filter { !row.contains($0) }.map { row + [$0] } }
        }
        return rows.map { row in row.map { items[$0] } }
    }

    static func combinations(_ items: [Value], _ count: Int) throws(Diagnostic) -> [[Value]] {
        var rows: [[Int]] = [[]]
        guard count <= items.count else { return [] }
        for _ in 0..<count {
            try check(rows.count.multipliedReportingOverflow(by: items.count))
            rows = rows.flatMap { row in ((row.last.map { $0 + 1 } ?? 0)..<items.count).map { row + [$0] } }
        }
        return rows.map { row in row.map { items[$0] } }
    }

    private static func check(_ size: (partialValue: Int, overflow: Bool)) throws(Diagnostic) {
        guard !size.overflow, size.partialValue <= limit else {
            throw Diagnostic(.templateRuntime, "more than \(limit) combinations")
        }
    }
}
