//! `debconf`, `seboolean`, `alternatives`, `timezone`, `apt_key`, `rpm_key`: what follows from what a host says.

import Testing
import Values

@testable import Modules

@Suite struct SystemSettingsTests {
    private func run<M: Module>(
        _ type: M.Type, _ arguments: OrderedMap, _ observed: Observation
    ) async throws -> (result: ModuleResult, act: Script?) {
        let host = ScriptedHost([observed, Observation("")])
        let result = try await StepDriver(host, checkMode: false, showsDifferences: true).run(module(type, arguments))
        return (result, host.applied.first)
    }

    @Test func debconfComparesPasswordsUnseen() async throws {
        let answer: OrderedMap = ["name": "db", "question": "db/root", "vtype": "password", "value": "s3cret"]
        #expect(!(try await run(DebconfModule.self, answer, Observation("0 s3cret\n"))).result.changed)
        let (result, act) = try await run(
            DebconfModule.self, answer, Observation("0 old\n* db/root: (password omitted)\n"))
        let script = try #require(act)
        #expect(result.changed && result.differences.isEmpty && !script.text.contains("s3cret"))
        #expect(script.input == Array("db db/root password s3cret\n".utf8))
        #expect(result.fields["current"]?.dict?["db/root"] == "(password omitted)")
    }

    @Test func debconfKnowsBooleansAndChoices() async throws {
        let yes: OrderedMap = ["name": "p", "question": "p/x", "vtype": "boolean", "value": true]
        #expect(!(try await run(DebconfModule.self, yes, Observation("0 true\n"))).result.changed)
        #expect(try await run(DebconfModule.self, yes, Observation("10 p/x doesn't exist\n")).result.changed)
        let many: OrderedMap = ["name": "p", "question": "p/y", "vtype": "multiselect", "value": ["b", "a"]]
        #expect(!(try await run(DebconfModule.self, many, Observation("0 a, b\n"))).result.changed)
    }

    @Test func selinuxBooleansNowAndAtBoot() async throws {
        let on: OrderedMap = ["name": "httpd_x", "state": true, "persistent": true]
        let right = "now httpd_x --> on\nkept httpd_x                  (on   ,   on)  Allow\n"
        #expect(!(try await run(SebooleanModule.self, on, Observation(right))).result.changed)
        let now = "now httpd_x --> on\nkept httpd_x                  (on   ,  off)  Allow\n"
        let (result, act) = try await run(SebooleanModule.self, on, Observation(now))
        #expect(result.changed && act?.text.contains("setsebool -P httpd_x on") == true)
        let off = try await run(SebooleanModule.self, on, Observation("now getsebool:  SELinux is disabled\n")).result
        #expect(off.failed)
    }

    @Test func alternativesAreChosen() async throws {
        let query = """
            Name: editor
            Link: /usr/bin/editor
            Status: auto
            Best: /bin/nano
            Value: /bin/nano

            Alternative: /bin/nano
            Priority: 40

            Alternative: /usr/bin/vim
            Priority: 30

            """
        let vim: OrderedMap = ["name": "editor", "path": "/usr/bin/vim"]
        let (result, act) = try await run(AlternativesModule.self, vim, Observation(query))
        #expect(result.changed && act?.text.contains("--set editor /usr/bin/vim") == true)
        #expect(act?.text.contains("--install") == false)
        let nano: OrderedMap = ["name": "editor", "path": "/bin/nano"]
        #expect(!(try await run(AlternativesModule.self, nano, Observation(query))).result.changed)
        let new: OrderedMap = ["name": "editor", "path": "/bin/ed", "state": "present", "priority": 7]
        let install = try await run(AlternativesModule.self, new, Observation(query)).act
        #expect(install?.text.contains("--install /usr/bin/editor editor /bin/ed 7") == true)
        let gone: OrderedMap = ["name": "editor", "path": "/bin/nano", "state": "absent"]
        #expect(try await run(AlternativesModule.self, gone, Observation(query)).act?.text.contains("--remove") == true)
    }

    @Test func timezoneComparesLinkAndFile() async throws {
        let berlin: OrderedMap = ["name": "Europe/Berlin"]
        let right = "/usr/share/zoneinfo/Europe/Berlin\nEurope/Berlin\n\nzone\nfile\n"
        #expect(!(try await run(TimezoneModule.self, berlin, Observation(right))).result.changed)
        let wrong = "/usr/share/zoneinfo/Etc/UTC\nEtc/UTC\n\nzone\nfile\n"
        let (result, act) = try await run(TimezoneModule.self, berlin, Observation(wrong))
        #expect(result.changed && act?.text.contains("timedatectl set-timezone Europe/Berlin") == true)
        #expect(act?.text.contains(">/etc/timezone") == true)
        let clock = try await run(TimezoneModule.self, ["hwclock": "local"], Observation(wrong))
        #expect(clock.result.changed && clock.act?.text.contains("set-local-rtc 1") == true)
    }

    @Test func keysAreKnownByTheirIds() async throws {
        let known = "pub:-:4096:1:AED4B06F473041FA:1282940623:::-:::scSC::::::23::0:\n"
        let id: OrderedMap = ["id": "0x9FED2BCBDCD29CDF762678CBAED4B06F473041FA", "keyserver": "keys.example.com"]
        #expect(!(try await run(AptKeyModule.self, id, Observation(known))).result.changed)
        let (result, act) = try await run(AptKeyModule.self, id, Observation(""))
        #expect(result.changed && act?.text.contains("--recv 9FED2BCBDCD29CDF762678CBAED4B06F473041FA") == true)
        let missing = try await run(AptKeyModule.self, id, Observation("", status: 94)).result
        #expect(missing.failed && missing.fields["msg"]?.string?.contains("signed-by") == true)
        let rpm: OrderedMap = ["key": "0x473041FA", "state": "absent"]
        let erased = try await run(RpmKeyModule.self, rpm, Observation("known 473041fa\n")).act
        #expect(erased?.text.contains("gpg-pubkey-473041fa") == true)
        #expect(!(try await run(RpmKeyModule.self, rpm, Observation("known 00000000\n"))).result.changed)
    }
}
