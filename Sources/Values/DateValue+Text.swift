//! How Python prints dates and times.

extension DateValue {
    /// `str(date)`: `2024-01-02`, or `2024-01-02 10:20:30.000001+02:00`.
    package var text: String { isoText(separator: " ") }

    /// `date.isoformat()`.
    package func isoText(separator: String = "T") -> String {
        let day = "\(padded(year, 4))-\(padded(month, 2))-\(padded(self.day, 2))"
        guard let time else { return day }
        var text = day + separator + "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
        if time.microsecond != 0 { text += "." + padded(time.microsecond, 6) }
        if let offset = time.offset { text += offsetText(offset, separator: ":") }
        return text
    }

    /// `repr(date)`.
    package var representation: String {
        guard let time else { return "datetime.date(\(year), \(month), \(day))" }
        var fields = [year, month, day, time.hour, time.minute]
        if time.second != 0 || time.microsecond != 0 { fields.append(time.second) }
        if time.microsecond != 0 { fields.append(time.microsecond) }
        let zone = time.offset.map { ", tzinfo=" + zoneRepresentation($0) } ?? ""
        return "datetime.datetime(" + fields.map(String.init).joined(separator: ", ") + zone + ")"
    }

    /// `+0200`, or `+02:00` with a separator.
    package func offsetText(_ offset: Int, separator: String) -> String {
        (offset < 0 ? "-" : "+") + padded(abs(offset) / 60, 2) + separator + padded(abs(offset) % 60, 2)
    }

    private func zoneRepresentation(_ offset: Int) -> String {
        if offset == 0 { return "datetime.timezone.utc" }
        if offset > 0 { return "datetime.timezone(datetime.timedelta(seconds=\(offset * 60)))" }
        return "datetime.timezone(datetime.timedelta(days=-1, seconds=\(86400 + offset * 60)))"
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
