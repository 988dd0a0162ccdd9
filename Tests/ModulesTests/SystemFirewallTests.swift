//! `ufw`, `firewalld` and `iptables`: which commands follow from what a host says.

import Testing
import Values

@testable import Modules

@Suite struct SystemFirewallTests {
    private func run<M: Module>(
        _ type: M.Type, _ arguments: OrderedMap, _ observed: String, status: Int32 = 0
    ) async throws -> (result: ModuleResult, script: String) {
        let host = ScriptedHost([Observation(observed, status: status), Observation("")])
        let result = try await StepDriver(host, checkMode: false, showsDifferences: false).run(module(type, arguments))
        return (result, host.applied.first?.text ?? "")
    }

    private let ufw = "setting ENABLED=no\nsetting LOGLEVEL=low\nsetting DEFAULT_INPUT_POLICY=\"DROP\"\n"

    @Test func ufwLeavesARuleThatIsThere() async throws {
        let skipped =
            ufw + "old4 allow tcp 22\ndry Skipping adding existing rule\ndry Skipping adding existing rule (v6)\n"
        let rule: OrderedMap = ["rule": "allow", "port": "22", "proto": "tcp"]
        #expect(!(try await run(UfwModule.self, rule, skipped)).result.changed)
        let added = ufw + "old4 x\ndry *filter\ndry ### tuple ### x\ndry ### tuple ### allow tcp 22\n"
        let (result, script) = try await run(UfwModule.self, rule, added)
        #expect(
            result.changed && script.contains("ufw 'allow' 'proto' 'tcp' 'from' 'any' 'to' 'any' 'port' '22'")
                || script.contains("ufw allow proto tcp from any to any port 22"), "\(script)")
    }

    @Test func ufwDeletesOnlyWhatIsThere() async throws {
        let rule: OrderedMap = ["rule": "allow", "port": "22", "delete": true]
        let same = ufw + "old4 x\nold6 y\ndry *filter\ndry ### tuple ### x\ndry *filter\ndry ### tuple ### y\n"
        #expect(!(try await run(UfwModule.self, rule, same)).result.changed)
        let gone = ufw + "old4 x\nold6 y\ndry *filter\ndry *filter\ndry ### tuple ### y\n"
        #expect(try await run(UfwModule.self, rule, gone).result.changed)
    }

    @Test func ufwComparesPoliciesAndState() async throws {
        let (result, script) = try await run(
            UfwModule.self, ["default": "deny", "state": "enabled", "logging": "on"], ufw)
        #expect(result.fields["commands"] == ["ufw -f enable"] && script.contains("ufw -f enable"))
        let failed = try await run(UfwModule.self, ["rule": "allow", "port": "x"], ufw + "dry ERROR: Bad port\n").result
        #expect(failed.failed && failed.fields["msg"] == "Bad port")
    }

    @Test func firewalldSwitchesNowAndForGood() async throws {
        let both: OrderedMap = ["service": "https", "state": "enabled", "permanent": true, "immediate": true]
        #expect(!(try await run(FirewalldModule.self, both, "now yes\nkept yes\n")).result.changed)
        let (result, script) = try await run(FirewalldModule.self, both, "now yes\nkept no\n")
        #expect(result.changed && script.contains("firewall-cmd --permanent --add-service=https"), "\(script)")
        #expect(!script.contains("{ firewall-cmd --add-service"))
        let down = try await run(FirewalldModule.self, ["port": "80/tcp", "state": "enabled"], "down\n").result
        #expect(down.failed)
    }

    @Test func firewalldTurnsMasqueradingOff() async throws {
        let off: OrderedMap = ["masquerade": false, "state": "enabled", "zone": "dmz"]
        let (result, script) = try await run(FirewalldModule.self, off, "now yes\n")
        #expect(result.changed && script.contains("--zone=dmz") && script.contains("--remove-masquerade"), "\(script)")
    }

    @Test func iptablesAddsWhatIsNotThere() async throws {
        let rule: OrderedMap = [
            "chain": "INPUT", "protocol": "tcp", "destination_port": "22", "ctstate": ["NEW"], "jump": "ACCEPT",
            "source": "!10.0.0.0/8", "comment": "a b",
        ]
        let (result, script) = try await run(IptablesModule.self, rule, "iptables -P INPUT ACCEPT\n")
        let words =
            "-p tcp ! -s 10.0.0.0/8 -j ACCEPT --destination-port 22 -m conntrack --ctstate NEW -m comment --comment a b"
        #expect(result.changed && result.fields["rule"] == .string(words), "\(result.fields)")
        #expect(script.contains("-A INPUT -p tcp"), "\(script)")
        #expect(!(try await run(IptablesModule.self, rule, "iptables rule\niptables -P INPUT ACCEPT\n")).result.changed)
    }

    @Test func iptablesSetsPoliciesAndFlushes() async throws {
        let policy: OrderedMap = ["chain": "INPUT", "policy": "DROP"]
        #expect(
            try await run(IptablesModule.self, policy, "iptables -P INPUT ACCEPT\n").script.contains("-P INPUT DROP"))
        #expect(!(try await run(IptablesModule.self, policy, "iptables -P INPUT DROP\n")).result.changed)
        let flush: OrderedMap = ["flush": true]
        #expect(!(try await run(IptablesModule.self, flush, "iptables -P INPUT DROP\n")).result.changed)
        #expect(try await run(IptablesModule.self, flush, "iptables -A INPUT -j DROP\n").script.contains("-F"))
    }
}
