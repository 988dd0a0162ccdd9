//! `user` and `group`: what they ask, what they call, that hashes stay secret, and real runs where a folder is given.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct SystemAccountTests {
    private let bob = """
        T shadow
        G root:x:0:
        G adm:x:4:bob
        G sudo:x:27:
        G bob:x:1000:
        P bob:x:1000:1000:Bob:/home/bob:/bin/sh
        S bob:$6$old$hash:19000:0:99999:7:::

        """

    private func run<M: Module>(
        _ type: M.Type, _ arguments: OrderedMap, _ answers: [Observation], checkMode: Bool = false
    ) async throws -> (ModuleResult, ScriptedHost) {
        let host = ScriptedHost(answers)
        return (
            try await StepDriver(host, checkMode: checkMode, showsDifferences: true).run(module(type, arguments)), host
        )
    }

    @Test func convergedUserCostsOneQuestion() async throws {
        let (result, host) = try await run(
            UserModule.self, ["name": "bob", "groups": ["adm"], "shell": "/bin/sh", "password": "$6$old$hash"],
            [Observation(bob)])
        #expect(!result.changed && host.applied.isEmpty && host.asked.count == 1)
        #expect(result.fields["uid"] == 1000 && result.fields["home"] == "/home/bob")
        #expect(result.fields["password"] == "NOT_LOGGING_PASSWORD")
    }

    @Test func passwordHashTravelsByInputOnly() async throws {
        let (result, host) = try await run(
            UserModule.self, ["name": "bob", "password": "$6$new$secret"], [Observation(bob), Observation(bob)])
        let script = try #require(host.applied.first)
        #expect(result.changed)
        #expect(!script.text.contains("secret") && script.text.contains("chpasswd -e"))
        #expect(String(decoding: script.input, as: UTF8.self) == "bob:$6$new$secret\n")
    }

    @Test func passwordOfExistingUserStaysOnCreate() async throws {
        let (result, _) = try await run(
            UserModule.self, ["name": "bob", "password": "$6$new$x", "update_password": "on_create"], [Observation(bob)]
        )
        #expect(!result.changed)
    }

    @Test func groupsAreReplacedOrAppended() async throws {
        let (_, replacing) = try await run(
            UserModule.self, ["name": "bob", "groups": ["sudo"]], [Observation(bob), Observation(bob)])
        #expect(replacing.applied.first?.text.contains("usermod -G sudo bob") == true)
        let (_, appending) = try await run(
            UserModule.self, ["name": "bob", "groups": "sudo", "append": true], [Observation(bob), Observation(bob)])
        #expect(appending.applied.first?.text.contains("usermod -a -G sudo bob") == true)
        let (kept, _) = try await run(
            UserModule.self, ["name": "bob", "groups": ["adm"], "append": true], [Observation(bob)])
        #expect(!kept.changed)
    }

    @Test func unknownGroupIsRefused() async throws {
        let (result, host) = try await run(UserModule.self, ["name": "bob", "groups": ["nope"]], [Observation(bob)])
        #expect(result.fields["msg"] == "Group nope does not exist" && host.applied.isEmpty)
    }

    @Test func plainPasswordIsWarnedAbout() async throws {
        let (result, _) = try await run(
            UserModule.self, ["name": "bob", "password": "hunter2"], [Observation(bob)], checkMode: true)
        #expect(result.fields["warnings"]?.list?.count == 1)
    }

    @Test func newUserIsMadeWithAllOptions() async throws {
        let (result, host) = try await run(
            UserModule.self,
            [
                "name": "ann", "uid": 1500, "group": "adm", "groups": ["sudo"], "comment": "Ann's", "system": true,
                "home": "/srv/ann", "create_home": false, "expires": 86400,
            ], [Observation(bob), Observation(bob)])
        #expect(result.changed)
        #expect(result.fields["uid"] == nil, "bob's line is not ann's")
        let text = try #require(host.applied.first?.text)
        #expect(
            text.contains(
                "useradd -u 1500 -g adm -G sudo -c 'Ann'\\''s' -d /srv/ann -e 1970-01-02 -r -M ann"), "\(text)")
    }

    @Test func busyboxHostsUseAdduser() async throws {
        let (_, host) = try await run(
            UserModule.self, ["name": "ann", "groups": ["adm"]], [Observation("G adm:x:4:\n"), Observation("")])
        #expect(host.applied.first?.text.contains("adduser -D ann") == true)
        #expect(host.applied.first?.text.contains("addgroup ann adm") == true)
    }

    @Test func mistakesAreNamed() {
        #expect(throws: Diagnostic.self) { try module(UserModule.self, ["name": "-x"]) }
        #expect(throws: Diagnostic.self) { try module(UserModule.self, ["name": "x", "comment": "a:b"]) }
        #expect(throws: Diagnostic.self) { try module(GroupModule.self, ["name": "x", "non_unique": true]) }
    }

    @Test(.enabled(if: LiveRoot.isThere, LiveRoot.reason))
    func managesAccountsForReal() async throws {
        let root = try LiveRoot()
        defer { root.remove() }
        let shell = root.shell
        func run<M: Module>(_ type: M.Type, _ arguments: OrderedMap) async throws -> ModuleResult {
            try await StepDriver(shell, checkMode: false, showsDifferences: true).run(module(type, arguments))
        }
        for type in ["drt", "drt2"] {
            _ = try await run(UserModule.self, ["name": .string(type), "state": "absent", "remove": true])
        }
        _ = try await run(GroupModule.self, ["name": "drg", "state": "absent"])
        let group = try await run(GroupModule.self, ["name": "drg", "gid": 4242])
        #expect(group.changed && group.fields["gid"] == 4242, "\(group.fields)")
        #expect(try await !run(GroupModule.self, ["name": "drg", "gid": 4242]).changed)
        #expect(try await run(GroupModule.self, ["name": "drg", "gid": 4343]).changed)
        let wish: OrderedMap = [
            "name": "drt", "groups": ["drg", "adm"], "shell": "/bin/bash", "comment": "A b", "password": "$6$aa$bb",
            "expires": 1_900_000_000, "password_expire_max": 90,
        ]
        let made = try await run(UserModule.self, wish)
        #expect(made.changed && !made.failed && made.fields["home"] == "/home/drt", "\(made.fields)")
        let again = try await run(UserModule.self, wish)
        #expect(!again.changed, "\(again.fields)")
        #expect(try await run(UserModule.self, ["name": "drt", "password_lock": true]).changed)
        #expect(try await !run(UserModule.self, ["name": "drt", "password_lock": true]).changed)
        #expect(try await run(UserModule.self, ["name": "drt", "password_lock": false]).changed)
        #expect(try await run(UserModule.self, ["name": "drt", "home": "/home/other", "move_home": true]).changed)
        #expect(try await run(UserModule.self, ["name": "drt", "groups": []]).changed)
        #expect(try await !run(UserModule.self, ["name": "drt", "groups": []]).changed)
        #expect(try await run(UserModule.self, ["name": "drt", "state": "absent", "remove": true]).changed)
        #expect(try await !run(UserModule.self, ["name": "drt", "state": "absent"]).changed)
        #expect(try await run(GroupModule.self, ["name": "drg", "state": "absent"]).changed)
    }
}
