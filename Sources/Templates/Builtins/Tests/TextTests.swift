//! Tests of texts: regular expressions and URLs.

import Diagnostics
import Regexes
import Values

enum TextTests {
    private static let flags: [Builtin.Parameter] = [
        .optional("pattern", ""), .optional("ignorecase", false), .optional("multiline", false),
    ]

    static let all: [Builtin] = [
        .test(
            "match", flags, summary: "Whether the pattern matches at the beginning.",
            example: "{{ 'abc' is match('b') }} → False"
        ) {
            call throws(Diagnostic) in try pattern(call).match(try call.text()) != nil
        },
        .test(
            "search", flags, summary: "Whether the pattern matches anywhere.",
            example: "{{ 'abc' is search('b') }} → True"
        ) {
            call throws(Diagnostic) in try pattern(call).search(try call.text()) != nil
        },
        .test(
            "regex", flags + [.optional("match_type", "search")],
            summary: "Whether the pattern matches: search, match or fullmatch.",
            example: "{{ 'abc' is regex('b', match_type='fullmatch') }} → False"
        ) {
            call throws(Diagnostic) in
            let (pattern, text, kind) = (try pattern(call), try call.text(), try call.text(4))
            switch kind {
            case "search": return try pattern.search(text) != nil
            case "match": return try pattern.match(text) != nil
            case "fullmatch": return try pattern.fullMatch(text) != nil
            default: throw call.mistake("Invalid match_type specified. Expected one of: search, match, fullmatch.")
            }
        },
        .test(
            "uri", [.optional("schemes")], summary: "Whether it is a URI, with one of the schemes if they are given.",
            example: "{{ 'http://h/p' is uri }} → True"
        ) {
            call throws(Diagnostic) in
            try parts(call) != nil
        },
        .test(
            "url", [.optional("schemes")], summary: "Whether it is a URL.", example: "{{ 'http://h/p' is url }} → True"
        ) {
            call throws(Diagnostic) in
            guard let parts = try parts(call) else { return false }
            return !parts.scheme.isEmpty && !parts.netloc.isEmpty
        },
        .test("urn", summary: "Whether it is a URN.", example: "{{ 'urn:isbn:1' is urn }} → True") {
            call throws(Diagnostic) in
            guard let parts = try? URLParts(call.value.string ?? "") else { return false }
            return parts.scheme == "urn"
        },
    ]

    private static func pattern(_ call: BuiltinCall) throws(Diagnostic) -> Pattern {
        var options: RegexOptions = []
        if try call.truth(2) { options.insert(.ignoreCase) }
        if try call.truth(3) { options.insert(.multiline) }
        return try Pattern.cached(try call.pattern(1), options: options)
    }

    private static func parts(_ call: BuiltinCall) throws(Diagnostic) -> URLParts? {
        let given = try call.value.forced().string
        // Python takes anything that is false for an empty text.
        let isFalse = try !call.truth(0)
        guard let text = given ?? (isFalse ? "" : nil), let parts = try? URLParts(text) else { return nil }
        if call[1].isNone { return parts }
        for scheme in try call.elements(1) where try scheme.text() == parts.scheme { return parts }
        return nil
    }
}
