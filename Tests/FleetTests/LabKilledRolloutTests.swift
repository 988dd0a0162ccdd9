//! Rollouts whose process, engine or connection dies on the way: the next deployment brings everything to its end.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabKilledRolloutTests {
        /// Ten moments, spread over a rollout.
        private static let moments = [
            RolloutLab.Moment(line: "PLAY [Check the servers]"),
            .init(line: "PLAY [web: fetch]"), .init(line: "PLAY [web: fetch]", seconds: 0.2),
            .init(line: "PLAY [web: switch]"), .init(line: "PLAY [web: switch]", seconds: 0.2),
            .init(line: "PLAY [web: switch]", seconds: 0.4), .init(line: "PLAY [web: switch]", seconds: 0.6),
            .init(line: "PLAY [web: switch]", times: 2), .init(line: "PLAY [web: switch]", times: 2, seconds: 0.3),
            .init(line: "PLAY [web: switch]", times: 2, seconds: 0.5),
        ]

        @Test func aKilledDeploymentIsFinishedByTheNext() async throws {
            try await Lab.emptyServers()
            let first = try await RolloutLab.deploy("-e", "page=0")
            try #require(first.status == 0, "\(first.text)")
            var killed = 0
            for (number, moment) in Self.moments.enumerated() {
                let page = "page=\(number + 1)"
                let cut = try await RolloutLab.deploy(killedAt: moment, "-e", page, "--lock-lease", "2")
                if cut.output.hasSuffix("killed\n") { killed += 1 }
                let next = try await RolloutLab.deploy("-e", page)
                #expect(next.status == 0, "\(moment): \(cut.text)\n\(next.text)")
                try await RolloutLab.expectAll(String(number + 1), "\(moment): \(next.text)")
            }
            print("killed \(killed) of \(Self.moments.count) deployments")
            // A fast machine may be done before the last ones.
            #expect(killed >= 8)
            let locks = try await Lab.drover(["lock", "status"] + RolloutLab.options)
            #expect(locks.output == "no locks\n", "\(locks.text)")
        }

        @Test func anEngineThatStartsAnewInTheMiddle() async throws {
            let before = try await RolloutLab.pages()
            async let run = RolloutLab.deploy("-e", "page=engine", "-e", "drain_seconds=1")
            try await RolloutLab.waitForLock()
            // The switch of app1 makes its container beside the old one first.
            try await Lab.server("app1", Self.once("docker ps -a | grep -q drover-new", "kill $(cat /run/docker.pid)"))
            let outcome = try await run
            #expect([0, 2].contains(outcome.status), "\(outcome.text)")
            try await Lab.server("app1", "until docker version >/dev/null 2>&1; do sleep 0.1; done")
            #expect(
                try await RolloutLab.pages() == (outcome.status == 0 ? ["page engine", "page engine"] : before),
                "\(outcome.text)")
            let next = try await RolloutLab.deploy("-e", "page=engine")
            #expect(next.status == 0, "\(next.text)")
            try await RolloutLab.expectAll("engine", next.text)
        }

        @Test(arguments: ["docker ps -a | grep -q drover-new", "! docker ps | grep -q ' web$'"])
        func aConnectionThatIsCutInTheMiddle(_ moment: String) async throws {
            let before = try await RolloutLab.pages()
            async let run = RolloutLab.deploy("-e", "page=cut")
            try await RolloutLab.waitForLock()
            try await Lab.server("app2", Self.once(moment, "pkill -KILL -f 'sshd: deploy'"))
            let outcome = try await run
            #expect(outcome.status == 4, "\(outcome.text)")
            // Nobody is left behind: app1 is back, and app2 answers as before.
            #expect(try await RolloutLab.pages() == before, "\(outcome.text)")
            let next = try await RolloutLab.deploy("-e", "page=again")
            #expect(next.status == 0, "\(next.text)")
            try await RolloutLab.expectAll("again", next.text)
        }

        /// Shell code that waits for something and then acts at once.
        private static func once(_ condition: String, _ act: String) -> String {
            "n=0; until { \(condition); } || [ $n = 3000 ]; do n=$((n+1)); sleep 0.02; done; \(act)"
        }
    }
}
