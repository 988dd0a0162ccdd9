//! CSV as Python's `csv` reads it.

enum CSV {
    /// Rows of fields; quotes may hold delimiters and line breaks, and double quotes stand for one.
    static func rows(_ text: String, delimiter: Unicode.Scalar = ",") -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = String.UnicodeScalarView()
        var (isQuoted, hasContent) = (false, false)
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if isQuoted {
                if scalar != "\"" {
                    field.append(scalar)
                } else if index < scalars.count, scalars[index] == "\"" {
                    field.append("\"")
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"", field.isEmpty {
                (isQuoted, hasContent) = (true, true)
            } else if scalar == delimiter {
                row.append(String(field))
                field = .init()
                hasContent = true
            } else if scalar == "\n" || scalar == "\r" {
                if hasContent { rows.append(row + [String(field)]) }
                (row, field, hasContent) = ([], .init(), false)
            } else {
                field.append(scalar)
                hasContent = true
            }
        }
        if hasContent { rows.append(row + [String(field)]) }
        return rows
    }
}
