//! `match`, `search`, `fullmatch`, `findall`, `split` and `escape` with Python's results.

import CPCRE2
import Diagnostics

extension Pattern {
    /// `re.match`: at the beginning of the text.
    package func match(_ text: String) throws(Diagnostic) -> RegexMatch? {
        try run(Array(text.utf8), from: 0, flags: PCRE2_ANCHORED)
    }

    /// `re.search`: the first match anywhere.
    package func search(_ text: String) throws(Diagnostic) -> RegexMatch? {
        try run(Array(text.utf8), from: 0)
    }

    /// `re.fullmatch`: the whole text.
    package func fullMatch(_ text: String) throws(Diagnostic) -> RegexMatch? {
        try run(Array(text.utf8), from: 0, flags: PCRE2_ANCHORED | PCRE2_ENDANCHORED)
    }

    /// `re.finditer`: all matches that do not overlap; `limit` 0 means all.
    package func matches(in text: String, limit: Int = 0) throws(Diagnostic) -> [RegexMatch] {
        try matches(in: Array(text.utf8), limit: limit)
    }

    func matches(in subject: [UInt8], limit: Int) throws(Diagnostic) -> [RegexMatch] {
        var found: [RegexMatch] = []
        var start = 0
        var lastWasEmpty = false
        while start <= subject.count, limit == 0 || found.count < limit {
            // After an empty match the next one has to get on, but it may touch a match that was not empty.
            guard let match = try run(subject, from: start, flags: lastWasEmpty ? PCRE2_NOTEMPTY_ATSTART : 0) else {
                break
            }
            found.append(match)
            lastWasEmpty = match.range.isEmpty
            start = match.range.upperBound
        }
        return found
    }

    /// `re.split`: the parts between matches, with the texts of the groups (nil: took no part) between them.
    package func split(_ text: String, limit: Int = 0) throws(Diagnostic) -> [String?] {
        let subject = Array(text.utf8)
        var parts: [String?] = []
        var end = 0
        for match in try matches(in: subject, limit: limit) {
            parts.append(String(decoding: subject[end..<match.range.lowerBound], as: UTF8.self))
            for group in 1..<(groupCount + 1) { parts.append(match.group(group)) }
            end = match.range.upperBound
        }
        parts.append(String(decoding: subject[end...], as: UTF8.self))
        return parts
    }

    /// `re.escape`.
    package static func escape(_ text: String) -> String {
        let special = Set("()[]{}?*+-|^$\\.&~# \t\n\r\u{B}\u{C}".unicodeScalars)
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if special.contains(scalar) { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }
}
