//! From offsets in a scalar's text back to the file: quotes, escapes, indentation and folding in between.

import Diagnostics

extension Node {
    /// Where the text of a scalar is written: without its quotes, or, of a block scalar, without its header and the
    /// indentation of its first line (which stays if the text begins with empty lines). Offset 0 of the text is the
    /// first byte of this range; use `SourceRange.slice(ofText:from:length:)` for all others. The whole range for
    /// other nodes.
    package var textRange: SourceRange {
        guard case .scalar(let scalar) = content else { return range }
        switch scalar.style {
        case .plain: return range
        case .singleQuoted, .doubleQuoted: return range.slice(from: 1, length: max(Int(range.length) - 2, 0))
        case .literal, .folded:
            let bytes = range.file.bytes
            let end = min(Int(range.offset) + Int(range.length), bytes.count)
            var offset = Int(range.offset)
            while offset < end, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
            offset = min(offset + 1, end)
            let leading = scalar.text.utf8.prefix { $0.isBlank }
            if !leading.contains(UInt8(ascii: "\n")) {
                while offset < end, bytes[offset].isBlank { offset += 1 }
                offset = max(offset - leading.count, 0)
            }
            return SourceRange(file: range.file, offset: offset, length: max(end - offset, 0))
        }
    }
}

extension SourceRange {
    /// The place of a part of a text that was written at this range (a `textRange`, or plain text of a file).
    /// Offsets and lengths count the bytes of `text`.
    package func slice(ofText text: String, from start: Int, length: Int) -> SourceRange {
        var alignment = ScalarAlignment(self, text: Array(text.utf8))
        let first = alignment.advance(to: start)
        let last = alignment.advance(to: start + max(length, 0))
        return SourceRange(file: file, offset: first, length: max(last - first, 0))
    }
}

/// Walks along what is written and what it means at the same time.
private struct ScalarAlignment {
    private let bytes: [UInt8]
    private let text: [UInt8]
    private let end: Int
    private let quote: UInt8?
    private var source: Int
    private var position = 0

    init(_ range: SourceRange, text: [UInt8]) {
        bytes = range.file.bytes
        self.text = text
        source = Int(range.offset)
        end = min(source + Int(range.length), bytes.count)
        // Quotes lie just outside a `textRange`, and only where both are there.
        let before = source > 0 ? bytes[source - 1] : 0
        let isQuoted = end < bytes.count && before == bytes[end]
        quote = isQuoted && (before == UInt8(ascii: "'") || before == UInt8(ascii: "\"")) ? before : nil
    }

    /// The offset in the file of an offset in the text; offsets have to grow.
    mutating func advance(to wanted: Int) -> Int {
        while position < min(wanted, text.count), source < end { step() }
        return min(source, end)
    }

    private mutating func step() {
        let byte = bytes[source]
        if quote == UInt8(ascii: "\""), byte == UInt8(ascii: "\\") {
            escape()
        } else if byte.isBlank, isLineBreakAhead {
            fold()
        } else {
            // `''` means one quote. Any other byte means itself.
            let isDoubled = byte == UInt8(ascii: "'") && quote == byte
            source += isDoubled ? 2 : 1
            position += 1
        }
    }

    private var isLineBreakAhead: Bool {
        for byte in bytes[source..<end] {
            if byte == UInt8(ascii: "\n") { return true }
            if !byte.isBlank { return false }
        }
        return false
    }

    /// A line break: what was written is the blanks around it, what is meant is a space, or line breaks and less
    /// indentation.
    private mutating func fold() {
        while source < end, bytes[source].isBlank { source += 1 }
        while position < text.count, text[position].isBlank { position += 1 }
    }

    private mutating func escape() {
        guard source + 1 < end else {
            source = end
            return
        }
        let kind = bytes[source + 1]
        if kind.isBlank, kind != UInt8(ascii: " "), kind != UInt8(ascii: "\t") {
            // An escaped line break means nothing, nor does the indentation behind it.
            source += 2
            while source < end, bytes[source].isBlank { source += 1 }
            return
        }
        let digits: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
        source = min(source + 2 + (digits[kind] ?? 0), end)
        // One character of the text, with all its bytes.
        position += 1
        while position < text.count, text[position] & 0xC0 == 0x80 { position += 1 }
    }
}
