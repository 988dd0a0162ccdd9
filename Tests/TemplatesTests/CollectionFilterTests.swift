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

    @Test(arguments: [
        ("'192.168.0.0/16' | ipsubnet(20)", "16"), ("'192.168.0.0/16' | ipsubnet(20, 0)", "192.168.0.0/20"),
        ("'192.168.0.0/16' | ipsubnet(20, -1)", "192.168.240.0/20"),
        ("'192.168.0.0/16' | ipsubnet(20, 5)", "192.168.80.0/20"),
        ("'192.168.0.0/16' | ipsubnet(20, -5)", "192.168.176.0/20"), ("'192.168.144.5' | ipsubnet", "192.168.144.5/32"),
        ("'192.168.144.5' | ipsubnet(20)", "192.168.144.0/20"),
        ("'192.168.144.5' | ipsubnet(18, 0)", "192.168.128.0/18"),
        ("'192.168.144.5' | ipsubnet(18, -1)", "192.168.144.4/31"),
        ("'192.168.144.5' | ipsubnet(18, 5)", "192.168.144.0/23"),
        ("'192.168.144.5' | ipsubnet(18, -5)", "192.168.144.0/27"),
        ("'192.168.144.16/30' | ipsubnet('192.168.144.0/24')", "5"),
        ("'2001:db8::/32' | ipsubnet(48, 65535)", "2001:db8:ffff::/48"), ("'x' | ipsubnet", "False"),
        ("'192.168.1.255' | ipmath(5)", "192.168.2.4"),
        ("'2001::1' | ipmath(-2)", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("'10.0.0.0/8' | nthhost(-1)", "10.255.255.255"), ("'10.0.0.0/30' | nthhost(9)", "False"),
        ("'10.0.0.0/8' | nthhost(9223372036854775807)", "False"),
        ("'10.0.0.0/8' | network_in_network('10.1.0.0/16')", "True"),
        ("'10.1.0.0/16' | network_in_network('10.0.0.0/8')", "False"),
        ("'10.0.0.0/30' | network_in_usable('10.0.0.1')", "True"),
        ("['10.0.0.0/24', '10.0.1.0/24', '10.0.1.7'] | cidr_merge", "['10.0.0.0/23']"),
        (
            "['192.168.1.1', '192.168.1.2', '10.0.0.0/32'] | cidr_merge",
            "['10.0.0.0/32', '192.168.1.1/32', '192.168.1.2/32']"
        ),
        ("['192.168.1.1', '192.168.1.3'] | cidr_merge('span')", "192.168.1.0/30"),
        ("'192.168.122.1/24' | previous_nth_usable(2)", "None"), ("'192.0.2.1' | ip4_hex(':')", "c0:00:02:01"),
        ("'1a:2b:3c:4d:5e:6f' | hwaddr('cisco')", "1a2b.3c4d.5e6f"),
        ("'1a2b3c4d5e6f' | hwaddr('bare')", "1A2B3C4D5E6F"),
        ("'1a:2b:3c:4d:5e:6f' | hwaddr('pgsql')", "1a2b3c:4d5e6f"), ("'nonsense' | hwaddr", "False"),
        ("'x' | macaddr('bool')", "False"), ("'10.0.0.0/8' | slaac('1a:2b:3c:4d:5e:6f')", "False"),
        (
            "[100, 1688, 3002, 3003, 3004, 3005, 3102, 3103, 3104, 3105, 3802, 3900, 3998, 3999] | vlan_parser",
            "['100,1688,3002-3005,3102-3105,3802,3900,3998,3999']"
        ),
        ("['192.0.2.1', '::1', 'x'] | select('ansible.utils.ipv4_address')", "['192.0.2.1']"),
        (
            "('52:54:00' | community.general.random_mac(seed='a')) == ('52:54:00' | community.general.random_mac(seed='a'))",
            "True"
        ),
        ("'52:54:00' | community.general.random_mac is match('52:54:00(:[0-9a-f]{2}){3}$')", "True"),
    ])
    func networks(expression: String, expected: String) throws {
        #expect(try Template("{{ (\(expression)) | string }}|", at: nil).render(in: scope([:])) == expected + "|")
    }

    @Test(arguments: [
        ("[{'ab': 1, 'b': 2}] | keep_keys('a', matching_parameter='starts_with')", "[{'ab': 1}]"),
        ("[{'ab': 1, 'b': 2}] | remove_keys(['b$'], matching_parameter='ends_with')", "[{'ab': 1, 'b': 2}]"),
        ("[{'ab': 1, 'b': 2}] | remove_keys('^a', matching_parameter='regex')", "[{'b': 2}]"),
        ("[{'a': 1}] | replace_keys([{'before': 'a', 'after': 'b'}])", "[{'b': 1}]"),
        (
            "[{'n': 'b', 'v': 1}, {'n': 'a'}] | lists_mergeby([{'n': 'b', 'w': 2}], 'n')",
            "[{'n': 'a'}, {'n': 'b', 'v': 1, 'w': 2}]"
        ),
        (
            "[{'n': 'a', 'l': [1]}] | lists_mergeby([{'n': 'a', 'l': [2]}], index='n', recursive=true, list_merge='append')",
            "[{'n': 'a', 'l': [1, 2]}]"
        ),
        ("[1, 2, 2] | lists_union([3], [4, 1])", "[1, 2, 3, 4]"),
        ("[[1, 2], [2, 3]] | lists_intersect(flatten=true)", "[2]"),
        ("'abca' | counter", "{'a': 2, 'b': 1, 'c': 1}"),
    ])
    func keys(expression: String, expected: String) throws {
        #expect(try Template("{{ (\(expression)) | string }}|", at: nil).render(in: scope([:])) == expected + "|")
    }

    @Test(arguments: [
        "['x'] | cidr_merge", "'x' | ipmath(1)", "'x' | hwaddr('linux')", "'::1' | hwaddr('nosuch')",
        "'zz' | community.general.random_mac",
        "[5000] | vlan_parser", "[{'n': 1}] | groupby_as_dict('m')", "[{'n': 1}, {'n': 1}] | groupby_as_dict('n')",
        "5 | counter", "[1] | keep_keys('a')", "[{'a': 1}] | keep_keys('a', matching_parameter='x')",
        "[{'a': 1}] | lists_mergeby([])", "'::1' | ipmath(9223372036854775807)",
    ])
    func refusals(expression: String) { #expect(mistake("{{ \(expression) }}", [:])?.code == .templatePlugin) }

    private func query(_ expression: String) throws(Diagnostic) -> Value {
        let variables: OrderedMap = ["data": try JSON.parse(data), "expression": .string(expression)]
        return try Template("{{ data | community.general.json_query(expression) }}", at: nil)
            .evaluate(in: scope(variables)).materialized()
    }

    private func scope(_ variables: OrderedMap) -> RenderScope {
        RenderScope(DictionarySource(variables), environment: .standard)
    }
}
