//! Filters of the collection community.general that playbooks use.

import Diagnostics
import Values

enum GeneralFilters {
    private static let collection = "community.general"

    static let all: [Builtin] = [
        .filter(
            "json_query", collection: collection, value: "data", [.required("expr")],
            summary: "What a JMESPath expression finds in the value.",
            example: "{{ [{'n': 'a', 'v': 1}, {'n': 'b', 'v': 2}] | json_query('[?v > `1`].n') }} → ['b']"
        ) { call throws(Diagnostic) in try JMESPath(try call.text(1)).search(try call.value.plain()) },
        .filter(
            "version_sort", collection: collection, [.optional("reverse", false)], summary: "Versions in order.",
            example: "{{ ['2.10', '2.9'] | version_sort }} → ['2.9', '2.10']"
        ) { call throws(Diagnostic) in
            var sorted: [Value] = []
            for item in try call.elements() {
                let text = try item.text()
                var place = sorted.count
                while place > 0, try Versions.compare(text, try sorted[place - 1].text(), .loose) < 0 { place -= 1 }
                sorted.insert(item, at: place)
            }
            return .list(try call.truth(1) ? sorted.reversed() : sorted)
        },
        .filter(
            "dict", collection: collection, value: "sequence", summary: "A dictionary of pairs.",
            example: "{{ [['a', 1], ['b', 2]] | community.general.dict }} → {'a': 1, 'b': 2}"
        ) { call throws(Diagnostic) in
            var map = OrderedMap()
            for item in try call.elements() {
                guard let pair = try item.elements(), pair.count == 2 else {
                    throw call.mistake("every item has to be a pair, not \(try item.representation())")
                }
                map[pair[0]] = pair[1]
            }
            return .dict(map)
        },
        .filter(
            "dict_kv", collection: collection, [.required("key")], summary: "A dictionary with this value under a key.",
            example: "{{ 5 | dict_kv('a') }} → {'a': 5}"
        ) { call throws(Diagnostic) in .dict(OrderedMap(pairs: [(call[1], call.value)])) },
        .filter(
            "from_csv", collection: collection, value: "data",
            [
                .optional("dialect", "excel"), .keyword("fieldnames"), .keyword("delimiter"),
                .keyword("skipinitialspace", false),
            ],
            summary: "The rows of a CSV text as dictionaries.",
            example: "{{ 'a,b\n1,2' | from_csv }} → [{'a': '1', 'b': '2'}]"
        ) { call throws(Diagnostic) in try fromCSV(call) },
    ]

    private static func fromCSV(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let dialect = try call.text(1)
        guard let standard: Unicode.Scalar = ["excel": ",", "excel-tab": "\t", "unix": ","][dialect] else {
            throw call.mistake("the CSV dialect '\(dialect)' is unknown", help: "use excel, excel-tab or unix")
        }
        let delimiter = try call.optionalText(3)?.unicodeScalars.first ?? standard
        var rows = CSV.rows(try call.text(), delimiter: delimiter)
        var names: [String] = []
        if call[2].isNone {
            guard !rows.isEmpty else { return .list([]) }
            names = rows.removeFirst()
        } else {
            for name in try call.elements(2) { names.append(try name.text()) }
        }
        let strips = try call.truth(4)
        return .list(
            rows.map { row in
                .dict(
                    OrderedMap(
                        names.enumerated().map { index, name in
                            guard row.indices.contains(index) else { return (name, Value.none) }
                            return (name, .string(strips ? String(row[index].drop { $0 == " " }) : row[index]))
                        }))
            })
    }
}
