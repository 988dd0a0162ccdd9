//! uri against a small web server.

import Testing
import Values

@testable import Modules

@Suite(.enabled("needs busybox httpd and curl") { WebLab.isThere })
struct UriTests {
    private func uri(_ arguments: OrderedMap) async throws -> ModuleResult {
        try await ModuleBench.run("ansible.builtin.uri", arguments)
    }

    @Test func readsContentAndHeaders() async throws {
        let web = try WebLab()
        let plain = try await uri(["url": .string(web.url("file.txt")), "return_content": true])
        #expect(plain.fields["status"] == 200 && plain.fields["content"] == "hello\n")
        #expect(!plain.changed && plain.fields["redirected"] == false)
        #expect(plain.message == "OK (6 bytes)")
        let echo = try await uri(["url": .string(web.url("cgi-bin/echo"))])
        #expect(echo.fields["x_two_words"] == "v")
        #expect(echo.fields["cookies"] == ["s": "1"] && echo.fields["cookies_string"] == "s=1")
        #expect(echo.fields["json"]?["agent"] == "ansible-httpget")
        #expect(echo.fields["content"] == nil)
    }

    @Test func sendsBodiesInEveryFormat() async throws {
        let web = try WebLab()
        let url = Value.string(web.url("cgi-bin/echo"))
        let hex = { (text: String) in
            Value.string(text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        }
        let json = try await uri(["url": url, "method": "POST", "body": ["k": "v\"1"], "body_format": "json"])
        #expect(json.fields["json"]?["hex"] == hex(#"{"k": "v\"1"}"#))
        #expect(json.fields["json"]?["type"] == "application/json")
        let form = try await uri([
            "url": url, "method": "PUT", "body": ["a b": "c&d", "l": [1, 2]], "body_format": "form-urlencoded",
        ])
        #expect(form.fields["json"]?["hex"] == hex("a+b=c%26d&l=1&l=2"))
        #expect(form.fields["json"]?["method"] == "PUT")
        let raw = try await uri(["url": url, "method": "POST", "body": "plain"])
        #expect(raw.fields["json"]?["hex"] == hex("plain"))
        let parts = try await uri([
            "url": url, "method": "POST", "body_format": "form-multipart",
            "body": ["f": ["filename": "x.txt", "content": "data", "mime_type": "text/plain"], "n": "1"],
        ])
        #expect(parts.fields["json"]?["type"]?.string?.hasPrefix("multipart/form-data; boundary=") == true)
    }

    @Test func authenticatesFollowsAndJudgesTheStatus() async throws {
        let web = try WebLab()
        let refused = try await uri(["url": .string(web.url("secret/x"))])
        #expect(refused.failed && refused.message.hasPrefix("Status code was 401 and not [200]: HTTP Error 401"))
        let let_in = try await uri([
            "url": .string(web.url("secret/x")), "user": "user", "password": "passw0rd", "return_content": true,
        ])
        #expect(let_in.fields["content"] == "hidden\n")
        let followed = try await uri(["url": .string(web.url("cgi-bin/echo?redirect"))])
        #expect(followed.fields["redirected"] == true && followed.fields["url"] == .string(web.url("file.txt")))
        let stayed = try await uri([
            "url": .string(web.url("cgi-bin/echo?redirect")), "follow_redirects": "none", "status_code": [302],
        ])
        #expect(!stayed.failed && stayed.fields["location"] == "/file.txt")
        let failed = try await uri(["url": .string(web.url("cgi-bin/echo?fail"))])
        #expect(failed.failed && failed.fields["content"] == "sorry")
        let nobody = try await uri(["url": "http://127.0.0.1:1/"])
        #expect(nobody.failed && nobody.fields["status"] == -1, "\(nobody.message)")
    }

    @Test func storesTheContent() async throws {
        let web = try WebLab()
        let path = web.folder.absolute("stored")
        let first = try await uri(["url": .string(web.url("file.txt")), "dest": .string(path), "mode": "0600"])
        #expect(first.changed && web.folder.text("stored") == "hello\n" && web.folder.mode("stored") == "600")
        let second = try await uri(["url": .string(web.url("file.txt")), "dest": .string(path), "mode": "0600"])
        #expect(!second.changed)
        let skipped = try await uri(["url": "http://127.0.0.1:1/", "creates": .string(path)])
        #expect(!skipped.failed && !skipped.changed)
    }

    @Test func fallsBackToWgetOrSaysWhatIsMissing() async throws {
        let web = try WebLab()
        let tools = web.folder.absolute("tools")
        var shell = LocalShell(name: "sh", command: ["/bin/sh"], directory: "/tmp")
        let names = "mktemp mkdir rm cat sed tail od wget stat"
        _ = try shell.run(
            Script("mkdir \(tools); for t in \(names); do ln -s \"$(command -v busybox)\" \(tools)/$t; done"))
        shell.path = tools
        let plain = try await ModuleBench.run(
            "uri", ["url": .string(web.url("file.txt")), "return_content": true], shell: shell)
        #expect(plain.fields["content"] == "hello\n" && plain.fields["status"] == 200, "\(plain.message)")
        let missing = try await ModuleBench.run("uri", ["url": .string(web.url("none"))], shell: shell)
        #expect(missing.fields["status"] == 404, "\(missing.message)")
        let post = try await ModuleBench.run(
            "uri", ["url": .string(web.url("cgi-bin/echo")), "method": "POST", "body": "x"], shell: shell)
        #expect(post.failed && post.message.contains("install curl"), "\(post.message)")
    }
}
