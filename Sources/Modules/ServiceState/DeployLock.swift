//! A lease on a service: who deploys it, until when.

import Diagnostics
import Values

/// What a lock file holds.
struct DeployLock: Sendable, Equatable {
    let run: String
    let owner: String
    let message: String
    /// When it was taken, in seconds since 1970 by the host's clock; 0 where the file does not tell.
    let since: Int
    /// Likewise.
    let expires: Int
    /// Higher than every number that was given out before.
    let fence: Int

    init(run: String, owner: String, message: String, since: Int, expires: Int, fence: Int) {
        self.run = run
        self.owner = owner
        self.message = message
        self.since = since
        self.expires = expires
        self.fence = fence
    }

    /// nil where the text is not a lock.
    init?(_ text: String) {
        guard let value = try? JSON.parse(text), let run = value["run"]?.string, let expires = value["expires"]?.int,
            let fence = value["fence"]?.int
        else { return nil }
        self.init(
            run: run, owner: value["owner"]?.string ?? "", message: value["message"]?.string ?? "",
            since: value["since"]?.int ?? 0, expires: expires, fence: fence)
    }

    /// One line of JSON.
    var text: String {
        get throws(Diagnostic) { try Value.dict(fields).json() }
    }

    private var fields: OrderedMap {
        [
            "owner": .string(owner), "run": .string(run), "message": .string(message), "since": .int(since),
            "expires": .int(expires), "fence": .int(fence),
        ]
    }

    func secondsLeft(at now: Int) -> Int { max(0, expires - now) }

    /// As a result tells it.
    func value(at now: Int) -> Value {
        .dict(
            fields.merging([
                "seconds_left": .int(secondsLeft(at: now)), "expired": .bool(secondsLeft(at: now) == 0),
                "since": .string(sinceText), "holder": .string(holder),
            ]))
    }

    /// `ana@desk since 2026-11-21T12:27:15Z ("hotfix"), run 20261121T122715Z-1f`
    private var holder: String {
        let when = since == 0 ? "" : " since \(sinceText)"
        let why = message.isEmpty ? "" : " (\"\(message)\")"
        return "\(owner.isEmpty ? "somebody" : owner)\(when)\(why), run \(run)"
    }

    private var sinceText: String { since == 0 ? "" : Instant(microseconds: since * 1_000_000).universalText }

    /// Why another run has to wait.
    func refusal(of service: String, at now: Int) -> String {
        "service '\(service)' is locked by \(holder), for another "
            + "\(secondsLeft(at: now)) s; wait, or take the lock away with: drover lock release \(service)"
    }
}
