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

        /// Plans are made before the lock is there; what they were made from is gone when it comes.
        @Test func whatWasPlannedBeforeTheLockIsComparedAgain() async throws {
            let folder = try await Lab.run(["mktemp", "-d"]).output.filter { !$0.isWhitespace }
            let file = "\(folder)/web.plan"
            let planned = try await Lab.drover(["plan", "-o", file, "-e", "page=h"] + RolloutLab.options)
            try #require(planned.status == 0, "\(planned.text)")
            async let holder = RolloutLab.deploy("-e", "page=g", "-e", "drain_seconds=3")
            try await RolloutLab.waitForLock()
            async let fromFile = Lab.drover(["deploy", file, "-e", "page=h", "--lock-wait", "60"] + RolloutLab.options)
            async let agreed = RolloutLab.deploy("-e", "page=i", "--lock-wait", "60")
            let (held, refused, other) = try await (holder, fromFile, agreed)
            _ = try await Lab.run(["rm", "-rf", "--one-file-system", folder])
            #expect(held.status == 0, "\(held.text)")
            #expect(refused.status == 1, "\(refused.text)")
            #expect(refused.errors.contains("does not fit any more"), "\(refused.text)")
            #expect(!refused.output.contains("PLAY ["), "\(refused.text)")
            #expect(other.status == 0, "\(other.text)")
            for said in ["compared again:\n  web on app1: release ", "Going on with this, as --yes says."] {
                #expect(other.output.contains(said), "\(said): \(other.text)")
            }
            try await RolloutLab.expectAll("i", other.text)
        }
    }
}
