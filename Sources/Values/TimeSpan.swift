//! The difference of two dates.

import Diagnostics

/// Python's timedelta.
package final class TimeSpan: ValueObject {
    package let microseconds: Int
    package init(microseconds: Int) { self.microseconds = microseconds }
    package var typeName: String { "timedelta" }

    package var days: Int { Int((Double(microseconds) / 86_400_000_000).rounded(.down)) }
    package var seconds: Int { (microseconds - days * 86_400_000_000) / 1_000_000 }
    package var totalSeconds: Double { Double(microseconds) / 1_000_000 }

    package func isTruthy() throws(Diagnostic) -> Bool { microseconds != 0 }

    package func attribute(_ name: String) throws(Diagnostic) -> Value? {
        switch name {
        case "days": .int(days)
        case "seconds": .int(seconds)
        case "microseconds": .int(microseconds - days * 86_400_000_000 - seconds * 1_000_000)
        default: nil
        }
    }

    package func text() throws(Diagnostic) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var text = days == 0 ? "" : "\(days) day\(abs(days) == 1 ? "" : "s"), "
        text += "\(hours):\(padded(minutes, 2)):\(padded(rest, 2))"
        let fraction = microseconds - days * 86_400_000_000 - seconds * 1_000_000
        return fraction == 0 ? text : text + "." + padded(fraction, 6)
    }

    package func representation() throws(Diagnostic) -> String {
        var parts: [String] = []
        let fraction = microseconds - days * 86_400_000_000 - seconds * 1_000_000
        if days != 0 { parts.append("days=\(days)") }
        if seconds != 0 { parts.append("seconds=\(seconds)") }
        if fraction != 0 { parts.append("microseconds=\(fraction)") }
        return "datetime.timedelta(" + (parts.isEmpty ? "0" : parts.joined(separator: ", ")) + ")"
    }
}

extension DateValue {
    func difference(_ other: DateValue) throws(Diagnostic) -> Value {
        guard (time == nil) == (other.time == nil) else {
            throw Value.runtimeMistake("unsupported operand type(s) for -: 'datetime' and 'date'")
        }
        guard (time?.offset == nil) == (other.time?.offset == nil) else {
            throw Value.runtimeMistake("can't subtract offset-naive and offset-aware datetimes")
        }
        return .object(TimeSpan(microseconds: instant - other.instant))
    }
}
