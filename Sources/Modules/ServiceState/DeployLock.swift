//! A lease on a service: who deploys it, until when.

import Diagnostics
import Values

/// What a lock file holds.
struct DeployLock: Sendable, Equatable {
    let run: String
    let owner: String
    let message: String
    /// Seconds since 1970 by the host's clock.
    let expires: Int
    /// Higher than every number that was given out before.
    let fence: Int

    init(run: String, owner: String, message: String, expires: Int, fence: Int) {
        self.run = run
        self.owner = owner
        self.message = message
        self.expires = expires
        self.fence = fence
    }

    /// nil where the text is not a lock.
    init?(_ text: String) {
        guard let value = try? JSON.parse(text), let run = value["run"]?.string, let expires = value["expires"]?.int,
            let fence = value["fence"]?.int
        else { return nil }
        self.init(
            run: run, owner: value["owner"]?.string ?? "", message: value["message"]?.string ?? "", expires: expires,
            fence: fence)
    }

    /// One line of JSON.
    var text: String {
        get throws(Diagnostic) { try Value.dict(fields).json() }
    }

    private var fields: OrderedMap {
        [
            "owner": .string(owner), "run": .string(run), "message": .string(message), "expires": .int(expires),
            "fence": .int(fence),
        ]
    }

    func secondsLeft(at now: Int) -> Int { max(0, expires - now) }

    /// As a result tells it.
    func value(at now: Int) -> Value {
        .dict(
            fields.merging([
                "seconds_left": .int(secondsLeft(at: now)), "expired": .bool(secondsLeft(at: now) == 0),
            ]))
    }

    /// Why another run has to wait.
    func refusal(of service: String, at now: Int) -> String {
        let why = message.isEmpty ? "" : " (\"\(message)\")"
        return "service '\(service)' is locked by \(owner.isEmpty ? "somebody" : owner)\(why), run \(run), for another "
            + "\(secondsLeft(at: now)) s; wait, or take the lock away with: drover lock release \(service)"
    }
}
