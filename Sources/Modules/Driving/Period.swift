//! When something ran, in the words of Ansible's results.

import Glibc
import Values

/// A moment of the control node's wall clock, in microseconds since 1970.
package struct Instant: Sendable, Hashable {
    package let microseconds: Int

    package init(microseconds: Int) { self.microseconds = microseconds }

    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: time.tv_sec * 1_000_000 + time.tv_nsec / 1000)
    }

    /// `2026-11-21 12:27:15.324855` in local time.
    package var text: String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map { $0.padded(2) }
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Int($0).padded(2) }
        let fraction = (microseconds % 1_000_000).padded(6)
        return "\(date.joined(separator: "-")) \(time.joined(separator: ":")).\(fraction)"
    }
}

/// From one moment to another.
package struct Period: Sendable {
    package let start: Instant
    package let end: Instant

    package init(from start: Instant, to end: Instant) {
        self.start = start
        self.end = end
    }

    package var seconds: Double { Double(max(0, end.microseconds - start.microseconds)) / 1e6 }

    /// `0:00:00.018988`.
    package var duration: String {
        let total = max(0, end.microseconds - start.microseconds)
        let seconds = total / 1_000_000
        let clock = "\(seconds / 3600):\((seconds / 60 % 60).padded(2)):\((seconds % 60).padded(2))"
        return "\(clock).\((total % 1_000_000).padded(6))"
    }
}

extension Int {
    /// In decimal digits, with leading zeros.
    func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
    }
}

extension Instant {
    /// In local time, as templates see it.
    var dateValue: DateValue {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return DateValue(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            time: .init(
                hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
                microsecond: microseconds % 1_000_000))
    }
}
