//! Facts that outlive a run, in ansible-core's files.

import Engine
import FoundationEssentials
import Testing
import Values

@Suite("Fact cache")
struct FactCacheTests {
    private let keep = """
        - hosts: a
          gather_facts: false
          tasks:
            - set_fact: {ansible_colour: red, list: [1, {x: ä}], cacheable: true}
            - set_fact: {gone: 1}

        """

    private let tell = """
        - hosts: a
          gather_facts: false
          tasks:
            - debug: {msg: "{{ ansible_facts.colour | default('-') }} {{ list | default('-') }} {{ gone | default('-') }}"}

        """

    private func run(_ playbook: String, _ folder: Folder, flush: Bool = false) async throws -> Rehearsal {
        let cache = FactCache(folder: folder.path + "/cache", prefix: "p_")
        return try await rehearse(playbook, hosts: ["a"]) { settings in
            settings.factCache = cache
            settings.flushCache = flush
        }
    }

    @Test("cacheable facts are there in the next run, others are not")
    func roundTrip() async throws {
        let folder = try Folder([:])
        defer { folder.remove() }
        _ = try await run(keep, folder)
        #expect(try await run(tell, folder).messages == ["a: red [1, {'x': 'ä'}] -"])
        let file = folder.path + "/cache/p_s1_a"
        let text = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
        #expect(
            text == #"{"__payload__": "{\"ansible_colour\": \"red\", \"list\": [1, {\"x\": \"\\u00e4\"}]}"}"#)
    }

    @Test("--flush-cache and clear_facts forget")
    func forgetting() async throws {
        let folder = try Folder([:])
        defer { folder.remove() }
        _ = try await run(keep, folder)
        #expect(try await run(tell, folder, flush: true).messages == ["a: - - -"])
        _ = try await run(keep, folder)
        _ = try await run("- hosts: a\n  gather_facts: false\n  tasks: [{meta: clear_facts}]\n", folder)
        #expect(try await run(tell, folder).messages == ["a: - - -"])
    }

    @Test("what ansible-core wrote is read, without its tags")
    func tagged() async throws {
        let payload =
            #"{\"ansible_colour\": {\"value\": \"blue\", \"tags\": [], "#
            + #"\"__ansible_type\": \"_AnsibleTaggedStr\"}, \"list\": {\"value\": [{\"value\": 2, \"tags\": [], "#
            + #"\"__ansible_type\": \"_AnsibleTaggedInt\"}, null], \"__ansible_type\": \"_AnsibleTaggedList\"}, "#
            + #"\"_ansible_facts_gathered\": true}"#
        let folder = try Folder(["cache/p_s1_a": "{\"__payload__\": \"\(payload)\"}"])
        defer { folder.remove() }
        #expect(try await run(tell, folder).messages == ["a: blue [2, None] -"])
    }

    @Test("a file that is no JSON is a warning")
    func broken() async throws {
        let folder = try Folder(["cache/p_s1_a": "nonsense"])
        defer { folder.remove() }
        let run = try await run(tell, folder)
        #expect(run.messages == ["a: - - -"])
        #expect(run.warnings.count == 1)
    }

    @Test("gathering = smart asks no host whose facts are there")
    func smart() async throws {
        let folder = try Folder([
            "cache/p_s1_a": #"{"__payload__": "{\"ansible_colour\": \"red\", \"_ansible_facts_gathered\": true}"}"#
        ])
        defer { folder.remove() }
        let cache = FactCache(folder: folder.path + "/cache", prefix: "p_")
        let run = try await rehearse("- hosts: a\n  tasks: [{debug: {msg: hi}}]\n", hosts: ["a"]) { settings in
            settings.factCache = cache
            settings.gathering = "smart"
        }
        #expect(run.results == ["debug a ok"])
    }
}
