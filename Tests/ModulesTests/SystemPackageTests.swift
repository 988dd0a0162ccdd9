//! `package`, `dnf`, `apk` and the modules that only look: getent, package_facts, service_facts, hostname.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct SystemPackageTests {
    private func run<M: Module>(
        _ type: M.Type, _ arguments: OrderedMap, _ answers: [Observation], checkMode: Bool = false
    ) async throws -> (ModuleResult, ScriptedHost) {
        let host = ScriptedHost(answers)
        return (
            try await StepDriver(host, checkMode: checkMode, showsDifferences: true).run(module(type, arguments)), host
        )
    }

    @Test func packageHandsOverToApt() async throws {
        let (result, host) = try await run(
            PackageModule.self, ["name": ["curl"], "state": "present", "cache_valid_time": 10_000],
            [Observation("apt-get\n"), Observation("L|1000000|\nN|1000500\nP|curl|amd64|7|installed|install\n")])
        #expect(!result.changed && !result.failed && host.asked.count == 2)
    }

    @Test func packageTakesApksOutput() async throws {
        let (result, host) = try await run(
            PackageModule.self, ["name": "nginx"],
            [
                Observation("apk\n"),
                Observation("(1/2) Installing pcre (8)\n(2/2) Installing nginx (1.24.0-r7)\nOK\n"),
                Observation("OK"),
            ])
        #expect(result.changed && host.applied.first?.text.contains("add nginx") == true)
        #expect(result.fields["packages"] == ["pcre", "nginx"])
    }

    @Test func unsupportedManagerIsNamed() async throws {
        let (result, _) = try await run(PackageModule.self, ["name": "x"], [Observation("pacman\n")])
        #expect(result.fields["msg"]?.string?.contains("pacman") == true)
        #expect(throws: Diagnostic.self) { try module(PackageModule.self, ["name": "x", "use": "aptt"]) }
    }

    @Test func wrongArgumentOfTheManagerIsAMistake() async throws {
        await #expect(throws: (any Error).self) {
            _ = try await run(PackageModule.self, ["name": "x", "nosuch": true], [Observation("apt-get\n")])
        }
    }

    @Test func dnfAsksBeforeItActs() async throws {
        let dry = """
            B|bash|5.2-1|x86_64
            Installing:
             nginx-with-a-long-name
                          x86_64    1:1.24-1    base    5 k
            Transaction Summary
            Operation aborted.
            status 1

            """
        let (result, host) = try await run(
            DnfModule.self, ["name": ["nginx", "bash"], "enablerepo": ["epel"], "disablerepo": "*"],
            [
                Observation("I bash\n"), Observation(dry),
                Observation("bash|5.2-1|x86_64\nnginx-with-a-long-name|1:1.24-1|x86_64\ngpg-pubkey|1-1|(none)\n"),
            ])
        #expect(result.changed && result.fields["results"] == ["Installed: nginx-with-a-long-name-1:1.24-1.x86_64"])
        let text = try #require(host.applied.first?.text)
        #expect(text.contains("-y -q --disablerepo='*' --enablerepo=epel") && text.contains(" install nginx >&2"))
        let (idle, _) = try await run(
            DnfModule.self, ["name": "bash", "state": "installed"], [Observation("I bash\n")])
        #expect(!idle.changed)
        let (unknown, _) = try await run(
            DnfModule.self, ["name": "nope"],
            [Observation(""), Observation("No match for argument: nope\nstatus 1\n")])
        #expect(unknown.failed && unknown.fields["failures"] == ["No package nope available."])
    }

    @Test func dnfLatestUpgradesAndInstalls() async throws {
        let dry = "Upgrading:\n a noarch 2 base 1 k\nOperation aborted.\nstatus 1\nNothing to do.\nstatus 0\n"
        let (_, host) = try await run(
            DnfModule.self, ["name": ["a", "b"], "state": "latest"],
            [Observation("I a\n"), Observation(dry), Observation("")])
        let text = try #require(host.applied.first?.text)
        #expect(text.contains("upgrade a ") && text.contains("install b "))
    }

    @Test func versionsAreOrderedAsRpmOrdersThem() {
        let ascending = ["1.0~rc1", "1.0", "1.0^git1", "1.0a", "1.0.1", "1.2", "1.10", "1:0.1", "2:0"]
        for (index, left) in ascending.enumerated() {
            for right in ascending[(index + 1)...] {
                #expect(RpmVersion(left) < RpmVersion(right), "\(left) \(right)")
                #expect(!(RpmVersion(right) < RpmVersion(left)), "\(right) \(left)")
            }
        }
        #expect(RpmVersion("1.0") == RpmVersion("0:1.00-3"))
        #expect(RpmVersion("1.0-1") < RpmVersion("1.0-2"))
    }

    @Test func getentAnswersLikeAnsibles() async throws {
        let (root, _) = try await run(
            GetentModule.self, ["database": "passwd", "key": "root"], [Observation("root:x:0:0:root:/root:/bin/bash\n")]
        )
        #expect(
            root.fields["ansible_facts"]?["getent_passwd"]?["root"] == ["x", "0", "0", "root", "/root", "/bin/bash"])
        let (services, _) = try await run(
            GetentModule.self, ["database": "services"], [Observation("domain 53/tcp\ndomain 53/udp\nssh 22/tcp\n")])
        let found = services.fields["ansible_facts"]?["getent_services"]
        #expect(found?["domain"] == [["53/tcp"], ["53/udp"]] && found?["ssh"] == ["22/tcp"])
        let (missing, _) = try await run(
            GetentModule.self, ["database": "passwd", "key": "nosuch", "fail_key": false], [Observation("", status: 2)])
        #expect(!missing.failed && missing.fields["ansible_facts"]?["getent_passwd"]?["nosuch"]?.isNone == true)
    }

    @Test func packagesOfEachManagerAreListed() async throws {
        let listings = """
            apt|installed|bash|5.2.15-2+b8|amd64|shells
            apt|config-files|gone|1|amd64|x
            rpm|installed|kernel|5.14.0|x86_64|362.el9|(none)
            apk|py3-foo-1.2.4-r2 x86_64 {foo} (MIT) [installed]
            pacman|zlib 1:1.3-2

            """
        let (result, _) = try await run(PackageFactsModule.self, ["strategy": "all"], [Observation(listings)])
        let packages = try #require(result.fields["ansible_facts"]?["packages"]?.dict)
        #expect(packages.keys.compactMap(\.string) == ["bash", "kernel", "py3-foo", "zlib"])
        let bash: Value = [
            "arch": "amd64", "category": "shells", "name": "bash", "origin": "", "source": "apt",
            "version": "5.2.15-2+b8",
        ]
        #expect(packages["bash"] == [bash])
        #expect(packages["py3-foo"]?.list?.first?["version"] == "1.2.4")
    }

    @Test func servicesOfEachManagerAreListed() async throws {
        let text = """
            U ssh.service loaded active running OpenBSD Secure Shell server
            U apparmor.service not-found inactive dead apparmor.service
            F ssh.service enabled enabled
            F getty@.service enabled enabled
            V  [ + ]  cron
            V  [ ? ]  hwclock.sh

            """
        let (result, _) = try await run(ServiceFactsModule.self, [:], [Observation(text)])
        let services = try #require(result.fields["ansible_facts"]?["services"])
        #expect(services["ssh.service"]?["state"] == "running" && services["ssh.service"]?["status"] == "enabled")
        #expect(
            services["getty@.service"]?["state"] == "unknown" && services["apparmor.service"]?["status"] == "not-found")
        #expect(services["cron"] == ["name": "cron", "state": "running", "source": "sysv"])
        #expect(services["hwclock.sh"] == nil)
    }

    @Test func hostnameIsComparedInBothPlaces() async throws {
        let (same, _) = try await run(
            HostnameModule.self, ["name": "web1"], [Observation("web1\nweb1\n127.0.1.1 web1.example.com web1\n")])
        #expect(!same.changed && same.fields["ansible_facts"]?["ansible_domain"] == "example.com")
        let (differs, host) = try await run(
            HostnameModule.self, ["name": "web1"], [Observation("web1\nold\n"), Observation("")])
        #expect(differs.changed && host.applied.count == 1)
        #expect(throws: Diagnostic.self) { try module(HostnameModule.self, ["name": "a b"]) }
    }
}
