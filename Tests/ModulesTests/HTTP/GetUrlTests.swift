//! get_url against a small web server.

import Digests
import Testing
import Values

@testable import Modules

@Suite(.enabled("needs busybox httpd and curl") { WebLab.isThere })
struct GetUrlTests {
    private func get(_ web: WebLab, _ arguments: OrderedMap, check: Bool = false) async throws -> ModuleResult {
        var all: OrderedMap = ["url": .string(web.url("file.txt")), "dest": .string(web.folder.absolute("got"))]
        all.merge(arguments)
        return try await ModuleBench.run("get_url", all, check: check)
    }

    @Test func downloadsOnce() async throws {
        let web = try WebLab()
        #expect(try await get(web, [:], check: true).changed)
        #expect(web.folder.text("got") == nil)
        let first = try await get(web, ["mode": "0640"])
        #expect(first.changed && !first.failed, "\(first.message)")
        #expect(web.folder.text("got") == "hello\n" && web.folder.mode("got") == "640")
        #expect(first.fields["status_code"] == 200 && first.fields["msg"] == "OK (6 bytes)")
        #expect(first.fields["checksum_src"] == first.fields["checksum_dest"])
        #expect(!(try await get(web, ["mode": "0640"])).changed)
        #expect(try await get(web, ["mode": "0600"]).changed)
        web.folder.write("other\n", to: "got")
        #expect(!(try await get(web, [:])).changed)
        #expect(!(try await get(web, ["url": "http://127.0.0.1:1/x"])).failed)
        let forced = try await get(web, ["force": true, "backup": true])
        #expect(forced.changed && web.folder.text("got") == "hello\n")
        #expect(web.folder.text(forced.fields["backup_file"]?.string ?? "-") == "other\n")
        #expect(!(try await get(web, ["force": true])).changed)
    }

    @Test func goesIntoFolders() async throws {
        let web = try WebLab()
        let folder = OrderedMap([("dest", Value.string(web.folder.absolute("secret")))])
        #expect(try await get(web, folder).changed)
        #expect(web.folder.text("secret/file.txt") == "hello\n")
        #expect(!(try await get(web, folder)).changed)
    }

    @Test func verifiesChecksums() async throws {
        let web = try WebLab()
        let sum = MessageDigest.sha256.hex(of: Array("hello\n".utf8))
        let good = try await get(web, ["checksum": .string("sha256:\(sum)")])
        #expect(good.changed && !good.failed, "\(good.message)")
        #expect(!(try await get(web, ["checksum": .string("sha256:\(sum)")])).changed)
        let listed = try await get(web, ["checksum": .string("sha256:\(web.url("sums.txt"))")])
        #expect(!listed.changed && !listed.failed, "\(listed.message)")
        let bad = try await get(web, ["checksum": .string("sha1:\(String(repeating: "0", count: 40))")])
        #expect(bad.failed && bad.message.contains("did not match"), "\(bad.message)")
        #expect(web.folder.text("got") == "hello\n")
        await #expect(throws: (any Error).self) { try await get(web, ["checksum": "sha1:xyz"]) }
    }

    @Test func saysWhatFailed() async throws {
        let web = try WebLab()
        let missing = try await get(web, ["url": .string(web.url("none"))])
        #expect(missing.failed && missing.fields["status_code"] == 404 && missing.message == "Request failed")
        let refused = try await get(web, ["url": "http://127.0.0.1:1/x"])
        #expect(refused.failed && refused.message.contains("cannot request"), "\(refused.message)")
        let nowhere = try await get(web, ["dest": "/nowhere/at/all"])
        #expect(nowhere.failed && nowhere.message.contains("does not exist"), "\(nowhere.message)")
        #expect(web.folder.text("got") == nil)
    }
}
