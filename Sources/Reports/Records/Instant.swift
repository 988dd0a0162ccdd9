//! A point in time, to the microsecond, as reports for programs write it.

import Glibc

package struct Instant: Sendable, Equatable {
    let microseconds: Int

    package init(microseconds: Int) { self.microseconds = microseconds }

    static var now: Instant {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        return Instant(microseconds: clock.tv_sec * 1_000_000 + clock.tv_nsec / 1000)
    }

    /// `2026-11-22T00:54:35.507442`, in UTC.
    var text: String {
        var parts = tm()
        var seconds = microseconds / 1_000_000
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let fraction = String(microseconds % 1_000_000)
        let digits = String(repeating: "0", count: 6 - fraction.count) + fraction
        return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self) + "." + digits
    }

    func seconds(since start: Instant) -> Double { Double(microseconds - start.microseconds) / 1_000_000 }
}
