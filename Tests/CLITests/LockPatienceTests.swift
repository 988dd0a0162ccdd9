//! Who is waited for when a lock is held.

import Testing
import Values

@testable import CLI

@Suite struct LockPatienceTests {
    private func holder(_ run: String = "r1", expires: Int, left: Int) throws -> LockHolder {
        let lock: Value = [
            "run": .string(run), "since": "2026-11-21T12:27:15Z", "expires": .int(expires), "seconds_left": .int(left),
            "expired": false,
            "holder": "ana@desk since 2026-11-21T12:27:15Z, run r1",
        ]
        return try #require(LockHolder(host: "app1", service: "web", lock))
    }

    @Test func oneWithoutASignOfLifeIsWaitedForUntilItsLeaseEnds() throws {
        var patience = LockPatience(limit: nil)
        #expect(patience.secondsLeft([try holder(expires: 160, left: 40)], waited: 0) == 43)
        #expect(patience.secondsLeft([try holder(expires: 160, left: 10)], waited: 30) == 13)
        #expect(patience.secondsLeft([try holder(expires: 160, left: 1)], waited: 43) == nil)
    }

    @Test func oneThatRenewsIsNotWaitedFor() throws {
        var patience = LockPatience(limit: nil)
        #expect(patience.secondsLeft([try holder(expires: 160, left: 40)], waited: 0) != nil)
        #expect(patience.secondsLeft([try holder(expires: 180, left: 59)], waited: 1) == nil)
    }

    /// Two that hold a part each give way to one another.
    @Test func anotherHoldIsNoRenewal() throws {
        var patience = LockPatience(limit: nil)
        #expect(patience.secondsLeft([try holder(expires: 160, left: 40)], waited: 0) != nil)
        #expect(patience.secondsLeft([try holder("r2", expires: 190, left: 60)], waited: 1) != nil)
    }

    @Test func aLimitIsKept() throws {
        var patience = LockPatience(limit: 5)
        #expect(patience.secondsLeft([try holder(expires: 160, left: 40)], waited: 0) == 5)
        #expect(patience.secondsLeft([try holder(expires: 180, left: 60)], waited: 4) == 1)
        #expect(patience.secondsLeft([try holder(expires: 200, left: 60)], waited: 5) == nil)
        var none = LockPatience(limit: 0)
        #expect(none.secondsLeft([try holder(expires: 160, left: 40)], waited: 0) == nil)
    }

    @Test func holdersAreToldOnce() throws {
        let holders = try ["app2", "app1"].map { host in
            try #require(LockHolder(host: host, service: "web", ["run": "r", "expires": 9, "expired": false]))
        }
        #expect(DeployLocks.text(holders) == "'web' is locked on app1, app2 by r")
        #expect(LockHolder(host: "app1", service: "web", ["run": "r", "expires": 9, "expired": true]) == nil)
    }
}
