//! `drover graph --test` on the lab: an open line, one that a firewall cuts, and one whose other end has stopped.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabLineTests {
        private static let description = ["-i", "inventories/lab", "--services", "Tests/Fleet/drift/services.yml"]

        private func test(_ more: String...) async throws -> Outcome {
            try await Lab.drover(["graph", "--test"] + Self.description + more)
        }

        @Test func openAndCutLines() async throws {
            try await Lab.emptyServers()
            let deployed = try await Lab.drover(["deploy", "--yes"] + Self.description)
            try #require(deployed.status == 0, "\(deployed.text)")
            let open = try await test()
            #expect(open.status == 0, "\(open.text)")
            #expect(open.output.contains("from the container"), "\(open.text)")

            // What the host itself may do, its container may not: the firewall is the container's.
            let drop = "FORWARD --protocol tcp --dport 7002 --jump DROP"
            try await Lab.server("app1", "iptables --insert \(drop)")
            let silent = try await test("--format", "json")
            try await Lab.server("app1", "iptables --delete \(drop)")
            #expect(silent.status == 3, "\(silent.text)")
            #expect(silent.output.contains("\"reason\": \"no answer\""), "\(silent.text)")

            let reject = "FORWARD --protocol tcp --dport 6379 --jump REJECT --reject-with tcp-reset"
            try await Lab.server("app2", "iptables --insert \(reject)")
            let refused = try await test("--format", "svg")
            try await Lab.server("app2", "iptables --delete \(reject)")
            #expect(refused.status == 3, "\(refused.text)")
            #expect(refused.output.contains("✗ redis 7002: refused"), "\(refused.text)")

            try await Lab.server("app2", "docker stop --time 0 kv")
            let stopped = try await test()
            #expect(stopped.status == 3, "\(stopped.text)")
            #expect(stopped.output.contains("CUT   refused"), "\(stopped.text)")

            // Without its own container a line begins on the host.
            try await Lab.server("app1", "docker stop --time 0 front")
            let host = try await test()
            #expect(host.output.contains("refused, from the host"), "\(host.text)")
        }
    }
}
