//! Methods that change their receiver.

import Diagnostics
import Testing
import Values

@testable import Templates

@Suite struct MutationTests {
    @Test(arguments: [
        ("{% set x = [] %}{% for i in [1, 2] %}{% set _ = x.append(i) %}{% endfor %}{{ x }}", "[1, 2]"),
        ("{% set d = {'a': []} %}{% set _ = d.a.append(1) %}{% set _ = d['a'].append(2) %}{{ d }}", "{'a': [1, 2]}"),
        (
            "{% set ns = namespace(l=[]) %}{% for i in [1, 2] %}{% set _ = ns.l.append(i) %}{% endfor %}{{ ns.l }}",
            "[1, 2]"
        ),
        ("{% set x = [3, 1, 2] %}{{ x.pop() }}{{ x.pop(0) }}{{ x }}", "23[1]"),
        ("{% set x = [3, 1, 2] %}{% set _ = x.sort(reverse=true) %}{{ x }}", "[3, 2, 1]"),
        ("{{ v.append(3) or v }}", "[1, 2, 3]"),
        ("{% macro m() %}{% set _ = v.append(3) %}{% endmacro %}{{ m() }}{{ v }}", "[1, 2, 3]"),
        ("{% set d = {} %}{% set _ = d.update(a=1) %}{{ d.setdefault('b', 2) }}{{ d }}", "2{'a': 1, 'b': 2}"),
    ])
    func writesBack(_ template: String, _ expected: String) throws {
        #expect(try render(template, ["v": [1, 2]]) == expected)
    }

    /// Appending n items is linear only if no item moves while there is room for more.
    @Test func changesListsInPlace() throws {
        var items: [Value] = [1, 2, 3]
        items.reserveCapacity(100)
        var list = Value.list(items)
        items = []
        let before = address(of: list)
        _ = try Methods.call("append", on: &list, Arguments([4]), Machine(scope()))
        #expect(list == [1, 2, 3, 4])
        #expect(address(of: list) == before)
    }

    private func address(of value: Value) -> UnsafeRawPointer? {
        guard case .list(let items) = value else { return nil }
        return items.withUnsafeBytes(\.baseAddress)
    }
}
