//! `apt`: versions, what it asks, what it would do, and a real run in a Debian folder where one is given.

import Diagnostics
import FoundationEssentials
import Testing
import Values

@testable import Modules

@Suite struct SystemAptTests {
    private let looked = "L|1000000|\nN|1000500\n"

    private func run(
        _ arguments: OrderedMap, _ answers: [Observation], checkMode: Bool = false
    ) async throws -> (ModuleResult, ScriptedHost) {
        let host = ScriptedHost(answers)
        let driver = StepDriver(host, checkMode: checkMode, showsDifferences: true)
        return (try await driver.run(module(AptModule.self, arguments)), host)
    }

    @Test func versionsAreOrderedAsDpkgOrdersThem() {
        let ascending = [
            "0:0", "1.0~rc1", "1.0", "1.0-1", "1.0-1+b1", "1.0a", "1.0+dfsg-1", "1.2", "1.10", "1:0.1", "2:0~", "2:0",
        ]
        for (index, left) in ascending.enumerated() {
            for right in ascending[(index + 1)...] { #expect(DebianVersion(left) < DebianVersion(right)) }
        }
        #expect(DebianVersion("1.0") == DebianVersion("0:1.00"))
    }

    @Test func convergedPackageCostsOneQuestion() async throws {
        let (result, host) = try await run(
            ["name": ["nginx", "curl=7.*"]],
            [
                Observation(
                    looked + "P|nginx|amd64|1.22.1-9|installed|install\nP|curl|amd64|7.88.1-10|installed|install\n")
            ])
        #expect(!result.changed && !result.failed)
        #expect(host.asked.count == 1 && host.applied.isEmpty)
        #expect(result.fields["cache_update_time"] == 1_000_000)
    }

    @Test func missingPackageIsSimulatedThenInstalled() async throws {
        let simulated =
            "The following NEW packages will be installed:\n  nginx\n0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\nInst nginx (1.22.1-9 Debian)\n"
        let (result, host) = try await run(
            ["name": "nginx", "install_recommends": false, "default_release": "bookworm-backports"],
            [Observation(looked), Observation(simulated), Observation("done")])
        #expect(result.changed)
        #expect(result.differences.first?.prepared?.contains("nginx") == true)
        let script = try #require(host.applied.first?.text)
        #expect(script.contains("install nginx") && script.contains("APT::Install-Recommends=no"))
        #expect(script.contains("-t bookworm-backports") && script.contains("DEBIAN_FRONTEND=noninteractive"))
    }

    @Test func checkModeAppliesNothing() async throws {
        let (result, host) = try await run(
            ["name": "nginx", "update_cache": true],
            [Observation(looked), Observation("Inst nginx (1 Debian)\n")], checkMode: true)
        #expect(result.changed && host.applied.isEmpty)
    }

    @Test func unknownPackageSaysWhatToDo() async throws {
        let (result, _) = try await run(
            ["name": "ngnix"],
            [Observation("N|1000500\n"), Observation("", status: 100, error: "E: Unable to locate package ngnix\n")])
        #expect(result.failed)
        let message = try #require(result.fields["msg"]?.string)
        #expect(message.hasPrefix("No package matching 'ngnix' is available") && message.contains("update_cache"))
    }

    @Test func regularExpressionThatAptGuessesIsRefused() async throws {
        let (result, host) = try await run(
            ["name": "lib.foo"],
            [Observation(looked), Observation("Note, selecting 'libxfoo' for regex 'lib.foo'\nInst libxfoo (1)\n")])
        #expect(result.failed && host.applied.isEmpty)
    }

    @Test func lowerBoundChoosesTheBestVersion() async throws {
        let (_, host) = try await run(
            ["name": "foo>=1.5"],
            [
                Observation(looked + "P|foo|amd64|1.2|installed|install\nV|foo | 1.7-1 | http://x\nV|foo | 1.4 | x\n"),
                Observation("Inst foo [1.2] (1.7-1 Debian)\n"), Observation("ok"),
            ])
        #expect(host.applied.first?.text.contains("install foo=1.7-1") == true)
    }

    @Test func absentRemovesOnlyWhatIsThere() async throws {
        let (result, host) = try await run(
            ["name": ["foo", "bar"], "state": "absent", "purge": true],
            [
                Observation(looked + "P|foo|amd64|1|config-files|deinstall\nP|bar|amd64||not-installed|unknown\n"),
                Observation("Purg foo [1]\n"), Observation(""),
            ])
        #expect(result.changed)
        #expect(host.applied.first?.text.contains("--purge remove foo") == true)
    }

    @Test func heldListsLockIsWaitedFor() async throws {
        let locked = Observation("", status: 100, error: "E: Could not get lock /var/lib/apt/lists/lock\n")
        let (result, host) = try await run(
            ["update_cache": true], [Observation(looked), locked, locked, Observation("updated 1000777\n")])
        #expect(result.changed && host.waits == 2)
        #expect(result.fields["cache_update_time"] == 1_000_777)
    }

    @Test func freshListsAreLeftAlone() async throws {
        let (result, _) = try await run(["cache_valid_time": 3600], [Observation(looked)])
        #expect(!result.changed)
    }

    @Test func mistakesAreNamed() {
        #expect(throws: Diagnostic.self) { try module(AptModule.self, [:]) }
        #expect(throws: Diagnostic.self) { try module(AptModule.self, ["name": "-o"]) }
        #expect(throws: Diagnostic.self) { try module(AptModule.self, ["name": "foo='1'"]) }
    }

    @Test(.enabled(if: LiveRoot.isThere, LiveRoot.reason))
    func installsAndRemovesForReal() async throws {
        let root = try LiveRoot(network: true)
        defer { root.remove() }
        let shell = root.shell
        func apt(_ arguments: OrderedMap, check: Bool = false) async throws -> ModuleResult {
            try await StepDriver(shell, checkMode: check, showsDifferences: true).run(module(AptModule.self, arguments))
        }
        _ = try await apt(["name": "hello", "state": "absent", "purge": true])
        #expect(try await apt(["name": "hello"], check: true).changed)
        let installed = try await apt(["name": "hello=2.*", "update_cache": true, "cache_valid_time": 86400])
        #expect(installed.changed && !installed.failed, "\(installed.fields)")
        #expect(installed.differences.first?.prepared?.contains("hello") == true)
        #expect(try await !apt(["name": "hello"]).changed)
        #expect(try await !apt(["name": "hello", "state": "latest"]).changed)
        #expect(try await !apt(["name": "hello>=2.0"]).changed)
        let wrong = try await apt(["name": "hello=99"])
        #expect(wrong.fields["msg"] == "no available installation candidate for hello=99")
        #expect(try await apt(["name": "nosuchpackage"]).failed)
        #expect(try await apt(["name": "hell[o]", "state": "absent"]).changed)
        #expect(try await !apt(["name": "hello", "state": "absent"]).changed)
        _ = try await shell.apply(
            Script("cd /tmp && rm -f hello_*.deb && apt-get download hello && mv hello_*.deb h.deb"))
        let file = try await apt(["deb": "/tmp/h.deb", "policy_rc_d": 101])
        #expect(file.changed && !file.failed, "\(file.fields)")
        #expect(try await !apt(["deb": "/tmp/h.deb"]).changed)
        #expect(try await apt(["deb": "/tmp/none.deb"]).failed)
        #expect(try await shell.observe([Probe("ls /usr/sbin/policy-rc.d /tmp/tmp.*")])[0].output.isEmpty)
        #expect(try await apt(["name": "openssh-client", "install_recommends": false]).failed == false)
        let user: OrderedMap = [
            "name": "drk", "generate_ssh_key": true, "ssh_key_type": "ed25519", "ssh_key_passphrase": "pass phrase",
        ]
        let driver = StepDriver(shell, checkMode: false, showsDifferences: false)
        let keyed = try await driver.run(module(UserModule.self, user))
        #expect(keyed.fields["ssh_public_key"]?.string?.hasPrefix("ssh-ed25519 ") == true, "\(keyed.fields)")
        #expect(try await !driver.run(module(UserModule.self, user)).changed)
        _ = try await driver.run(module(UserModule.self, ["name": "drk", "state": "absent", "remove": true]))
        #expect(try await apt(["clean": true]).changed)
        #expect(try await !apt(["clean": true]).changed)
    }
}
