//! What has to be refused before anything is touched: a port that is taken, an old backup, a registry that is away.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabRefusedRolloutTests {
        @Test func aPortThatIsTakenAndAnOldBackupAreRefusedBeforeAnyChange() async throws {
            try await Lab.emptyServers()
            let first = try await RolloutLab.deploy()
            try #require(first.status == 0, "\(first.text)")
            let before = try await RolloutLab.states()
            // The second server's own sshd listens there.
            try await Lab.server("app2", "/usr/sbin/sshd -p 7003 -o PidFile=/run/stranger.pid")
            let taken = try await RolloutLab.deploy("-e", "port=7003", "-e", "page=two", "-e", "image_version=1.1")
            try await Lab.server("app2", "kill $(cat /run/stranger.pid)")
            #expect(taken.status == 2, "\(taken.text)")
            #expect(taken.text.contains("port 7003/tcp of service 'web' is taken by sshd (pid "), "\(taken.text)")
            #expect(!taken.text.contains("PLAY [web: fetch]"), "\(taken.text)")
            let unready = try await RolloutLab.deploy("-e", "backup_hours=30", "-e", "page=two")
            #expect(unready.status == 2, "\(unready.text)")
            #expect(unready.text.contains("the last backup is 30 hours old"), "\(unready.text)")
            #expect(!unready.text.contains("PLAY [web: fetch]"), "\(unready.text)")
            #expect(try await RolloutLab.states() == before)
        }

        /// Whoever goes back needs no registry; whoever deploys is told before anything changes.
        @Test func aRegistryThatIsAwayStopsDeploymentsAndNoRollback() async throws {
            let newer = try await RolloutLab.deploy("-e", "page=two")
            try #require(newer.status == 0, "\(newer.text)")
            for server in RolloutLab.servers {
                try await Lab.server(server, "docker image rm --force registry.lab:5000/app:1.1; \(Self.wall("-I"))")
            }
            let back = try await Lab.drover(["rollback", "web"] + RolloutLab.options)
            #expect(back.status == 0, "\(back.text)")
            try await RolloutLab.expectAll("one", back.text)
            let before = try await RolloutLab.states()
            let deployed = try await RolloutLab.deploy("-e", "page=three", "-e", "image_version=1.1")
            for server in RolloutLab.servers { try await Lab.server(server, Self.wall("-D")) }
            #expect(deployed.status == 2, "\(deployed.text)")
            #expect(deployed.text.contains("registry.lab:5000"), "\(deployed.text)")
            #expect(try await RolloutLab.states() == before)
        }

        /// The fleet goes back as a whole.
        @Test func aServerThatKeptNothingStopsARollback() async throws {
            let newer = try await RolloutLab.deploy("-e", "page=four")
            try #require(newer.status == 0, "\(newer.text)")
            try await Lab.server(
                "app2", "docker rm $(docker ps --all --quiet --filter label=drover.service=web --filter status=exited)")
            let before = try await RolloutLab.states()
            let back = try await Lab.drover(["rollback", "web"] + RolloutLab.options)
            #expect(back.status == 2, "\(back.text)")
            #expect(
                back.text.contains("an earlier release of service 'web' is not kept on the host"), "\(back.text)")
            #expect(try await RolloutLab.states() == before)
        }

        /// Between the server's engine and the registry.
        private static func wall(_ act: String) -> String {
            "iptables \(act) OUTPUT -p tcp --dport 5000 -j REJECT --reject-with tcp-reset"
        }
    }
}
