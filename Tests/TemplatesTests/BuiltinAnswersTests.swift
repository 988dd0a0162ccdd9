//! Filters and tests against answers recorded from ansible-core, and every example of the reference against itself.

import Diagnostics
import FoundationEssentials
import Templates
import Testing
import Values

@Suite struct BuiltinAnswers {
    private static let variables: OrderedMap = [
        "d": ["b": 2, "a": 1], "l": [3, 1, 2], "ls": ["b", "a", "C"], "s": "hello World", "n": 42,
        "ld": [["n": "x", "v": 2], ["n": "y", "v": 1], ["n": "x", "v": 3]],
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        let template: String
        let value: Value?
        var testDescription: String { template }
    }

    static let cases: [Case] = {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard let data = try? Data(contentsOf: URL(filePath: "\(folder)/Goldens/builtins.jsonl")) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            guard let entry = try? JSON.parse(String(line)), let template = entry["template"]?.string else {
                return nil
            }
            return Case(template: template, value: entry["value"])
        }
    }()

    @Test func theGoldensAreThere() { #expect(Self.cases.count > 250) }

    @Test(arguments: cases) func equalTheOracles(_ example: Case) throws {
        let batch = TemplateBatch()
        let request: Value = [
            "id": "x", "mode": "expr", "template": .string(example.template), "vars": .dict(Self.variables),
        ]
        let answer = try JSON.parse(batch.answer(try request.json()))
        if let value = example.value {
            #expect(try answer["value"]?.json() == value.json(), Comment(rawValue: answer["error"]?.string ?? ""))
        } else {
            #expect(answer["error"] != nil)
        }
    }

    /// `vault` has a result that never is the same.
    @Test(arguments: (Builtin.filters + Builtin.tests + Builtin.globals).filter { $0.names[0] != "vault" })
    func examplesAreTrue(_ builtin: Builtin) throws {
        let parts = builtin.example.split(separator: " → ", maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2, Comment(rawValue: builtin.example))
        let source = DictionarySource([:])
        let scope = RenderScope(source, environment: .standard)
        let rendered = try Template(String(parts[0]) + "|", at: nil).render(in: scope)
        #expect(rendered == parts[1] + "|")
    }

    @Test func namesAreUnique() {
        for builtins in [Builtin.filters, Builtin.tests, Builtin.globals] {
            let names = builtins.flatMap(\.names)
            #expect(Set(names).count == names.count)
        }
    }
}
