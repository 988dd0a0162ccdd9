//! Python's string methods that filters are made of. Everything counts code points, as Python does.

enum TextTools {
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        (0x1C...0x1F).contains(scalar.value) || scalar.properties.isWhitespace
    }

    static func strip(_ text: String, _ characters: String?) -> String {
        let scalars = text.unicodeScalars
        let members = characters.map { Set($0.unicodeScalars) }
        let goes: (Unicode.Scalar) -> Bool = { members?.contains($0) ?? isSpace($0) }
        guard let first = scalars.firstIndex(where: { !goes($0) }), let last = scalars.lastIndex(where: { !goes($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    static func capitalized(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
    }

    /// Jinja's own `title`: words begin after white space, hyphens and opening brackets.
    static func title(_ text: String) -> String {
        var result = ""
        var startsWord = true
        for scalar in text.unicodeScalars {
            if "-({[<".unicodeScalars.contains(scalar) || isSpace(scalar) {
                startsWord = true
                result.unicodeScalars.append(scalar)
            } else {
                result += startsWord ? scalar.properties.uppercaseMapping : String(scalar).lowercased()
                startsWord = false
            }
        }
        return result
    }

    static func centered(_ text: String, width: Int) -> String {
        let missing = width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        let left = missing / 2 + (missing & width & 1)
        return String(repeating: " ", count: left) + text + String(repeating: " ", count: missing - left)
    }

    /// `str.replace`; a negative count means all.
    static func replace(_ text: String, _ old: String, _ new: String, count: Int) -> String {
        let (source, wanted, other) = (Array(text.utf8), Array(old.utf8), Array(new.utf8))
        var left = count < 0 ? Int.max : count
        var output: [UInt8] = []
        var position = 0
        while position < source.count {
            let isBoundary = source[position] & 0xC0 != 0x80
            if left > 0, isBoundary, source[position...].starts(with: wanted) {
                output += other
                left -= 1
                position += wanted.count
                if !wanted.isEmpty { continue }
            }
            output.append(source[position])
            position += 1
        }
        if wanted.isEmpty, left > 0 { output += other }
        return String(decoding: output, as: UTF8.self)
    }

    /// `str.splitlines()`.
    static func lines(of text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if isLineBreak(scalar) {
                if !(scalar == "\n" && previous == "\r") { lines.append(String(line)) }
                line = .init()
            } else {
                line.append(scalar)
            }
            previous = scalar
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// `str.split`; a negative limit means no limit.
    static func split(_ text: String, _ separator: String?, limit: Int) -> [String] {
        guard let separator else { return words(of: text, limit: limit) }
        let (source, wanted) = (Array(text.utf8), Array(separator.utf8))
        var left = limit < 0 ? Int.max : limit
        var parts: [String] = []
        var (start, position) = (0, 0)
        while position < source.count {
            if left > 0, source[position...].starts(with: wanted) {
                parts.append(String(decoding: source[start..<position], as: UTF8.self))
                position += wanted.count
                start = position
                left -= 1
            } else {
                position += 1
            }
        }
        parts.append(String(decoding: source[start...], as: UTF8.self))
        return parts
    }

    private static func words(of text: String, limit: Int) -> [String] {
        var rest = Array(text.unicodeScalars)[...].drop(while: isSpace)
        var words: [String] = []
        while !rest.isEmpty, limit < 0 || words.count < limit {
            let word = rest.prefix { !isSpace($0) }
            words.append(String(String.UnicodeScalarView(word)))
            rest = rest.dropFirst(word.count).drop(while: isSpace)
        }
        if !rest.isEmpty { words.append(String(String.UnicodeScalarView(rest))) }
        return words
    }

    /// `str.rstrip()`.
    static func stripRight(_ text: String) -> String {
        guard let last = text.unicodeScalars.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(text.unicodeScalars[...last])
    }

    /// `shlex.quote`.
    static func shellQuoted(_ text: String) -> String {
        if text.isEmpty { return "''" }
        let isSafe = text.utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return "%+,-./:=@_".unicodeScalars.contains(scalar)
                || (scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil))
        }
        return isSafe ? text : "'" + replace(text, "'", "'\"'\"'", count: -1) + "'"
    }
}
