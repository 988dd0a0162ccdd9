//! How long a deployment's lock lasts, and how long one waits for somebody else's.

import ArgumentParser

struct LockOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .unconditional,
        help: "Seconds until the lock ends by itself when this process dies; it is renewed three times as often.")
    var lockLease = 60

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp(
            "Seconds to wait for another deployment; without it, as long as that one shows no sign of life and its "
                + "lease has not ended."))
    var lockWait: Int?

    func validate() throws {
        guard (2...3600).contains(lockLease) else {
            throw ValidationError("--lock-lease is from 2 to 3600 seconds")
        }
        guard lockWait ?? 0 >= 0 else { throw ValidationError("--lock-wait is a number of seconds") }
    }

    var policy: LockPolicy { LockPolicy(lease: lockLease, wait: lockWait) }
}

/// What the options say.
struct LockPolicy {
    /// Seconds until a lock ends that nobody renews.
    var lease = 60
    var wait: Int?

    /// Two renewals in a row may fail.
    var renewal: Duration { .milliseconds(lease * 1000 / 3) }
}
