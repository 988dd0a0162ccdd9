//! Splitting a command line into words as a POSIX shell would, without expanding anything.

/// Python's `shlex.split`.
package enum ShellWords {
    /// nil where a quote is left open.
    package static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                guard let next = bytes.popFirst() else { return nil }
                // A backslash at the end of a line joins it with the next one.
                if next == UInt8(ascii: "\n") { continue }
                let keepsBackslash = quote != nil && next != UInt8(ascii: "\"") && next != UInt8(ascii: "\\")
                word = (word ?? []) + (keepsBackslash ? [byte, next] : [next])
            } else if let open = quote {
                if byte == open { quote = nil } else { word?.append(byte) }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
                word = word ?? []
            } else if byte.isBlank {
                if let finished = word { words.append(String(decoding: finished, as: UTF8.self)) }
                word = nil
            } else {
                word = (word ?? []) + [byte]
            }
        }
        guard quote == nil else { return nil }
        if let finished = word { words.append(String(decoding: finished, as: UTF8.self)) }
        return words
    }
}
