//! Filters over items do not look into what is false.

import Diagnostics
import Templates
import Testing
import Values

@Suite struct FalseValueTests {
    @Test(arguments: ["0 | map('upper')", "none | select", "false | rejectattr('x')", "'' | map('nosuch')", "[] | map"])
    func yieldNothing(expression: String) throws {
        let template = Template("{{ \(expression) | list }}", at: nil)
        #expect(try template.evaluate(in: scope([:])) == .list([]))
    }

    @Test func trueOnesHaveToBeIterable() {
        #expect(throws: Diagnostic.self) { try Template("{{ 1 | map('upper') }}", at: nil).evaluate(in: scope([:])) }
    }
}
