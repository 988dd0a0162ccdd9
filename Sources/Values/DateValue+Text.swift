//! Dates as text.

extension DateValue {
    /// Python's `isoformat()`: `2024-01-31` or `2024-01-31T10:20:30.000001+02:00`.
    package var isoText: String { text(separator: "T") }

    /// Python's `str()`: as `isoText` with a space before the time.
    package var pythonText: String { text(separator: " ") }

    private func text(separator: String) -> String {
        let day = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        guard let time else { return day }
        var text = "\(day)\(separator)\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
        if time.microsecond != 0 { text += "." + padded(time.microsecond, 6) }
        if let offset = time.offset {
            text += "\(offset < 0 ? "-" : "+")\(padded(abs(offset) / 60, 2)):\(padded(abs(offset) % 60, 2))"
        }
        return text
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
