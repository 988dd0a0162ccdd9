//! Rollouts that do not come to their end: somebody stops them, a later batch fails, a rollback fails half-way.

import Testing

extension OnTheLab {
    @Suite(.serialized)
    struct LabUnfinishedRolloutTests {
        private static let switching = RolloutLab.Moment(line: "TASK [Switch web]")
        private static let draining = RolloutLab.Moment(line: "TASK [Time for a test to interfere]")

        private func deployAll(_ page: String) async throws {
            let done = try await RolloutLab.deploy("-e", "page=\(page)")
            try #require(done.status == 0, "\(done.text)")
            try await RolloutLab.expectAll(page)
        }

        private func expectNoLocks(_ comment: String) async throws {
            let locks = try await Lab.drover(["lock", "status"] + RolloutLab.options)
            #expect(locks.output == "no locks\n", "\(locks.text): \(comment)")
        }

        @Test func whoeverIsAskedToStopLeavesNothingHalfDone() async throws {
            try await Lab.emptyServers()
            try await deployAll("0")
            // In the middle of the first switch: it ends, and the second does not begin.
            let interrupted = try await RolloutLab.deploy(
                sending: ["INT"], at: Self.switching, ["-v", "-e", "page=1"])
            #expect(interrupted.status == 130, "\(interrupted.text)")
            #expect(try await RolloutLab.pages() == ["page 1", "page 0"], "\(interrupted.text)")
            for said in [
                "SIGINT: stopping; ", "  web on app1: release ", ", by this run\n", ", as before\n",
                "To go on: drover deploy web\n", "To go back: drover rollback web --to 20",
            ] {
                #expect(interrupted.output.contains(said), "\(said): \(interrupted.text)")
            }
            try await expectNoLocks(interrupted.text)

            // Before the first switch: the server that was taken out is put in again.
            let terminated = try await RolloutLab.deploy(
                sending: ["TERM"], at: Self.draining, ["-v", "-e", "page=2", "-e", "drain_seconds=1"])
            #expect(terminated.status == 143, "\(terminated.text)")
            #expect(terminated.output.contains("TASK [After]"), "\(terminated.text)")
            #expect(terminated.output.contains("No server was switched.\n"), "\(terminated.text)")
            #expect(try await RolloutLab.pages() == ["page 1", "page 0"], "\(terminated.text)")
            try await expectNoLocks(terminated.text)

            let twice = try await RolloutLab.deploy(
                sending: ["INT", "INT"], at: Self.draining,
                ["-v", "-e", "page=2", "-e", "drain_seconds=30", "--lock-lease", "2"])
            #expect(twice.status == 130 && !twice.output.contains("PLAY RECAP"), "\(twice.text)")
            try await deployAll("2")
        }

        @Test func aRollbackThatFailsLaterIsTakenBack() async throws {
            try await Lab.emptyServers()
            try await deployAll("1")
            try await deployAll("2")
            let before = try await RolloutLab.states()
            // What app2 has kept cannot start any more.
            try await Lab.server("app2", "rm $(ls -tr /var/lib/drover/services/web/config/*/www/page | head -n 1)")
            let back = try await Lab.drover(["rollback", "web"] + RolloutLab.options)
            #expect(back.status == 2, "\(back.text)")
            #expect(back.output.contains("The rollback failed: servers that went back run again"), "\(back.text)")
            #expect(try await RolloutLab.states() == before, "\(back.text)")
            for server in ["app1", "app2"] {
                let line = "web on \(server): release "
                #expect(back.output.split(separator: "\n").contains { $0.contains(line) && $0.hasSuffix("as before") })
            }
            let next = try await RolloutLab.deploy("-e", "page=2")
            #expect(next.output.contains("Nothing differs."), "\(next.text)")
        }

        @Test func aMistakeInALaterBatchAndAHaltedRollout() async throws {
            let before = try await RolloutLab.states()
            // Nobody can know before app2 gets there that the variable is not defined.
            let mistaken = try await RolloutLab.deploy("-e", "page=3", "-e", "mistaken_on=app2")
            #expect(mistaken.status == 2, "\(mistaken.text)")
            #expect(mistaken.text.contains("'never_said' is undefined"), "\(mistaken.text)")
            #expect(try await RolloutLab.pages() == ["page 2", "page 2"], "\(mistaken.text)")
            #expect(try await RolloutLab.states().map(\.id) == before.map(\.id), "\(mistaken.text)")

            let halted = try await RolloutLab.deploy("-e", "page=4", "-e", "broken_on=app2", "-e", "on_failure=halt")
            #expect(halted.status == 2, "\(halted.text)")
            #expect(try await RolloutLab.pages() == ["page 4", "page 2"], "\(halted.text)")
            let said = halted.output.split(separator: "\n").suffix(4)
            #expect(said.first?.hasPrefix("  web on app1: release ") == true, "\(halted.text)")
            #expect(said.first?.hasSuffix("by this run") == true, "\(halted.text)")
            #expect(said.dropFirst().first?.hasSuffix("as before") == true, "\(halted.text)")

            // "The release before" is another one on each.
            let mixed = try await Lab.drover(["rollback", "web"] + RolloutLab.options)
            #expect(mixed.status == 1, "\(mixed.text)")
            #expect(mixed.errors.contains("servers would go back to different releases of 'web'"), "\(mixed.text)")
            #expect(try await RolloutLab.pages() == ["page 4", "page 2"], "\(mixed.text)")
            try await deployAll("4")
        }
    }
}
