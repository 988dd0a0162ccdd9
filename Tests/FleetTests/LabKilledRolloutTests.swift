//! Rollouts whose process, engine or connection dies on the way: the next deployment brings everything to its end.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabKilledRolloutTests {
        /// Ten moments, spread over the time that a rollout takes.
        @Test func aKilledDeploymentIsFinishedByTheNext() async throws {
            try await RolloutLab.clear()
            let first = try await RolloutLab.deploy("-e", "page=0")
            try #require(first.status == 0, "\(first.text)")
            let began = ContinuousClock.now
            _ = try await RolloutLab.deploy("-e", "page=00")
            let parts = (ContinuousClock.now - began).components
            let whole = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
            var killed = 0
            for moment in 1...10 {
                let page = "page=\(moment)"
                let after = (whole * Double(moment) / 10.5 * 100).rounded() / 100
                let cut = try await RolloutLab.deploy(killedAfter: after, "-e", page, "--lock-lease", "2")
                if cut.status != 0, !cut.output.contains("PLAY RECAP") { killed += 1 }
                let next = try await RolloutLab.deploy("-e", page)
                #expect(next.status == 0, "after \(after) s: \(cut.text)\n\(next.text)")
                try await RolloutLab.expectAll(String(moment), "after \(after) s: \(next.text)")
            }
            print("killed \(killed) of 10 deployments within \(whole) s")
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
            "n=0; until { \(condition); } || [ $n = 400 ]; do n=$((n+1)); sleep 0.02; done; \(act)"
        }
    }
}
