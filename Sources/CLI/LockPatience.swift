//! Whether to wait for the holder of a lock.

import Values

/// Somebody else's lock on one host.
struct LockHolder: Sendable, Equatable {
    let host: String
    let service: String
    let run: String
    let since: String
    let expires: Int
    let secondsLeft: Int
    /// Who, since when, why.
    let text: String

    /// What a result tells of a lock; nil where it is nobody's, or has ended.
    init?(host: String, service: String, _ lock: Value) {
        guard let run = lock["run"]?.string, let expires = lock["expires"]?.int, lock["expired"] == false else {
            return nil
        }
        self.host = host
        self.service = service
        self.run = run
        since = lock["since"]?.string ?? ""
        self.expires = expires
        secondsLeft = lock["seconds_left"]?.int ?? 0
        text = lock["holder"]?.string ?? run
    }
}

/// Waits for a living holder as long as `--lock-wait` says; without it only for one that seems to have died, until its
/// lease ends.
struct LockPatience {
    private struct Hold: Hashable {
        let host: String
        let service: String
        let run: String
        let since: String
    }

    private let limit: Int?
    private var seen: [Hold: Int] = [:]
    private var longest: Int?

    init(limit: Int?) { self.limit = limit }

    /// Seconds that may pass until the holders are asked no more; nil where they are not waited for.
    mutating func secondsLeft(_ holders: [LockHolder], waited: Int) -> Int? {
        if let limit { return waited < limit ? limit - waited : nil }
        for holder in holders {
            let hold = Hold(host: holder.host, service: holder.service, run: holder.run, since: holder.since)
            // Renewed: its process lives.
            if let expires = seen[hold], holder.expires > expires { return nil }
            seen[hold] = holder.expires
        }
        let longest = self.longest ?? (holders.map(\.secondsLeft).max() ?? 0) + Self.margin
        self.longest = longest
        return waited < longest ? longest - waited : nil
    }

    /// For clocks, and for somebody else who waits as well.
    private static let margin = 3
}
