//! Filters that take one list and give another, or one of its items.

import Diagnostics
import Values

enum ListFilters {
    static let all: [Builtin] = [
        .filter("list", summary: "The items, characters or keys as a list.", example: "{{ 'ab' | list }} → ['a', 'b']")
        {
            call throws(Diagnostic) in .list(try call.elements())
        },
        .filter(
            "length", aliases: ["count"], value: "obj", summary: "How many items or characters there are.",
            example: "{{ 'äöü' | length }} → 3"
        ) { call throws(Diagnostic) in
            guard let items = try call.value.elements() else {
                throw call.mistake("object of type '\(call.value.typeName)' has no len()")
            }
            return .int(items.count)
        },
        .filter("first", value: "seq", summary: "The first item.", example: "{{ [3, 1, 2] | first }} → 3") {
            call throws(Diagnostic) in
            try call.elements().first ?? .undefined(Undefined("No first item, sequence was empty."))
        },
        .filter("last", value: "seq", summary: "The last item.", example: "{{ [3, 1, 2] | last }} → 2") {
            call throws(Diagnostic) in
            guard let items = try call.value.elements() else {
                throw call.mistake("'\(call.value.typeName)' object is not reversible")
            }
            return items.last ?? .undefined(Undefined("No last item, sequence was empty."))
        },
        .filter(
            "join", [.optional("d", ""), .optional("attribute")], summary: "The items as one text.",
            example: "{{ [1, 2] | join('-') }} → 1-2"
        ) { call throws(Diagnostic) in
            let path = try AttributePath(call[2])
            var texts: [String] = []
            for item in try call.elements() { texts.append(try (try path?(item) ?? item).text()) }
            return .string(texts.joined(separator: try call.text(1)))
        },
        .filter(
            "sort", [.optional("reverse", false), .optional("case_sensitive", false), .optional("attribute")],
            summary: "The items in order, by one or more attributes.",
            example: "{{ ['b', 'C', 'a'] | sort }} → ['a', 'b', 'C']"
        ) { call throws(Diagnostic) in
            let key = try SortKey(call[3], caseSensitive: try call.truth(2))
            return .list(
                try Value.sorted(try call.elements(), reverse: try call.truth(1)) { item throws(Diagnostic) in
                    try key(item)
                })
        },
        .filter(
            "min", value: "a", [.optional("case_sensitive", false), .optional("attribute")],
            summary: "The smallest item.", example: "{{ [3, 1, 2] | min }} → 1"
        ) { call throws(Diagnostic) in try extreme(call, symbol: "<", wanted: .ascending) },
        .filter(
            "max", value: "a", [.optional("case_sensitive", false), .optional("attribute")],
            summary: "The largest item.", example: "{{ [3, 1, 2] | max }} → 3"
        ) { call throws(Diagnostic) in try extreme(call, symbol: ">", wanted: .descending) },
        .filter(
            "sum", value: "iterable", [.optional("attribute"), .optional("start", 0)],
            summary: "All items added up, beginning with `start`.", example: "{{ [1, 2, 3] | sum }} → 6"
        ) { call throws(Diagnostic) in
            let path = try AttributePath(call[1])
            var sum = call[2]
            for item in try call.elements() { sum = try sum.adding(try path?(item) ?? item) }
            return sum
        },
        .filter(
            "batch", [.required("linecount"), .optional("fill_with")], summary: "Lists of `linecount` items each.",
            example: "{{ [1, 2, 3] | batch(2, 'x') }} → [[1, 2], [3, 'x']]"
        ) { call throws(Diagnostic) in try batch(call) },
        .filter(
            "slice", [.required("slices"), .optional("fill_with")], summary: "The items spread over `slices` lists.",
            example: "{{ [1, 2, 3] | slice(2) }} → [[1, 2], [3]]"
        ) { call throws(Diagnostic) in try slice(call) },
        .filter(
            "unique", value: "a", [.optional("case_sensitive"), .optional("attribute")],
            summary: "Every item once; case does not matter unless `case_sensitive`.",
            example: "{{ ['a', 'A', 'b'] | unique }} → ['a', 'b']"
        ) { call throws(Diagnostic) in
            let key = try SortKey(call[2], caseSensitive: try call.truth(1))
            var seen: Set<Value> = []
            var unique: [Value] = []
            do throws(Diagnostic) {
                for item in try call.elements() where seen.insert(try key(item)).inserted { unique.append(item) }
            } catch {
                throw call[2].isNone ? error : call.mistake(error.message, help: error.help)
            }
            return .list(unique)
        },
        .filter(
            "groupby", [.required("attribute"), .optional("default"), .optional("case_sensitive", false)],
            summary: "Pairs of an attribute's value and the items that have it.",
            example: "{{ [{'n': 1}, {'n': 2}] | groupby('n') | map('first') }} → [1, 2]"
        ) { call throws(Diagnostic) in try group(call) },
        .filter(
            "flatten", value: "mylist", [.optional("levels"), .optional("skip_nulls", true)],
            summary: "The items of lists within the list, `levels` deep.",
            example: "{{ [1, [2, [3]]] | flatten(1) }} → [1, 2, [3]]"
        ) { call throws(Diagnostic) in
            .list(
                try flatten(
                    try call.elements(), levels: try call.optionalInteger(1), skipsNulls: try call.truth(2)))
        },
    ]

    private static func extreme(
        _ call: BuiltinCall, symbol: String, wanted: ValueOrder
    ) throws(Diagnostic) -> Value {
        let items = try call.elements()
        guard var best = items.first else {
            return .undefined(Undefined("No aggregated item, sequence was empty."))
        }
        let key = try SortKey(call[2], caseSensitive: try call.truth(1))
        var bestKey = try key(best)
        for item in items.dropFirst() {
            let itemKey = try key(item)
            guard try itemKey.order(bestKey, operator: symbol) == wanted else { continue }
            (best, bestKey) = (item, itemKey)
        }
        return best
    }

    /// A row ends when its length equals `linecount`: a number that no length equals makes one row.
    private static func batch(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let (items, size) = (try call.elements(), call[1].double)
        var rows: [[Value]] = []
        var row: [Value] = []
        for item in items {
            if Double(row.count) == size {
                rows.append(row)
                row = []
            }
            row.append(item)
        }
        if !items.isEmpty { rows.append(row) }
        if !call[2].isNone, !row.isEmpty {
            let missing = max(0, try call.integer(1)) - row.count
            try checkLength(missing)
            rows[rows.count - 1] += Array(repeating: call[2], count: max(0, missing))
        }
        return .list(rows.map(Value.list))
    }

    /// What is filled up to a number from the template may become no longer than a range.
    private static func checkLength(_ count: Int) throws(Diagnostic) {
        if count > RangeObject.maximumCount {
            throw Diagnostic(.templateRecursion, "a list of \(count) items is too long")
        }
    }

    private static func slice(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let (items, slices) = (try call.elements(), try call.integer(1))
        if slices == 0 { throw call.mistake("integer division or modulo by zero") }
        if slices < 0 { return .list([]) }
        try checkLength(slices)
        let (size, extra) = items.count.quotientAndRemainder(dividingBy: slices)
        var start = 0
        return .list(
            (0..<slices).map { index in
                let count = size + (index < extra ? 1 : 0)
                defer { start += count }
                var column = Array(items[start..<(start + count)])
                if !call[2].isNone, index >= extra { column.append(call[2]) }
                return .list(column)
            })
    }

    private static func group(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let path = try AttributePath(call[1], fallback: call[2])
        let caseSensitive = try call.truth(3)
        // Jinja asks for the shown attribute again where case does not matter, and then without the default.
        let shown = caseSensitive ? path : try AttributePath(call[1])
        let key = SortKey(paths: path.map { [$0] } ?? [], caseSensitive: caseSensitive)
        let sorted = try Value.sorted(try call.elements()) { item throws(Diagnostic) in try key(item) }
        var groups: [(key: Value, grouper: Value, items: [Value])] = []
        for item in sorted {
            let itemKey = try key(item)
            if let last = groups.last, try last.key.equals(itemKey) {
                groups[groups.count - 1].items.append(item)
            } else {
                groups.append((itemKey, try shown?(item) ?? item, [item]))
            }
        }
        return .list(groups.map { .tuple([$0.grouper, .list($0.items)]) })
    }

    static func flatten(_ items: [Value], levels: Int?, skipsNulls: Bool) throws(Diagnostic) -> [Value] {
        var flat: [Value] = []
        for item in items {
            let isNull = item.isNone || item == "None" || item == "null"
            if isNull {
                if !skipsNulls { flat.append(item) }
            } else if item.isSequence, levels.map({ $0 >= 1 }) ?? true {
                flat += try flatten(try item.iterated(), levels: levels.map { $0 - 1 }, skipsNulls: skipsNulls)
            } else {
                flat.append(item)
            }
        }
        return flat
    }
}

/// What items are compared by: themselves, an attribute, or several (`a,b`).
struct SortKey {
    private let paths: [AttributePath]
    private let caseSensitive: Bool

    init(paths: [AttributePath], caseSensitive: Bool) {
        self.paths = paths
        self.caseSensitive = caseSensitive
    }

    init(_ attribute: Value, caseSensitive: Bool) throws(Diagnostic) {
        var paths: [AttributePath] = []
        if case .string(let text) = attribute {
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                if let path = try AttributePath(.string(String(part))) { paths.append(path) }
            }
        } else if let path = try AttributePath(attribute) {
            paths = [path]
        }
        self.init(paths: paths, caseSensitive: caseSensitive)
    }

    func callAsFunction(_ item: Value) throws(Diagnostic) -> Value {
        var keys: [Value] = []
        for path in paths { keys.append(try folded(try path(item))) }
        return keys.isEmpty ? try folded(item) : keys.count == 1 ? keys[0] : .list(keys)
    }

    private func folded(_ value: Value) throws(Diagnostic) -> Value {
        if case .undefined(let reason) = value { throw reason.diagnostic }
        return caseSensitive ? try value.plain() : try value.foldingCase()
    }
}
