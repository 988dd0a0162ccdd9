//! Random templates with the answers that ansible-core gave (`Differential/generate.py`).

import Diagnostics
import Templates
import Testing
import Values

@Suite struct DifferentialTests {
    /// Templates that are known to differ, with the reason in a comment line above.
    private func known() throws -> Set<String> {
        let text = String(decoding: try golden("differential.known.txt"), as: UTF8.self)
        return Set(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init))
    }

    @Test func agreesWithAnsible() throws {
        let variables = try JSON.parse(golden("differential.variables.json"))
        let known = try known()
        let batch = TemplateBatch()
        var count = 0
        for line in String(decoding: try golden("differential.jsonl"), as: UTF8.self).split(separator: "\n") {
            let expected = try JSON.parse(String(line))
            let template = try #require(expected["template"])
            let request: Value = .dict(["id": 0, "mode": "expr", "template": template, "vars": variables])
            let answer = try JSON.parse(batch.answer(try request.json()))
            count += 1
            let text = try template.representation()
            let agrees =
                if let kind = expected["kind"] {
                    answer["kind"] == kind
                } else {
                    // Compared as JSON text: 1, 1.0 and true are different answers.
                    try answer["value"]?.json() == expected["value"]?.json()
                }
            // What agrees by now has no place among the known ones.
            #expect(agrees != known.contains(text), "\(text): \(answer["error"]?.string ?? "")")
        }
        #expect(count >= 2000)
    }
}
