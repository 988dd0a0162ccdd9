//! Two deployments that meet, and locks that are lost while they are held.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabLockTests {
        @Test func ofTwoDeploymentsOneWinsAndTheOtherSaysWho() async throws {
            try await Lab.emptyServers()
            async let one = RolloutLab.deploy("-e", "page=a", "-m", "first", "--lock-wait", "0")
            async let other = RolloutLab.deploy("-e", "page=b", "-m", "second", "--lock-wait", "0")
            let outcomes = try await [one, other]
            #expect(outcomes.map(\.status).sorted() == [0, 75], "\(outcomes.map(\.text))")
            let winner = outcomes[0].status == 0 ? ("a", "first") : ("b", "second")
            let loser = outcomes[outcomes[0].status == 0 ? 1 : 0]
            try await RolloutLab.expectAll(winner.0)
            let said = [
                "error[service-lock]", "'web' is locked on app1 by ", " since 20", "\"\(winner.1)\"",
                "drover lock release web",
            ]
            for text in said { #expect(loser.text.contains(text), "\(text): \(loser.text)") }
            #expect(!loser.text.contains("PLAY ["))
        }

        @Test func aLivingHolderIsSeenToLive() async throws {
            async let holder = RolloutLab.deploy("-e", "page=c", "--lock-lease", "3", "-e", "drain_seconds=4")
            try await RolloutLab.waitForLock()
            let other = try await RolloutLab.deploy("-e", "page=d")
            #expect(other.status == 75, "\(other.text)")
            #expect(other.text.contains("; waiting, for"), "\(other.text)")
            let done = try await holder
            #expect(done.status == 0, "\(done.text)")
            try await RolloutLab.expectAll("c")
        }

        @Test func whoeverLosesTheLockSwitchesNothingMore() async throws {
            async let run = RolloutLab.deploy("-e", "page=e", "-e", "drain_seconds=6")
            try await RolloutLab.waitForLock()
            let released = try await Lab.drover(["lock", "release"] + RolloutLab.options)
            #expect(released.text.contains("released web"), "\(released.text)")
            let stopped = try await run
            #expect(stopped.status == 75, "\(stopped.text)")
            #expect(stopped.text.contains("before any server was switched"), "\(stopped.text)")
            try await RolloutLab.expectAll("c", stopped.text)
        }

        /// Somebody removes the file, so that no number stops the switch: the renewal has to notice.
        @Test func aLockThatIsGoneStopsTheRollout() async throws {
            let before = try await RolloutLab.states()
            async let run = RolloutLab.deploy("-e", "page=f", "--lock-lease", "3", "-e", "drain_seconds=6")
            try await RolloutLab.waitForLock()
            try await Lab.server("app2", "rm /var/lib/drover/services/web.lock")
            let stopped = try await run
            #expect(stopped.status == 75, "\(stopped.text)")
            #expect(
                stopped.text.contains("the lock of service 'web' is gone: somebody has released it"), "\(stopped.text)")
            #expect(stopped.text.contains("before any server was switched"), "\(stopped.text)")
            #expect(try await RolloutLab.states() == before)
            let next = try await RolloutLab.deploy("-e", "page=f")
            #expect(next.status == 0, "\(next.text)")
            try await RolloutLab.expectAll("f")
        }
    }
}
