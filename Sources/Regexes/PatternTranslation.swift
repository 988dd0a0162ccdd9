//! Python's pattern syntax → PCRE2's: the few places where the two differ, and what Python refuses.

import CPCRE2
import Diagnostics

struct PatternTranslation {
    private(set) var bytes: [UInt8] = []
    private(set) var options: RegexOptions
    /// For every output byte, the index of the source character it came from.
    private var origins: [Int] = []
    private let source: [Unicode.Scalar]
    private var position = 0
    private var openGroups: [Int] = []

    init(_ text: String, options: RegexOptions) throws(Diagnostic) {
        source = Array(text.unicodeScalars)
        self.options = options
        try takeGlobalFlags()
        while position < source.count { try translateOne() }
        if let group = openGroups.first { throw mistake("missing ), unterminated subpattern", at: group) }
    }

    var pcreOptions: UInt32 {
        var flags = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_ALT_CIRCUMFLEX | PCRE2_NO_UTF_CHECK
        if options.contains(.ignoreCase) { flags |= PCRE2_CASELESS }
        if options.contains(.multiline) { flags |= PCRE2_MULTILINE }
        if options.contains(.dotAll) { flags |= PCRE2_DOTALL }
        if options.contains(.verbose) { flags |= PCRE2_EXTENDED }
        if !options.contains(.ascii) { flags |= PCRE2_UCP }
        return flags
    }

    func sourcePosition(of offset: Int) -> Int {
        offset < origins.count ? origins[offset] : source.count
    }

    /// `(?imsxau)` at the very beginning.
    private mutating func takeGlobalFlags() throws(Diagnostic) {
        guard peek(0) == "(", peek(1) == "?", let end = source.firstIndex(of: ")") else { return }
        let letters = source[2..<end]
        guard !letters.isEmpty, letters.allSatisfy({ "aiLmsux".unicodeScalars.contains($0) }) else { return }
        for letter in letters {
            switch letter {
            case "a": options.insert(.ascii)
            case "i": options.insert(.ignoreCase)
            case "m": options.insert(.multiline)
            case "s": options.insert(.dotAll)
            case "x": options.insert(.verbose)
            case "L": throw mistake("cannot use LOCALE flag with a str pattern", at: 0)
            default: break
            }
        }
        position = end + 1
    }

    private func peek(_ distance: Int) -> Unicode.Scalar? {
        position + distance < source.count ? source[position + distance] : nil
    }

    private mutating func translateOne() throws(Diagnostic) {
        switch source[position] {
        case "\\": try translateEscape(inClass: false)
        case "[": try translateClass()
        case "(": try translateGroup()
        case ")":
            guard openGroups.popLast() != nil else { throw mistake("unbalanced parenthesis", at: position) }
            copy()
        case "{": translateBrace()
        case "#" where options.contains(.verbose):
            while position < source.count, source[position] != "\n" { copy() }
        default: copy()
        }
    }

    private mutating func translateGroup() throws(Diagnostic) {
        guard let next = peek(1) else { throw mistake("missing ), unterminated subpattern", at: position) }
        if next == "*" { throw mistake("nothing to repeat", at: position + 1) }
        if next == "?" {
            if peek(2) == "#" { return try skipComment() }
            if try translateFlagGroup() { return }
            let (third, fourth) = (peek(2), peek(3))
            let isKnown =
                third == ":" || third == "=" || third == "!" || third == ">" || third == "("
                || (third == "P" && (fourth == "<" || fourth == "="))
                || (third == "<" && (fourth == "=" || fourth == "!"))
            guard isKnown else {
                throw mistake("unknown extension ?\(third.map(String.init) ?? "")", at: position + 1)
            }
            openGroups.append(position)
            // `(?(1)a|b)` opens a second parenthesis that belongs to the condition.
            if third == "(" {
                copy()
                copy()
                openGroups.append(position)
            }
            return copy()
        }
        openGroups.append(position)
        copy()
    }

    private mutating func skipComment() throws(Diagnostic) {
        guard let end = source[position...].firstIndex(of: ")") else {
            throw mistake("missing ), unterminated comment", at: position)
        }
        position = end + 1
    }

    /// `(?i:…)`; flags for the rest of the pattern are only allowed at its start.
    private mutating func translateFlagGroup() throws(Diagnostic) -> Bool {
        var end = position + 2
        while end < source.count, "aiLmsux-".unicodeScalars.contains(source[end]) { end += 1 }
        guard end > position + 2, end < source.count else { return false }
        if source[end] == ")" { throw mistake("global flags not at the start of the expression", at: position) }
        guard source[end] == ":" else { return false }
        openGroups.append(position)
        let flags = source[(position + 2)..<end].filter { !"auL".unicodeScalars.contains($0) }
        emit("(?\(String(String.UnicodeScalarView(flags))):")
        position = end + 1
        return true
    }

    /// `{,n}` is a repetition from zero in Python.
    private mutating func translateBrace() {
        copy()
        guard position < source.count, source[position] == "," else { return }
        var end = position + 1
        while end < source.count, ("0"..."9").contains(source[end]) { end += 1 }
        if end > position + 1, end < source.count, source[end] == "}" { emit("0") }
    }

    private mutating func translateClass() throws(Diagnostic) {
        let start = position
        copy()
        if peek(0) == "^" { copy() }
        // A bracket right at the beginning is a member of the class.
        if peek(0) == "]" {
            emit("\\")
            copy()
        }
        while position < source.count {
            switch source[position] {
            case "]": return copy()
            case "\\": try translateEscape(inClass: true)
            case "[":
                // PCRE2 would look for `[:alpha:]` here, Python takes it as it stands.
                emit("\\")
                copy()
            default: copy()
            }
        }
        throw mistake("unterminated character set", at: start)
    }

    private mutating func translateEscape(inClass: Bool) throws(Diagnostic) {
        guard let letter = peek(1) else { throw mistake("bad escape (end of pattern)", at: position) }
        switch letter {
        case "Z" where !inClass: replace(2, by: "\\z")
        case "v": replace(2, by: "\\x0b")
        case "a": replace(2, by: "\\x07")
        case "x": try translateHexadecimal(digits: 2)
        case "u": try translateHexadecimal(digits: 4)
        case "U": try translateHexadecimal(digits: 8)
        case "d", "D", "w", "W", "s", "S", "n", "r", "t", "f", "b": copyTwo()
        case "A" where !inClass, "B" where !inClass: copyTwo()
        case "a"..."z", "A"..."Z": throw mistake("bad escape \\\(letter)", at: position)
        default: copyTwo()
        }
    }

    private mutating func translateHexadecimal(digits count: Int) throws(Diagnostic) {
        let digits = source.dropFirst(position + 2).prefix(count)
        let text = String(String.UnicodeScalarView(digits))
        guard digits.count == count, digits.allSatisfy(\.properties.isASCIIHexDigit),
            let code = UInt32(text, radix: 16),
            Unicode.Scalar(code) != nil
        else { throw mistake("incomplete escape \\\(source[position + 1])\(text)", at: position) }
        replace(2 + count, by: "\\x{\(text)}")
    }

    private mutating func copy() {
        emit(String(source[position]))
        position += 1
    }

    private mutating func copyTwo() {
        copy()
        copy()
    }

    private mutating func replace(_ length: Int, by text: String) {
        emit(text)
        position += length
    }

    private mutating func emit(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        origins.append(contentsOf: repeatElement(position, count: text.utf8.count))
    }

    private func mistake(_ message: String, at position: Int) -> Diagnostic {
        let text = String(String.UnicodeScalarView(source))
        return Diagnostic(.templatePlugin, "invalid regular expression '\(text)': \(message) at position \(position)")
    }
}
