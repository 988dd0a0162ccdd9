//! Methods and attributes of dates and times.

import Diagnostics
import Glibc
import Values

extension DateValue {
    static let methodNames: Set<String> = [
        "strftime", "isoformat", "timestamp", "weekday", "isoweekday", "date", "toordinal", "replace", "ctime",
        "isocalendar", "utcoffset", "dst", "tzname",
    ]

    func attribute(_ name: String) -> Value? {
        switch name {
        case "year": .int(year)
        case "month": .int(month)
        case "day": .int(day)
        case "hour": time.map { .int($0.hour) }
        case "minute": time.map { .int($0.minute) }
        case "second": time.map { .int($0.second) }
        case "microsecond": time.map { .int($0.microsecond) }
        case "fold": time.map { _ in .int(0) }
        case "tzinfo": time?.offset == nil && time != nil ? Value.none : nil
        default: nil
        }
    }

    func call(_ name: String, _ given: Arguments) throws(Diagnostic) -> Value? {
        switch name {
        case "strftime":
            return .string(formatted(try MethodArguments(name, given, ["format"], required: 1).text(0)))
        case "isoformat":
            let arguments = try MethodArguments(name, given, ["sep", "timespec"])
            let text = isoText(separator: try arguments.given(0)?.text() ?? "T")
            return .string(try shortened(text, to: try arguments.given(1)?.text() ?? "auto"))
        case "timestamp" where time != nil: return .float(timestamp)
        case "weekday": return .int(daysSinceYearOne % 7)
        case "isoweekday": return .int(daysSinceYearOne % 7 + 1)
        case "toordinal": return .int(daysSinceYearOne + 1)
        case "ctime": return .string(formatted("%a %b %e %H:%M:%S %Y"))
        case "isocalendar":
            return .tuple(["%G", "%V", "%u"].map { .int(Int(formatted($0)) ?? 0) })
        case "utcoffset", "dst", "tzname": return time?.offset == nil && time != nil ? Value.none : nil
        case "date" where time != nil: return .date(DateValue(year: year, month: month, day: day))
        case "replace": return .date(try replacing(given))
        default: return nil
        }
    }

    /// `isoformat(timespec=…)`: cut behind the hour, minute or second, or with a fraction in any case.
    private func shortened(_ text: String, to precision: String) throws(Diagnostic) -> String {
        guard let time, precision != "auto" else { return text }
        let lengths = ["hours": 13, "minutes": 16, "seconds": 19, "milliseconds": 23, "microseconds": 26]
        guard let length = lengths[precision] else {
            throw Diagnostic(
                .templateRuntime, "Unknown timespec value",
                help: Suggestion.help(for: precision, among: lengths.keys))
        }
        let zone = time.offset.map { offsetText($0, separator: ":") } ?? ""
        let digits = String(1_000_000 + time.microsecond).dropFirst()
        return String((text.prefix(19) + "." + digits).prefix(length)) + zone
    }

    private func replacing(_ given: Arguments) throws(Diagnostic) -> DateValue {
        let names = ["year", "month", "day"] + (time == nil ? [] : ["hour", "minute", "second", "microsecond"])
        let arguments = try MethodArguments("replace", given, names)
        var copy = self
        copy.year = try arguments.integer(0, default: year)
        copy.month = try arguments.integer(1, default: month)
        copy.day = try arguments.integer(2, default: day)
        if var time {
            time.hour = try arguments.integer(3, default: time.hour)
            time.minute = try arguments.integer(4, default: time.minute)
            time.second = try arguments.integer(5, default: time.second)
            time.microsecond = try arguments.integer(6, default: time.microsecond)
            copy.time = time
        }
        try copy.checkFields()
        return copy
    }

    private func checkFields() throws(Diagnostic) {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let fields = [
            ("year", year, 1...9999), ("month", month, 1...12), ("hour", time?.hour ?? 0, 0...23),
            ("minute", time?.minute ?? 0, 0...59), ("second", time?.second ?? 0, 0...59),
            ("microsecond", time?.microsecond ?? 0, 0...999_999),
        ]
        for (name, value, range) in fields where !range.contains(value) {
            throw Diagnostic(
                .templateRuntime, "\(name) must be in \(range.lowerBound)..\(range.upperBound), not \(value)")
        }
        let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        if !(1...length).contains(day) { throw Diagnostic(.templateRuntime, "day is out of range for month") }
    }

    /// Seconds since 1970; a time without zone is local.
    private var timestamp: Double {
        let seconds = Double(instant - DateValue(year: 1970, month: 1, day: 1).instant) / 1_000_000
        if time?.offset != nil { return seconds }
        var parts = brokenDown
        parts.tm_isdst = -1
        return Double(mktime(&parts)) + Double(time?.microsecond ?? 0) / 1_000_000
    }

    private var brokenDown: tm {
        var parts = tm()
        parts.tm_year = Int32(year - 1900)
        parts.tm_mon = Int32(month - 1)
        parts.tm_mday = Int32(day)
        parts.tm_hour = Int32(time?.hour ?? 0)
        parts.tm_min = Int32(time?.minute ?? 0)
        parts.tm_sec = Int32(time?.second ?? 0)
        parts.tm_wday = Int32((daysSinceYearOne + 1) % 7)
        parts.tm_yday = Int32(daysSinceYearOne - DateValue(year: year, month: 1, day: 1).daysSinceYearOne)
        return parts
    }

    /// `strftime`, with Python's `%f`, `%z` and `%Z` for values with and without a zone.
    private func formatted(_ format: String) -> String {
        let micro = String(time?.microsecond ?? 0)
        let zone = time?.offset.map { offsetText($0, separator: "") } ?? ""
        let named = time?.offset.map { $0 == 0 ? "UTC" : "UTC" + offsetText($0, separator: ":") } ?? ""
        var text = ""
        var rest = format.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%", let letter = rest.first else {
                text.unicodeScalars.append(scalar)
                continue
            }
            rest = rest.dropFirst()
            switch letter {
            case "f": text += String(repeating: "0", count: 6 - micro.count) + micro
            case "z": text += zone
            case "Z": text += named
            default:
                text += "%"
                text.unicodeScalars.append(letter)
            }
        }
        if text.isEmpty { return "" }
        var parts = brokenDown
        var buffer = [CChar](repeating: 0, count: text.utf8.count * 8 + 256)
        let length = Glibc.strftime(&buffer, buffer.count, text, &parts)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
