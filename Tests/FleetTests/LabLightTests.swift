//! The binary on light hosts: many sshd processes of this machine.

import Testing

@Suite(.enabled(if: Lab.isLightUp, Lab.notLightUp))
struct LabLightTests {
    @Test func reachesEveryHost() async throws {
        let run = try await Lab.drover("run", "-i", Lab.lightInventory, "playbooks/ping.yml")
        #expect(run.status == 0, "\(run.text)")
        #expect(run.recap.count == 10)
        #expect(run.counts("unreachable").values.allSatisfy { $0 == 0 })
        #expect(run.counts("ok").values.allSatisfy { $0 == 3 })
    }

    @Test func runsACommandEverywhere() async throws {
        let run = try await Lab.drover("exec", "light", "-i", Lab.lightInventory, "echo from-$((40 + 2))")
        #expect(run.status == 0, "\(run.text)")
        #expect(run.output.split(separator: "\n").count { $0.contains("from-42") } == 10)
    }

    /// Connections still end while the process does: it must not fall over what they hold.
    @Test func endsCleanlyEveryTime() async throws {
        for _ in 1...20 {
            let run = try await Lab.drover("exec", "light", "-i", Lab.lightInventory, "true")
            #expect(run.status == 0, "\(run.text)")
        }
    }

    @Test func writesAnEventPerLine() async throws {
        let run = try await Lab.drover("run", "--output", "json", "-i", Lab.lightInventory, "playbooks/ping.yml")
        let lines = run.output.split(separator: "\n")
        #expect(run.status == 0, "\(run.text)")
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect(lines.count { $0.contains("\"stats\"") } == 1)
    }

    @Test func refusesAnUnknownHostKey() async throws {
        let run = try await Lab.drover(
            "run", "-i", Lab.lightInventory, "playbooks/ping.yml", "--limit", "light001", "-e",
            "{\"ansible_ssh_common_args\": \"-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes\"}")
        #expect(run.status == 4, "\(run.text)")
        #expect(run.counts("unreachable") == ["light001": 1])
        #expect(run.text.lowercased().contains("host key"))
    }

    @Test func saysThatTheKeyIsRefused() async throws {
        let run = try await Lab.drover(
            "run", "-i", Lab.lightInventory, "playbooks/ping.yml", "--limit", "light002", "-e",
            "ansible_ssh_private_key_file=\(Lab.directory ?? "")/light/host_key")
        #expect(run.status == 4, "\(run.text)")
        #expect(run.counts("unreachable") == ["light002": 1])
    }
}
