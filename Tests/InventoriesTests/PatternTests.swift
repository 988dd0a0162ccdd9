//! Host patterns: the answers of ansible-core 2.19 for the same inventory.

import Diagnostics
import Inventories
import Testing
import Values

private let groups = """
    [p1:children]
    c1
    c2
    [c2]
    h2
    hp
    [p2:children]
    c3
    c1
    [c1]
    h1
    [c3]
    h3
    [p1]
    hp
    [c1:children]
    g1
    [g1]
    hg
    [z]
    h9
    """

@Suite struct PatternTests {
    @Test func groupsListTheirHostsLevelByLevel() throws {
        let inventory = try ini(groups).inventory
        #expect(inventory.groupNames == ["all", "ungrouped", "p1", "c2", "p2", "c1", "c3", "g1", "z"])
        #expect(inventory.hostNames(inGroup: "p1") == ["hp", "h2", "h1", "hg"])
        #expect(inventory.hostNames(inGroup: "p2") == ["h1", "h3", "hg"])
        #expect(inventory.hostNames(inGroup: "all") == ["hp", "h9", "h2", "h1", "h3", "hg"])
        #expect(inventory.groupsValue.dict?["c1"] == ["h1", "hg"])
    }

    @Test(arguments: [
        ("c1:c2", "h1 hg h2 hp"), ("c1,c2", "h1 hg h2 hp"), ("c1 , c2", "h1 hg h2 hp"), ("c*", "h2 hp h1 hg h3"),
        ("~h[12]", "h2 h1"), ("p1[0]", "hp"), ("p1[-1]", "hg"), ("p1[0:1]", "hp h2"), ("p1[1:]", "h2 h1 hg"),
        ("h9:c2:&p1", "h2 hp"), ("h*:!hp", "h2 h1 h3 hg h9"), ("!c1", "hp h9 h2 h3"), ("&c1", "h1 hg"), ("h1:h1", "h1"),
        ("p1[9]", ""), ("p2[1:2]", "h3 hg"), ("*:&c1", "h1 hg"), ("hg:h1:h2", "hg h1 h2"), ("all", "hp h9 h2 h1 h3 hg"),
        ("h?", "h2 hp h1 h3 hg h9"), ("all:!~h\\d", "hp hg"),
    ]) func means(_ pattern: String, _ hosts: String) throws {
        let found = try ini(groups).inventory.hosts(matching: pattern)
        #expect(found.hosts == hosts.split(separator: " ").map(String.init))
        #expect(found.warnings.isEmpty)
    }

    @Test(arguments: ["nope", "nope*", "web:2222", "fe80::1", "p1[-2:]", "g1[a]", "h[12]", "[fe80::1]"])
    func whatMatchesNothingWarns(_ pattern: String) throws {
        let found = try ini(groups).inventory.hosts(matching: pattern)
        #expect(found.hosts.isEmpty)
        #expect(found.warnings.count == 1)
    }

    @Test func nearMissesAreSuggested() throws {
        let found = try ini("[webservers]\nh1\n").inventory.hosts(matching: "webserver:!nope")
        #expect(found.warnings.map(\.help) == ["did you mean 'webservers'?", nil])
        #expect(throws: Diagnostic.self) { try ini("h\n").inventory.hosts(matching: "~(") }
    }

    @Test func limits() throws {
        let scratch = try Scratch(["only.txt": "h2\n# no\nh9\n\n"])
        let inventory = try ini(groups).inventory
        #expect(try inventory.hosts(matching: "all", limit: "@\(scratch.path)/only.txt").hosts == ["h9", "h2"])
        #expect(try inventory.hosts(matching: "p1", limit: "c2:!hp").hosts == ["h2"])
        #expect(try inventory.hosts(matching: "p1", limit: "h1,h9").hosts == ["h1"])
        #expect(throws: Diagnostic.self) { try inventory.hosts(matching: "all", limit: "@/nonexistent") }
    }
}
