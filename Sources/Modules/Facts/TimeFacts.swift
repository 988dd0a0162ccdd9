//! `date_time`: the host's clock in all the forms that playbooks ask for.

import Values

enum TimeFacts {
    static func facts(_ report: HostReport) -> OrderedMap {
        let now = report.section("date").withoutOuterBlanks.split(separator: "|", omittingEmptySubsequences: false)
            .map(String.init)
        guard now.count == 13, let epoch = Int(now[7]) else { return [:] }
        let later = report.section("halfyear").withoutOuterBlanks.split(separator: "|").map(String.init)
        let (year, month, day, hour, minute, second) = (now[0], now[1], now[2], now[3], now[4], now[5])
        // busybox knows no nanoseconds and prints nothing, or the format itself.
        let micros = now[6].count == 9 && Int(now[6]) != nil ? String(now[6].prefix(6)) : "000000"
        let (zone, offset) = (now[11], now[12])
        let summerZone = later.count == 2 && (Int(later[1]) ?? 0) > (Int(offset) ?? 0) ? later[0] : zone
        let hasSummerTime = later.count == 2 && Int(later[1]) != Int(offset)
        let utc = UTCTime(epoch: epoch).text
        return [
            "date_time": [
                "year": .string(year), "month": .string(month), "weekday": .string(now[8]),
                "weekday_number": .string(now[9]), "weeknumber": .string(now[10]), "day": .string(day),
                "hour": .string(hour), "minute": .string(minute), "second": .string(second),
                "epoch": .string(now[7]), "epoch_int": .string(now[7]), "date": .string("\(year)-\(month)-\(day)"),
                "time": .string("\(hour):\(minute):\(second)"), "iso8601_micro": .string("\(utc).\(micros)Z"),
                "iso8601": .string("\(utc)Z"),
                "iso8601_basic": .string("\(year)\(month)\(day)T\(hour)\(minute)\(second)\(micros)"),
                "iso8601_basic_short": .string("\(year)\(month)\(day)T\(hour)\(minute)\(second)"),
                "tz": .string(zone), "tz_dst": .string(hasSummerTime ? summerZone : zone),
                "tz_offset": .string(offset),
            ]
        ]
    }
}

/// Seconds since 1970 as a date and time of day in UTC.
struct UTCTime {
    let text: String

    init(epoch: Int) {
        let days = Int((Double(epoch) / 86400).rounded(.down))
        let seconds = epoch - days * 86400
        // Counting from March 1st of year 0 puts the leap day at the end of a year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        text = "\(year)-\(two(month))-\(two(day))T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}
