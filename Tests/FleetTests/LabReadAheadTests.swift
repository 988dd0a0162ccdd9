//! Reading ahead over SSH: how often a host is spoken to.

import FoundationEssentials
import Glibc
import Testing

@Suite(.enabled(if: Lab.isLightUp, Lab.notLightUp))
struct LabReadAheadTests {
    /// Tasks that find everything as it should be.
    private func playbook(_ count: Int) -> String {
        let tasks = (1...count).map { number in
            switch number % 3 {
            case 0: "    - lineinfile: {path: /etc/hostname, line: no-such-line-\(number), state: absent}\n"
            case 1: "    - stat: {path: /etc/passwd, get_checksum: false}\n"
            default: "    - file: {path: /no/such/file/\(number), state: absent}\n"
            }
        }
        return "- hosts: light001\n  gather_facts: false\n  tasks:\n" + tasks.joined()
    }

    /// The round trips of one run, those of the handshake included.
    private func turns(_ count: Int, readsAhead: Bool) async throws -> Int {
        let folder = "/tmp/drover-turns-\(UInt64.random(in: 0...UInt64.max))"
        mkdir(folder, 0o700)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try playbook(count).write(toFile: "\(folder)/site.yml", atomically: true, encoding: .utf8)
        let proxy = "-o ProxyCommand='\(Lab.tree)/Tests/Fleet/lib/turns %h %p \(folder)/turns'"
        let run = try await Lab.run([
            "/usr/bin/env", "DROVER_READ_AHEAD=\(readsAhead ? 1 : 0)", Lab.binary ?? "", "run", "-i",
            Lab.lightInventory, "\(folder)/site.yml", "--ssh-extra-args", proxy,
        ])
        #expect(run.status == 0, "\(run.text)")
        #expect(run.counts("ok") == ["light001": count])
        #expect(run.counts("changed") == ["light001": 0])
        return try String(contentsOfFile: "\(folder)/turns", encoding: .utf8).count
    }

    @Test func aConvergedPlayTakesFewRoundTripsMoreThanOneTask() async throws {
        let one = try await turns(1, readsAhead: true)
        let all = try await turns(25, readsAhead: true)
        #expect(one > 0 && all - one <= 8, "\(all) round trips, \(one) for one task")
        let without = try await turns(25, readsAhead: false)
        #expect(without - one >= 24, "\(without) round trips, \(one) for one task")
    }
}
