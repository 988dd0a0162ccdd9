//! Waiting for a descriptor with a deadline.

import Glibc

/// Waits until one of the events is there; false when the deadline passes first.
func wait(for descriptor: Int32, _ events: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    while true {
        let left = ContinuousClock.now.duration(to: deadline).milliseconds
        guard left > 0 else { return false }
        let count = poll(&entry, 1, left)
        if count > 0 { return true }
        if count < 0, errno != EINTR { return true }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, as `poll` takes them.
    package var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        let total = seconds.multipliedReportingOverflow(by: 1000)
        if total.overflow { return seconds < 0 ? 0 : .max }
        return Int32(clamping: total.partialValue + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
