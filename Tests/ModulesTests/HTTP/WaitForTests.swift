//! wait_for: ports and files of this machine, connections from recorded tables.

import Testing
import Values

@testable import Modules

@Suite struct WaitForTests {
    private func wait(_ arguments: OrderedMap) async throws -> ModuleResult {
        var all: OrderedMap = ["timeout": 1]
        all.merge(arguments)
        return try await ModuleBench.run("wait_for", all)
    }

    @Test(.enabled("needs busybox httpd and curl") { WebLab.isThere })
    func seesPorts() async throws {
        let web = try WebLab()
        let open = try await wait(["port": .int(web.port)])
        #expect(!open.failed && !open.changed && open.fields["port"] == .int(web.port))
        #expect(try await wait(["port": .int(web.port), "state": "stopped"]).failed)
        let closed = try await wait(["port": 1])
        #expect(closed.failed && closed.message == "Timeout when waiting for 127.0.0.1:1")
        #expect(!(try await wait(["port": 1, "state": "stopped"])).failed)
        #expect(try await wait(["port": 1, "msg": "my own words"]).message == "my own words")
    }

    @Test func seesFilesAndTheirContent() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = Value.string(folder.absolute("log"))
        let missing = try await wait(["path": path])
        #expect(missing.failed && missing.message.hasPrefix("Timeout when waiting for file "))
        #expect(!(try await wait(["path": path, "state": "absent"])).failed)
        folder.write("first\nserver completed job7 now\n", to: "log")
        #expect(!(try await wait(["path": path])).failed)
        let found = try await wait(["path": path, "search_regex": #"completed (?P<task>\w+)"#])
        #expect(found.fields["match_groups"] == ["job7"] && found.fields["match_groupdict"] == ["task": "job7"])
        #expect(try await wait(["path": path, "search_regex": "never"]).failed)
        #expect(try await wait(["path": path, "state": "absent"]).failed)
    }

    @Test func contradictionsAreMistakes() async throws {
        await #expect(throws: (any Error).self) { try await wait(["path": "/x", "port": 1]) }
        await #expect(throws: (any Error).self) { try await wait(["path": "/x", "state": "stopped"]) }
        await #expect(throws: (any Error).self) { try await wait(["state": "drained"]) }
        #expect(try await wait(["timeout": 1]).fields["elapsed"] == 1)
    }

    @Test func countsActiveConnections() {
        let arguments = ModuleArguments(values: [
            "active_connection_states": ["ESTABLISHED"], "exclude_hosts": ["10.0.0.9"],
        ])
        let drain = Drain(port: 8080, host: "127.0.0.1", arguments)
        let head = "  sl  local_address rem_address   st\n"
        #expect(drain.isDrained(head + "   0: 0100007F:1F90 00000000:0000 0A 0\n"))
        #expect(!drain.isDrained(head + "   0: 0100007F:1F90 0100007F:C350 01 0\n"))
        #expect(drain.isDrained(head + "   0: 0100007F:1F90 0900000A:C350 01 0\n"))
        #expect(drain.isDrained(head + "   0: 0100007F:1F91 0100007F:C350 01 0\n"))
        #expect(
            !drain.isDrained("  0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000200007F:C350 01 0\n"))
    }
}
