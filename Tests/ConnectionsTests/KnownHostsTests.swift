//! known_hosts files: what matches, what does not, and what a difference means.

import SSH
import Testing

@Suite struct KnownHostsTests {
    private let file = KnownHosts(
        text: """
            # comment
            web,10.0.0.1 ssh-ed25519 KEY1 a comment
            [web]:2222 ssh-ed25519 KEY2
            *.example,!bad.example ssh-rsa KEY3
            @cert-authority ca.example ssh-ed25519 KEY4
            @revoked * ssh-ed25519 KEY5
            gone ssh-ed25519 KEY5
            @strange web ssh-ed25519 KEY6
            |1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 KEY7
            short line
            """, path: "file")

    private func verdict(_ name: String, _ key: String, port: Int = 22, type: String = "ssh-ed25519") -> String {
        switch file.verdict(name: name, port: port, keyType: type, key: key) {
        case .known: "known"
        case .unknown: "unknown"
        case .changed(let entry): "changed \(entry.place)"
        case .revoked(let entry): "revoked \(entry.place)"
        }
    }

    @Test func plainNames() {
        #expect(verdict("web", "KEY1") == "known")
        #expect(verdict("WEB", "KEY1") == "known")
        #expect(verdict("10.0.0.1", "KEY1") == "known")
        #expect(verdict("web", "KEY9") == "changed file:2")
        #expect(verdict("db", "KEY1") == "unknown")
        #expect(verdict("web", "KEY6") == "changed file:2")
    }

    @Test func ports() {
        #expect(verdict("web", "KEY2", port: 2222) == "known")
        #expect(verdict("web", "KEY1", port: 2222) == "known", "a key without a port is good for any")
        #expect(verdict("web", "KEY9", port: 2222) == "changed file:3")
        #expect(verdict("web", "KEY2") == "changed file:2")
        #expect(verdict("web", "KEY9", port: 3333) == "unknown")
    }

    @Test func patternsAndOtherKindsOfKeys() {
        #expect(verdict("a.example", "KEY3", type: "ssh-rsa") == "known")
        #expect(verdict("bad.example", "KEY3", type: "ssh-rsa") == "unknown")
        #expect(verdict("a.example", "KEY9") == "changed file:4", "another kind of key is a change as well")
    }

    @Test func markersAreNoMatch() {
        #expect(verdict("ca.example", "KEY4") == "changed file:4")
        #expect(verdict("gone", "KEY5") == "revoked file:6")
    }

    @Test func hashedNames() {
        // A line as ssh-keygen -H writes it.
        #expect(verdict("192.168.1.61", "KEY7") == "known")
        #expect(verdict("192.168.1.62", "KEY7") == "unknown")
    }

    @Test func kindsToAskFor() {
        #expect(file.keyTypes(name: "a.example", port: 22) == ["ssh-rsa"])
        #expect(file.keyTypes(name: "ca.example", port: 22) == ["ssh-rsa"])
    }
}
