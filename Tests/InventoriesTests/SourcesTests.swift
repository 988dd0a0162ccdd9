//! YAML files, directories, scripts and lists of hosts.

import Diagnostics
import Inventories
import Testing
import Values

@Suite struct SourcesTests {
    @Test func yamlInventories() throws {
        let loaded = try yaml(
            """
            all:
              hosts:
                h1: {a: 1}
                h[2:3]:
                h9:88:
              vars: {v: 1}
              children:
                web:
                  hosts: {h1: }
                  hsots: 1
                db: {hosts: h4}
            """)
        #expect(loaded.inventory.hostNames(inGroup: "ungrouped") == ["h2", "h3", "h9"])
        #expect(loaded.inventory.hostNames(inGroup: "web") == ["h1"])
        #expect(loaded.inventory.hostNames(inGroup: "db") == ["h4"])
        #expect(try loaded.inventory.constant("v", of: "h4") == 1)
        #expect(try loaded.inventory.constant("ansible_port", of: "h9") == 88)
        #expect(loaded.warnings.map(\.help) == ["did you mean 'hosts'?"])
        #expect(loaded.warnings.first?.range?.position.line == 10)
    }

    @Test(arguments: [
        ("web:\n  hosts:\n    - h1\n", "'hosts' of group 'web' has to be a mapping", 3),
        ("- a\n", "mapping of groups", 1), ("all:\n  hosts: {h1: 5}\n", "have to be a mapping", 2),
        ("5: {hosts: {a: }}\n", "has to be text", 1), ("plugin: x.y\n", "is not built in", 1),
        ("all:\n  children:\n    a: {children: {b: {children: {a: }}}}\n", "cannot stand below", 3),
        ("all:\n  hosts:\n    -x: \n", "taken for an option", 3),
    ]) func yamlMistakesHavePlaces(_ text: String, _ message: String, _ line: Int) throws {
        let mistake = try #require(try yaml(text).warnings.first)
        #expect(mistake.message.contains(message), "\(mistake.message)")
        #expect(mistake.range?.position.line == line)
    }

    @Test func aFileThatIsNeitherGivesBothErrors() throws {
        let loaded = try Scratch(["hosts": "a b\n"]).load()
        #expect(loaded.warnings.count == 3)
        #expect(loaded.warnings.allSatisfy { $0.severity == .warning })
    }

    @Test(
        arguments: [
            (.never, "web-servers", "Invalid characters were found in group names but not replaced"),
            (.ignore, "web-servers", nil), (.silently, "web_servers", nil),
            (.always, "web_servers", "Invalid characters were found in group names and automatically replaced"),
        ] as [(GroupNaming, String, String?)]) func namesOfGroups(
            _ naming: GroupNaming, _ kept: String, _ warning: String?
        ) throws
    {
        let scratch = try Scratch([
            "hosts": "[web-servers]\nh1\n[a.b:children]\nweb-servers\n[fine]\nh1\n",
            "group_vars/web_servers.yml": "safe: 1\n", "group_vars/web-servers.yml": "safe: 0\n",
        ])
        var settings = InventorySettings()
        settings.groupNames = naming
        let loaded = InventoryLoader(settings: settings).load([scratch.path + "/hosts"])
        var inventory = loaded.inventory
        #expect(inventory.hostNames(inGroup: kept) == ["h1"])
        #expect(inventory.hostNames(inGroup: naming == .always || naming == .silently ? "a_b" : "a.b") == ["h1"])
        #expect(try inventory.constant("safe", of: "h1") == (kept == "web_servers" ? 1 : 0))
        #expect(loaded.warnings.first?.message == warning)
        #expect(loaded.warnings.first?.help?.contains("web-servers, a.b") ?? true)
        try inventory.addHost(name: "h2", groups: ["web-servers"], variables: [:])
        #expect(inventory.hostNames(inGroup: kept) == ["h1", "h2"])
        // What has been told once is not told again.
        #expect(inventory.takeGroupNameWarning() == nil)
    }

    @Test func directoriesIgnoreWhatIsNoSource() throws {
        let scratch = try Scratch([
            "inv/a.ini": "[g]\nh1\n", "inv/b.yml": "g: {hosts: {h2: }}\n", "inv/README.md": "no no\n",
            "inv/.hidden": "no no\n", "inv/c.ini~": "no no\n", "inv/group_vars/g.yml": "v: 1\n",
        ])
        let loaded = scratch.load("inv")
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.inventory.hostNames(inGroup: "g") == ["h1", "h2"])
        #expect(try loaded.inventory.constant("v", of: "h2") == 1)
        #expect(loaded.inventory.origin(of: "h2") == scratch.path + "/inv/b.yml")
    }

    @Test func scripts() throws {
        let script = #"""
            #!/bin/sh
            echo '{"g": {"hosts": ["s1"], "vars": {"q": 1}, "children": ["k"]}, "l": ["s2"], "k": {"hosts": ["s3"]},'
            echo '"_meta": {"hostvars": {"s1": {"m": "é/"}}}}'
            """#
        let inventory = try Scratch(["hosts": script], executable: ["hosts"]).load().inventory
        #expect(inventory.hostNames(inGroup: "g") == ["s1", "s3"])
        #expect(try inventory.constant("m", of: "s1") == "é/")
        #expect(try inventory.constant("q", of: "s3") == 1)
        let old = #"""
            #!/bin/sh
            if [ $1 = --list ]; then echo '{"g": ["a", "b"]}'; else echo "{\"who\": \"$2\"}"; fi
            """#
        let called = try Scratch(["hosts": old], executable: ["hosts"]).load().inventory
        #expect(try called.constant("who", of: "b") == "b")
    }

    /// AWX writes them so; an interpreter that does not exist shows that none is asked.
    @Test func programsThatOnlyPrint() throws {
        let program = #"""
            #! /nowhere/python3
            # -*- coding: utf-8 -*-
            print('{"g": {"hosts": ["p1"]}, "_meta": {"hostvars": {"p1": {"v": "a\\nb \'q\'"}}}}')
            """#
        let inventory = try Scratch(["hosts": program], executable: ["hosts"]).load().inventory
        #expect(inventory.hostNames(inGroup: "g") == ["p1"])
        #expect(try inventory.constant("v", of: "p1") == "a\nb 'q'")
        let more = program + "\nimport os\n"
        #expect(try Scratch(["hosts": more], executable: ["hosts"]).load().unparsed.count == 1)
    }

    @Test(arguments: ["exit 3", "echo '[1]'", "echo nonsense", "exec sleep 60"])
    func scriptsThatFail(_ body: String) throws {
        let scratch = try Scratch(["hosts": "#!/bin/sh\n\(body)\n"], executable: ["hosts"])
        var settings = InventorySettings()
        settings.scriptTimeout = .milliseconds(300)
        let loaded = InventoryLoader(settings: settings).load([scratch.path + "/hosts"])
        #expect(loaded.unparsed.count == 1)
        #expect(loaded.warnings.count == 2)
        #expect(loaded.inventory.hostNames.isEmpty)
    }

    @Test func listsOfHosts() throws {
        let inventory = InventoryLoader().load(["h2,h1:2222,"]).inventory
        #expect(inventory.hostNames(inGroup: "all") == ["h2", "h1"])
        #expect(try inventory.constant("ansible_port", of: "h1") == 2222)
        #expect(inventory.origin(of: "h1") == nil)
    }

    @Test func missingSourcesWarn() {
        let loaded = InventoryLoader().load(["/nonexistent/x"])
        #expect(loaded.unparsed == ["/nonexistent/x"])
        #expect(loaded.warnings.last?.message == "Unable to parse /nonexistent/x as an inventory source")
    }

    @Test func localhostIsThereWithoutBeingListed() throws {
        let inventory = try ini("h1\n").inventory
        #expect(inventory.knownName("localhost") == "localhost")
        #expect(inventory.isImplicitLocalhost("127.0.0.1"))
        #expect(inventory.knownName("h2") == nil)
        #expect(try inventory.hosts(matching: "localhost").hosts == ["localhost"])
        #expect(try inventory.hosts(matching: "all").hosts == ["h1"])
        #expect(try !ini("localhost\n").inventory.isImplicitLocalhost("localhost"))
    }
}
