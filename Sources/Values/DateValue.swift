//! Calendar dates and times as YAML and Python know them: no locale, proleptic Gregorian calendar.

/// A date, or a date with a time of day and an optional offset from UTC.
package struct DateValue: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int
    /// nil for a plain date.
    package var time: TimeOfDay?

    package struct TimeOfDay: Sendable, Hashable {
        package var hour: Int
        package var minute: Int
        package var second: Int
        package var microsecond: Int
        /// Minutes east of UTC; nil where the text names no zone.
        package var offset: Int?

        package init(hour: Int, minute: Int, second: Int, microsecond: Int = 0, offset: Int? = nil) {
            self.hour = hour
            self.minute = minute
            self.second = second
            self.microsecond = microsecond
            self.offset = offset
        }
    }

    package init(year: Int, month: Int, day: Int, time: TimeOfDay? = nil) {
        self.year = year
        self.month = month
        self.day = day
        self.time = time
    }
}
