//! From a place in a template's text to the place in the file that holds it.

import Diagnostics

/// Aligns a template with the source it was read from, whose quoting, escapes or indentation may differ.
/// Only made when there is something to report.
struct PlaceMap {
    private let text: [UInt8]
    private let range: SourceRange

    init(_ text: String, in range: SourceRange) {
        self.text = Array(text.utf8)
        self.range = range
    }

    func range(of place: Place) -> SourceRange {
        let bytes = range.file.bytes
        let (start, end) = (Int(range.offset), min(Int(range.offset) + Int(range.length), range.file.bytes.count))
        guard start < end, place.end > place.start else { return range }
        let source = Array(bytes[start..<end])
        guard let from = align(source, to: Int(place.start)), let to = align(source, to: Int(place.end) - 1) else {
            return range
        }
        return SourceRange(file: range.file, offset: start + from, length: max(to - from + 1, 1))
    }

    /// The index in the source of the template's byte at `target`; nil where the two cannot be matched.
    private func align(_ source: [UInt8], to target: Int) -> Int? {
        var position = 0
        if let first = source.first, first == UInt8(ascii: "'") || first == UInt8(ascii: "\""), text.first != first {
            position = 1
        } else if let first = source.first, first == UInt8(ascii: "|") || first == UInt8(ascii: ">") {
            position = (source.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
        }
        var skipped = 0
        for (index, byte) in text.enumerated() {
            while position < source.count, source[position] != byte {
                guard mayFold(source[position], for: byte), skipped < source.count else { return nil }
                if byte == UInt8(ascii: " "), source[position] == UInt8(ascii: "\n") { break }
                position += 1
                skipped += 1
            }
            guard position < source.count else { return nil }
            if index == target { return position }
            position += 1
        }
        return nil
    }

    /// Bytes of a YAML scalar that its text does not have: indentation, line breaks, escapes, doubled quotes.
    private func mayFold(_ byte: UInt8, for expected: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"), UInt8(ascii: "\\"),
            UInt8(ascii: "'"):
            true
        default: false
        }
    }
}
