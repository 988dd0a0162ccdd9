//! Facts: a recorded answer of a real host compared with what Ansible said about the same host, and live runs.

import Diagnostics
import FoundationEssentials
import Testing
import Values

@testable import Modules

@Suite struct SystemSetupTests {
    /// The script as the module sends it.
    private func script() throws -> Probe {
        guard case .observe(let probe, _) = try module(SetupModule.self, [:]).start() else {
            throw TestFailure(message: "setup does not begin with a question")
        }
        return probe
    }

    private func facts(_ report: [UInt8]) throws -> OrderedMap {
        guard case .observe(_, let then) = try module(SetupModule.self, [:]).start(),
            case .done(let result) = try then(Observation(output: report)),
            let facts = result.fields["ansible_facts"]?.dict
        else { throw TestFailure(message: "no facts") }
        return facts
    }

    /// Facts that move between two looks at one host, or that Ansible takes from its own Python.
    private static let moving: Set<String> = [
        "ansible_date_time", "ansible_env", "ansible_loadavg", "ansible_uptime_seconds", "ansible_memfree_mb",
        "ansible_memory_mb", "ansible_python", "ansible_mounts", "ansible_interfaces",
    ]

    @Test func everyFactEqualsAnsiblesOfTheSameHost() throws {
        let facts = try facts(systemGolden("setup-debian12.report"))
        let oracle = try JSON.parse(systemGolden("setup-debian12.json"))
        for (name, expected) in try #require(oracle.dict) {
            let name = try #require(name.string)
            guard !Self.moving.contains(name) else {
                #expect(facts[name] != nil, "\(name) is missing")
                continue
            }
            if let ours = facts[name]?.list, let theirs = expected.list, name.hasSuffix("_addresses") {
                #expect(Set(ours) == Set(theirs), "\(name)")
            } else {
                #expect(facts[name] == expected, "\(name)")
            }
        }
    }

    @Test func movingFactsHaveTheSameShape() throws {
        let facts = try facts(systemGolden("setup-debian12.report"))
        let oracle = try JSON.parse(systemGolden("setup-debian12.json"))
        for name in ["ansible_date_time", "ansible_memory_mb", "ansible_python"] {
            let ours = try #require(facts[name]?.dict).keys.compactMap(\.string).sorted()
            #expect(ours == oracle[name]?.dict?.keys.compactMap(\.string).sorted(), "\(name)")
        }
        let mounts = try #require(facts["ansible_mounts"]?.list)
        let expected = try #require(oracle["ansible_mounts"]?.list)
        #expect(mounts.count == expected.count)
        for key in ["mount", "device", "fstype", "options", "size_total", "block_size", "inode_total", "uuid"] {
            #expect(mounts.first?[key] == expected.first?[key], "\(key)")
        }
        let names = { (value: Value?) in Set(value?.list?.compactMap(\.string) ?? []) }
        #expect(names(facts["ansible_interfaces"]) == names(oracle["ansible_interfaces"]))
    }

    /// Nothing but busybox, no getent, no Python: what an Alpine container answers.
    @Test func busyboxAloneIsEnough() throws {
        let facts = try facts(systemGolden("setup-busybox.report"))
        let expected: OrderedMap = [
            "distribution": "Alpine", "distribution_version": "3.19.1", "os_family": "Alpine", "user_id": "root",
            "architecture": "x86_64", "userspace_bits": "64", "processor_vcpus": 2, "hostname": "vm",
        ]
        for (name, value) in expected { #expect(facts["ansible_" + (name.string ?? "")] == value, "\(name)") }
        #expect(facts["ansible_default_ipv4"]?["address"] == "192.0.2.2")
        #expect(facts["ansible_default_ipv4"]?["gateway"] == "192.0.2.1")
        #expect(facts["ansible_date_time"]?["iso8601_micro"] == "2026-11-21T13:13:10.000000Z")
        #expect(facts["ansible_python"]?["executable"]?.isNone == true)
    }

    @Test func subsetsDecideWhatIsAsked() async throws {
        func script(_ subset: Value) throws -> String {
            guard case .observe(let probe, _) = try module(SetupModule.self, ["gather_subset": subset]).start() else {
                throw TestFailure(message: "setup does not begin with a question")
            }
            return probe.script
        }
        #expect(try script(["!all"]).contains("/proc/self/mountinfo") == false)
        #expect(try script(["!all", "network"]).contains("ip -o addr"))
        #expect(try script(["!hardware"]).contains("s mounts") == false)
        #expect(throws: Diagnostic.self) { try module(SetupModule.self, ["gather_subset": "netwrok"]) }
    }

    @Test func filtersMatchWithAndWithoutPrefix() throws {
        for pattern in ["ansible_distribution*", "distribution*"] {
            guard case .observe(_, let then) = try module(SetupModule.self, ["filter": .string(pattern)]).start(),
                case .done(let result) = try then(Observation(output: systemGolden("setup-debian12.report")))
            else { throw TestFailure(message: "no facts") }
            let names = result.fields["ansible_facts"]?.dict?.keys.compactMap(\.string) ?? []
            #expect(names.contains("ansible_distribution_version") && !names.contains("ansible_kernel"))
        }
    }

    @Test func factFilesAreReadAsJSONOrINI() throws {
        let text = """
            \u{1e}localf /f/a.fact
            {"x": 1}

            \u{1e}localf /f/b.fact
            [General]
            Key = value
              goes on

            \u{1e}localx /f/c.fact

            \u{1e}localstatus /f/c.fact
            3
            """
        let facts = LocalFacts.facts(HostReport(Array(text.utf8)))["local"]
        #expect(facts?["a"] == ["x": 1])
        #expect(facts?["b"] == ["General": ["key": "value\ngoes on"]])
        #expect(facts?["c"]?.string?.contains("rc: 3") == true)
    }

    @Test(arguments: LocalShell.all()) func worksHereUnderEveryShell(_ shell: LocalShell) async throws {
        try #require(shell.isInstalled)
        let driver = StepDriver(shell, checkMode: true, showsDifferences: false)
        let result = try await driver.run(module(SetupModule.self, [:]))
        let facts = try #require(result.fields["ansible_facts"]?.dict)
        for name in ["distribution", "os_family", "kernel", "architecture", "pkg_mgr", "user_id", "memtotal_mb"] {
            #expect(facts["ansible_" + name] != nil, "\(name)")
        }
        #expect(facts["ansible_processor_vcpus"]?.int ?? 0 > 0)
        #expect(!result.changed)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["DROVER_RECORD_FACTS"] != nil, "records a new golden"))
    func record() async throws {
        let path = try #require(ProcessInfo.processInfo.environment["DROVER_RECORD_FACTS"])
        let answer = try await LocalShell.all()[0].observe([script()])[0]
        try Data(answer.output).write(to: URL(filePath: path))
        try Data(script().script.utf8).write(to: URL(filePath: path + ".sh"))
    }
}
