//! Python's `strptime`.

import Regexes
import Values

enum DateParsing {
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    private static let patterns: [Unicode.Scalar: String] = [
        "d": "3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9]", "f": "[0-9]{1,6}", "H": "2[0-3]|[0-1]\\d|\\d",
        "I": "1[0-2]|0[1-9]|[1-9]", "j": "36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]",
        "m": "1[0-2]|0[1-9]|[1-9]", "M": "[0-5]\\d|\\d", "S": "6[0-1]|[0-5]\\d|\\d", "y": "\\d\\d",
        "Y": "\\d\\d\\d\\d", "z": "[+-]\\d\\d:?[0-5]\\d|Z", "p": "am|pm", "w": "[0-6]",
        "A": days.joined(separator: "|"), "a": days.map { String($0.prefix(3)) }.joined(separator: "|"),
        "B": months.joined(separator: "|"), "b": months.map { String($0.prefix(3)) }.joined(separator: "|"),
        "Z": "utc|gmt",
    ]

    private static let shorthands: [Unicode.Scalar: String] = [
        "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "F": "%Y-%m-%d", "c": "%a %b %d %H:%M:%S %Y", "x": "%m/%d/%y",
        "X": "%H:%M:%S",
    ]

    /// nil where the text does not match, or names a day that does not exist.
    static func date(_ text: String, format: String) -> DateValue? {
        guard let (source, letters) = pattern(format),
            let pattern = try? Pattern.cached(source, options: .ignoreCase),
            let match = try? pattern.fullMatch(text)
        else { return nil }
        var fields = Fields()
        for (index, letter) in letters.enumerated() { fields.set(letter, match.group(index + 1) ?? "") }
        return fields.date
    }

    private static func pattern(_ format: String) -> (source: String, letters: [Unicode.Scalar])? {
        var source = ""
        var letters: [Unicode.Scalar] = []
        var scalars = Array(format.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            if scalar != "%" {
                source += TextTools.isSpace(scalar) ? "\\s+" : Pattern.escape(String(scalar))
                continue
            }
            guard let letter = scalars.popFirst() else { return nil }
            if letter == "%" {
                source += "%"
            } else if let shorthand = shorthands[letter] {
                scalars = Array(shorthand.unicodeScalars) + scalars
            } else if let pattern = patterns[letter], !letters.contains(letter) {
                source += "(\(pattern))"
                letters.append(letter)
            } else {
                return nil
            }
        }
        return (source, letters)
    }

    private struct Fields {
        var (year, month, day, dayOfYear) = (1900, 1, 1, 0)
        var (hour, minute, second, microsecond) = (0, 0, 0, 0)
        var isAfternoon: Bool?
        var offset: Int?

        mutating func set(_ letter: Unicode.Scalar, _ text: String) {
            let number = Int(text.drop { $0 == " " }) ?? 0
            switch letter {
            case "Y": year = number
            case "y": year = number + (number < 69 ? 2000 : 1900)
            case "m": month = number
            case "B", "b": month = (months.firstIndex { $0.hasPrefix(text.lowercased()) } ?? 0) + 1
            case "d": day = number
            case "j": dayOfYear = number
            case "H", "I": hour = number
            case "M": minute = number
            case "S": second = number
            case "f": microsecond = Int(text + String(repeating: "0", count: 6 - text.count)) ?? 0
            case "p": isAfternoon = text.lowercased() == "pm"
            case "z": offset = minutes(text)
            default: break
            }
        }

        private func minutes(_ text: String) -> Int {
            let digits = text.filter(\.isNumber)
            guard digits.count == 4, let number = Int(digits) else { return 0 }
            return (number / 100 * 60 + number % 100) * (text.hasPrefix("-") ? -1 : 1)
        }

        var date: DateValue? {
            var (month, day, hour) = (month, day, hour)
            if let isAfternoon { hour = hour % 12 + (isAfternoon ? 12 : 0) }
            if dayOfYear > 0 {
                (month, day) = (1, dayOfYear)
                while month < 12, day > length(of: month) {
                    day -= length(of: month)
                    month += 1
                }
            }
            guard year > 0, day <= length(of: month), second < 60 else { return nil }
            return DateValue(
                year: year, month: month, day: day,
                time: .init(hour: hour, minute: minute, second: second, microsecond: microsecond, offset: offset))
        }

        private func length(of month: Int) -> Int {
            month == 2 ? (DateValue.isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        }
    }
}
