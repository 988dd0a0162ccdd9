//! One line of the recap, in the columns that other tools parse.

import Engine

package enum RecapText {
    package static func line(_ host: String, _ numbers: HostStatistics, isColoured: Bool) -> String {
        let colour: Colour =
            numbers.failed > 0 || numbers.unreachable > 0 ? .red : numbers.changed > 0 ? .yellow : .green
        let fields: [(String, Int, Colour)] = [
            ("ok", numbers.ok, .green), ("changed", numbers.changed, .yellow),
            ("unreachable", numbers.unreachable, .brightRed), ("failed", numbers.failed, .red),
            ("skipped", numbers.skipped, .cyan), ("rescued", numbers.rescued, .green),
            ("ignored", numbers.ignored, .blue),
        ]
        let counts = fields.map { name, number, colour in
            let text = "\(name)=\(padded("\(number)", 4))"
            return number > 0 ? colour.painted(text, isColoured) : text
        }
        return "\(colour.painted(padded(host, 26), isColoured)) : \(counts.joined(separator: " "))"
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
    }
}
