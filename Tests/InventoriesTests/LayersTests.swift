//! `group_vars` and `host_vars`, the order of layers, and what a run changes.

import Diagnostics
import Inventories
import Templates
import Testing
import Values
import YAML

/// All levels below the play, each one named by its value.
private let levels: [(file: String, text: String)] = [
    ("inv/hosts", "[all:vars]\nv=1\n"), ("inv/hosts", "[g:vars]\nv=2\n"), ("inv/group_vars/all.yml", "v: 3\n"),
    ("pb/group_vars/all.yml", "v: 4\n"), ("inv/group_vars/g.yml", "v: 5\n"), ("pb/group_vars/g.yml", "v: 6\n"),
    ("inv/hosts", "[g]\nh v=7\n"), ("inv/host_vars/h.yml", "v: 8\n"), ("pb/host_vars/h.yml", "v: 9\n"),
]

@Suite struct LayersTests {
    @Test(arguments: 1...9) func everyLevelBeatsThoseBelow(_ level: Int) throws {
        var files = ["inv/hosts": "[g]\nh\n"]
        for (file, text) in levels.prefix(level) { files[file, default: ""] += text }
        let scratch = try Scratch(files)
        var inventory = scratch.load("inv").inventory
        let playbook = scratch.path + "/pb"
        #expect(inventory.loadVariables(besidePlaybook: playbook, vault: nil).isEmpty)
        #expect(try inventory.constant("v", of: "h", playbook: playbook) == .int(level))
        #expect(try inventory.layers(for: "h", playbookDirectory: playbook).count == level)
    }

    @Test func filesOfADirectoryAreSortedAndFiltered() throws {
        let scratch = try Scratch([
            "hosts": "[web]\nh1\n", "group_vars/all/a.yml": "a: 1", "group_vars/all/b": "a: 2",
            "group_vars/all/sub/c.json": "{\"a\": 3}", "group_vars/all/z.txt": "a: 4", "group_vars/all/.h.yml": "a: 5",
            "group_vars/all/y.yml~": "a: 6", "group_vars/web/m.yml": "b: dir", "group_vars/web.yml": "b: yml",
            "host_vars/h1": "c: none", "host_vars/h1.yml": "c: yml",
        ])
        let inventory = scratch.load().inventory
        #expect(try inventory.constant("a", of: "h1") == 3)
        #expect(try inventory.constant("b", of: "h1") == "dir")
        #expect(try inventory.constant("c", of: "h1") == "none")
        #expect(try inventory.constant("a", of: "localhost") == 3)
    }

    @Test func depthPriorityAndNameOrderGroups() throws {
        let inventory = try ini(
            """
            [deep]
            h
            [a]
            h
            [b]
            h
            [top:children]
            deep
            [top:vars]
            d=top
            [deep:vars]
            d=deep
            [a:vars]
            p=a
            ansible_group_priority=10
            [b:vars]
            p=b
            """
        ).inventory
        #expect(try inventory.constant("d", of: "h") == "deep")
        #expect(try inventory.constant("p", of: "h") == "a")
        let other = try ini("[a]\nh\n[b]\nh\n[a:vars]\nn=a\n[b:vars]\nn=b\n").inventory
        #expect(try other.constant("n", of: "h") == "b")
    }

    @Test func aBrokenFileConcernsOnlyItsHosts() throws {
        let scratch = try Scratch([
            "hosts": "[g]\nh1\n[k]\nh2\n", "group_vars/g.yml": "- a list\n", "host_vars/h2.yml": "x: 1\n",
        ])
        let inventory = scratch.load().inventory
        #expect(throws: Diagnostic.self) { try inventory.layers(for: "h1", playbookDirectory: nil) }
        #expect(try inventory.constant("x", of: "h2") == 1)
    }

    @Test func vaultedFilesAreDecrypted() throws {
        let scratch = try Scratch(["hosts": "h\n", "host_vars/h.yml": "$ANSIBLE_VAULT;1.1;AES256\n3132\n"])
        let loaded = InventoryLoader(vault: { _, _ in "secret: 5\n" }).load([scratch.path + "/hosts"])
        #expect(try loaded.inventory.constant("secret", of: "h") == 5)
        #expect(throws: Diagnostic.self) { try scratch.load().inventory.layers(for: "h", playbookDirectory: nil) }
    }

    @Test func hostsAndGroupsCanBeAdded() throws {
        let scratch = try Scratch(["hosts": "[g]\nh1\n", "group_vars/new.yml": "v: 1\n", "host_vars/n1.yml": "w: 2\n"])
        let original = scratch.load().inventory
        var inventory = original
        var changed = try inventory.addHost(name: "n1:22", groups: ["new", "g"], variables: ["t": "{{ x }}"])
        #expect(changed)
        changed = try inventory.addHost(name: "n1", groups: ["new"], variables: ["t": "{{ x }}"])
        #expect(!changed)
        #expect(inventory.hostNames(inGroup: "g") == ["h1", "n1"])
        #expect(inventory.groupNames(of: "n1") == ["g", "new"])
        #expect(try inventory.constant("v", of: "n1") == 1)
        #expect(try inventory.constant("w", of: "n1") == 2)
        // Data of a run is never a template.
        #expect(try inventory.constant("t", of: "n1") == "{{ x }}")
        #expect(try inventory.constant("ansible_port", of: "n1") == 22)
        changed = try inventory.addToGroup("keyed", host: "h1", parents: ["top"])
        #expect(changed)
        changed = try inventory.addToGroup("keyed", host: "h1", parents: ["top"])
        #expect(!changed)
        #expect(inventory.hostNames(inGroup: "top") == ["h1"])
        #expect(throws: Diagnostic.self) { try inventory.addHost(name: "-x", groups: [], variables: [:]) }
        #expect(original.hostNames == ["h1"])
    }
}
