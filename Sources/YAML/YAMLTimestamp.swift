//! Dates and timestamps of YAML 1.1.

import Values

/// A scalar that has the form of a date or timestamp.
struct YAMLTimestamp {
    /// nil where the calendar or the clock has no such value.
    let value: DateValue?

    /// nil unless the whole text has the form of a date or timestamp.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let year = reader.number(4...4), reader.skip("-"), let month = reader.number(1...2), reader.skip("-"),
            let day = reader.number(1...2)
        else { return nil }
        if reader.isAtEnd {
            // A date alone is written with all its digits.
            guard bytes.count == 10 else { return nil }
            value = Self.isDay(year, month, day) ? DateValue(year: year, month: month, day: day) : nil
            return
        }
        if !reader.skip("T"), !reader.skip("t"), !reader.skipBlanks() { return nil }
        guard let hour = reader.number(1...2), reader.skip(":"), let minute = reader.number(2...2), reader.skip(":"),
            let second = reader.number(2...2)
        else { return nil }
        let microsecond = reader.skip(".") ? reader.fraction() : 0
        var offset: Int?
        _ = reader.skipBlanks()
        if reader.skip("Z") {
            offset = 0
        } else if let sign = reader.sign() {
            guard let hours = reader.number(1...2) else { return nil }
            var minutes = 0
            if reader.skip(":") {
                guard let number = reader.number(2...2) else { return nil }
                minutes = number
            }
            offset = sign * (hours * 60 + minutes)
        }
        guard reader.isAtEnd else { return nil }
        let isTime = hour < 24 && minute < 60 && second < 60 && abs(offset ?? 0) < 24 * 60
        let time = DateValue.TimeOfDay(
            hour: hour, minute: minute, second: second, microsecond: microsecond, offset: offset)
        value =
            isTime && Self.isDay(year, month, day)
            ? DateValue(year: year, month: month, day: day, time: time) : nil
    }

    private static func isDay(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        guard year >= 1, (1...12).contains(month), day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= days[month - 1]
    }

    private struct Reader {
        let bytes: [UInt8]
        var offset = 0

        var isAtEnd: Bool { offset == bytes.count }

        mutating func number(_ digits: ClosedRange<Int>) -> Int? {
            var number = 0
            var count = 0
            while offset < bytes.count, count < digits.upperBound, bytes[offset].isDigit {
                number = number * 10 + Int(bytes[offset] - UInt8(ascii: "0"))
                offset += 1
                count += 1
            }
            return digits.contains(count) ? number : nil
        }

        mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
            guard offset < bytes.count, UInt32(bytes[offset]) == scalar.value else { return false }
            offset += 1
            return true
        }

        mutating func skipBlanks() -> Bool {
            let start = offset
            while offset < bytes.count, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
            return offset > start
        }

        mutating func sign() -> Int? { skip("-") ? -1 : skip("+") ? 1 : nil }

        /// Microseconds; further digits are dropped.
        mutating func fraction() -> Int {
            var number = 0
            var count = 0
            while offset < bytes.count, bytes[offset].isDigit {
                if count < 6 { number = number * 10 + Int(bytes[offset] - UInt8(ascii: "0")) }
                count += 1
                offset += 1
            }
            while count < 6 {
                number *= 10
                count += 1
            }
            return number
        }
    }
}
