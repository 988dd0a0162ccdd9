//! INI inventories: what ansible-core 2.19 reads from the same lines.

import Diagnostics
import Inventories
import Templates
import Testing
import Values

@Suite struct INITests {
    @Test func groupsChildrenAndRanges() throws {
        let inventory = try ini(
            """
            # comment
            loose
            [web] # more
            web[01:03].ex
            ; another
            [db]
            db[a:c] x=1
            step[0:10:5]
            [prod:children]
            web
            db
            [six]
            [2001:db8::1]:22
            """
        ).inventory
        #expect(inventory.groupNames == ["all", "ungrouped", "web", "db", "prod", "six"])
        #expect(inventory.hostNames(inGroup: "web") == ["web01.ex", "web02.ex", "web03.ex"])
        #expect(inventory.hostNames(inGroup: "db") == ["dba", "dbb", "dbc", "step0", "step5", "step10"])
        #expect(inventory.hostNames(inGroup: "ungrouped") == ["loose"])
        #expect(inventory.hostNames(inGroup: "prod").count == 9)
        #expect(inventory.hostNames(inGroup: "six") == ["2001:db8::1"])
        #expect(try inventory.constant("ansible_port", of: "2001:db8::1") == 22)
        #expect(inventory.groupNames(of: "dba") == ["db", "prod"])
        #expect(inventory.groupNames(of: "loose") == [])
    }

    @Test(
        arguments: [
            ("5", .int(5)), ("True", true), ("true", "true"), ("None", Value.none), ("0755", "0755"),
            ("[1,2]", [1, 2]),
            ("{'a':1}", "{a:1}"), ("\"{'a':1}\"", ["a": 1]), ("'x y'", "x y"), ("'5'", 5), ("1.5", .float(1.5)),
            ("1e3", .float(1_000)), ("", ""), ("a=b", "a=b"), ("5,6", [5, 6]), ("0x10", 16), ("v#w", "v"),
            ("1_0", 10), ("0o17", 15), ("-5", -5), ("+5", 5), ("{1,2}", [1, 2]), ("\"'a' 'b'\"", "ab"), ("00", 0),
            ("b\"x\"", "bx"), ("\"[1, {'a': (1,)}]\"", [1, ["a": [1]]]), ("1.2.3.4", "1.2.3.4"), ("1-2", "1-2"),
            ("12ab", "12ab"),
        ] as [(String, Value)])
    func hostVariablesAreTyped(_ text: String, _ expected: Value) throws {
        let loaded = try ini("h v=\(text)\n")
        #expect(loaded.warnings.isEmpty)
        #expect(try loaded.inventory.constant("v", of: "h") == expected)
    }

    @Test(
        arguments: [
            ("5", .int(5)), ("plain text # here", "plain text # here"), ("'a b' # c", "a b"), ("\"a\"", "a"),
            ("a#b", "a#b"), ("['a', \"b\"]", ["a", "b"]), ("1.", .float(1)), ("(1,2)", [1, 2]), ("1 + 1", "1 + 1"),
            ("", ""), ("a=b", "a=b"),
        ] as [(String, Value)])
    func groupVariablesAreTyped(_ text: String, _ expected: Value) throws {
        let inventory = try ini("[g]\nh\n[g:vars]\nv = \(text)\n").inventory
        #expect(try inventory.constant("v", of: "h") == expected)
    }

    @Test func templatesStayTemplates() throws {
        let inventory = try ini("h v=\"{{ x }}\"\n").inventory
        guard case .template(let template)? = try inventory.layers(for: "h", playbookDirectory: nil).last?["v"] else {
            Issue.record("no template")
            return
        }
        #expect(template.text == "{{ x }}")
    }

    @Test(arguments: [
        ("a b c=1", "expected 'name=value', found 'b'", 1, 3), ("[web\na", "not closed", 1, 1),
        ("[web:foo]\na", "unknown kind 'foo'", 1, 2), ("[web]\n[web:vars]\nx", "expected 'name=value'", 3, 1),
        ("[web:children]\nnope", "'nope', which is not defined", 2, 1), ("[web:vars]\na=1", "not defined", 1, 2),
        ("[web:children]\nx y\n[x]", "name of one group", 2, 1), ("[web:children]\nweb", "cannot stand below", 2, 1),
        ("[a]\n[b]\n[a:children]\nb\n[b:children]\na", "cannot stand below", 6, 1), ("[we b]\nh", "group's name", 1, 2),
        ("-oProxyCommand=x", "taken for an option", 1, 1), ("h[1:]", "last value", 1, 1),
        ("x[01:3]", "number of digits", 1, 1), ("h:99999", "no valid port", 1, 1), ("h x='a", "never closed", 1, 5),
        ("[a:children]\nb\n[b:children]\na\n[b]\nh", "cannot stand below", 4, 1),
    ]) func mistakesHavePlaces(_ text: String, _ message: String, _ line: Int, _ column: Int) throws {
        let loaded = try ini(text + "\n")
        let mistake = try #require(loaded.warnings.first)
        #expect(mistake.message.contains(message), "\(mistake.message)")
        #expect(mistake.range?.position.line == line)
        #expect(mistake.range?.position.column == column)
        #expect(loaded.warnings.last?.message.hasPrefix("Unable to parse ") == true)
        #expect(loaded.unparsed.count == 1)
    }
}
