//! JMESPath and the ipaddr family.

import Diagnostics
import Templates
import Testing
import Values

@Suite struct CollectionFilters {
    private let data = #"""
        {"people": [{"name": "bob", "age": 30, "tags": ["x", "y"]}, {"name": "al", "age": 20, "tags": ["z"]}],
         "ports": {"http": {"n": 80}, "ssh": {"n": 22}}, "nested": [[1, 2], [3]], "a-b": 1, "flag": true}
        """#

    @Test(arguments: [
        ("people[0].name", #""bob""#), ("people[-1].age", "20"), ("people[*].name", #"["bob", "al"]"#),
        ("people[?age > `25`].name", #"["bob"]"#), ("people[?name=='al'] | [0].age", "20"),
        ("people[].tags[]", #"["x", "y", "z"]"#), ("people[*].tags[0]", #"["x", "z"]"#), ("ports.*.n", "[80, 22]"),
        ("nested[]", "[1, 2, 3]"), ("\"a-b\"", "1"),
        ("people[*].[name, age]", #"[["bob", 30], ["al", 20]]"#), ("length(people)", "2"),
        ("sort_by(people, &age)[*].name", #"["al", "bob"]"#), ("max_by(people, &age).name", #""bob""#),
        ("join(', ', people[*].name)", #""bob, al""#), ("people[?contains(tags, 'z')].name | [0]", #""al""#),
        ("keys(ports)", #"["http", "ssh"]"#), ("missing", "null"), ("missing.deeper[0]", "null"),
        ("people[?age > `25` && name == 'bob'] | length(@)", "1"), ("!flag", "false"), ("missing || 'x'", #""x""#),
        ("nested[0][::-1]", "[2, 1]"), ("people[:1].name", #"["bob"]"#), ("map(&age, people)", "[30, 20]"),
        ("people[?starts_with(name, 'b')] | [0].name", #""bob""#), ("sum(people[*].age)", "50"),
        ("ports.http.n == `80`", "true"), ("to_string(`[1]`)", #""[1]""#),
        ("{x: flag, y: nested[1]}", #"{"x": true, "y": [3]}"#),
    ])
    func jmesPath(expression: String, expected: String) throws {
        #expect(try query(expression).json() == expected)
    }

    @Test(arguments: ["people[", "people.", "foo bar", "nosuch(@)", "people[?age >]", "`", "sort_by(people, age)"])
    func refusesBadExpressions(expression: String) {
        #expect(throws: Diagnostic.self) { try query(expression) }
    }

    @Test(arguments: [
        ("'192.0.2.10/24' | ipaddr", "192.0.2.10/24"), ("'192.0.2.10/24' | ipaddr('address')", "192.0.2.10"),
        ("'192.0.2.0/24' | ipaddr('address')", "False"), ("'192.0.2.10/24' | ipaddr('netmask')", "255.255.255.0"),
        ("'192.0.2.10/24' | ipaddr('broadcast')", "192.0.2.255"), ("'192.0.2.10/24' | ipaddr('prefix')", "24"),
        ("'192.0.2.10/255.255.255.128' | ipaddr('subnet')", "192.0.2.0/25"),
        ("'192.0.2.10/24' | ipaddr('1')", "192.0.2.1/24"),
        ("'192.0.2.0/24' | ipaddr('-1')", "192.0.2.255/24"), ("'192.0.2.0/24' | ipaddr('size')", "256"),
        ("'x' | ipaddr", "False"),
        ("'10.1.2.3' | ipaddr('10.0.0.0/8')", "10.1.2.3"), ("'11.1.2.3' | ipaddr('10.0.0.0/8')", "False"),
        ("['10.0.0.1', '8.8.8.8'] | ipaddr('private')", "['10.0.0.1']"), ("'fe80::1/64' | ipv4", "False"),
        ("'10.0.0.1' | ipaddr('revdns')", "1.0.0.10.in-addr.arpa."), ("'::1' | ipwrap", "[::1]"),
        ("'2001:db8::1/64' | ansible.utils.ipaddr('network')", "2001:db8::"), ("'10.0.0.1' | ipwrap", "10.0.0.1"),
    ])
    func addresses(expression: String, expected: String) throws {
        #expect(try Template("{{ \(expression) }}|", at: nil).render(in: scope([:])) == expected + "|")
    }

    private func query(_ expression: String) throws(Diagnostic) -> Value {
        let variables: OrderedMap = ["data": try JSON.parse(data), "expression": .string(expression)]
        return try Template("{{ data | community.general.json_query(expression) }}", at: nil)
            .evaluate(in: scope(variables)).materialized()
    }

    private func scope(_ variables: OrderedMap) -> RenderScope {
        RenderScope(DictionarySource(variables), environment: .standard)
    }
}
