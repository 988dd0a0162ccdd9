//! Filters that change the letters of a text.

import Diagnostics
import Regexes
import Values

enum StringFilters {
    static let all: [Builtin] = [
        .filter(
            "upper", summary: "The text in capital letters.", example: "{{ 'abc' | upper }} → ABC"
        ) { call throws(Diagnostic) in .string(try call.text().uppercased()) },
        .filter(
            "lower", summary: "The text in small letters.", example: "{{ 'ABC' | lower }} → abc"
        ) { call throws(Diagnostic) in .string(try call.text().lowercased()) },
        .filter(
            "capitalize", summary: "The first letter capital, the others small.",
            example: "{{ 'heLLo' | capitalize }} → Hello"
        ) { call throws(Diagnostic) in .string(TextTools.capitalized(try call.text())) },
        .filter(
            "title", summary: "Every word with a capital first letter.",
            example: "{{ 'hello wORLD' | title }} → Hello World"
        ) { call throws(Diagnostic) in .string(TextTools.title(try call.text())) },
        .filter(
            "trim", [.optional("chars")], summary: "The text without white space (or the given characters) around it.",
            example: "{{ '  a ' | trim }} → a"
        ) { call throws(Diagnostic) in
            if !call[1].isNone, call[1].string == nil { throw call.mistake("strip arg must be None or str") }
            return .string(TextTools.strip(try call.text(), call[1].string))
        },
        .filter(
            "replace", value: "s", [.required("old"), .required("new"), .optional("count")],
            summary: "The text with one part replaced by another, at most `count` times.",
            example: "{{ 'a-b-c' | replace('-', '+', 1) }} → a+b-c"
        ) { call throws(Diagnostic) in
            let count = try call.optionalInteger(3) ?? -1
            return .string(TextTools.replace(try call.text(), try call.text(1), try call.text(2), count: count))
        },
        .filter(
            "string", summary: "The value as text.", example: "{{ [1, 'a'] | string }} → [1, 'a']"
        ) { call throws(Diagnostic) in
            if case .object(let object) = call.value, object is Markup { return call.value }
            return .string(try call.text())
        },
        .filter(
            "center", [.optional("width", 80)], summary: "The text in the middle of a field.",
            example: "{{ 'ab' | center(6) ~ '|' }} →   ab  |"
        ) { call throws(Diagnostic) in
            .string(TextTools.centered(try call.text(), width: try call.integer(1)))
        },
        .filter(
            "wordcount", value: "s", summary: "How many words the text has.",
            example: "{{ 'one two, three' | wordcount }} → 3"
        ) { call throws(Diagnostic) in
            .int(try Pattern.cached("\\w+").matches(in: try call.text()).count)
        },
        .filter(
            "reverse", summary: "The text or the items backwards.", example: "{{ 'abc' | reverse }} → cba"
        ) { call throws(Diagnostic) in
            if case .string(let text) = call.value {
                return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
            }
            guard let items = try call.value.elements() else {
                throw call.mistake("argument must be iterable: '\(call.value.typeName)' object is not iterable")
            }
            return .list(items.reversed())
        },
        .filter(
            "truncate", value: "s",
            [.optional("length", 255), .optional("killwords", false), .optional("end", "..."), .optional("leeway")],
            summary: "The beginning of a text that is too long.",
            example: "{{ 'foo bar baz qux' | truncate(9) }} → foo..."
        ) { call throws(Diagnostic) in try truncate(call) },
        .filter(
            "indent", value: "s", [.optional("width", 4), .optional("first", false), .optional("blank", false)],
            summary: "The lines indented, except the first and blank ones.",
            example: "{{ 'a\nb' | indent(2) }} → a\n  b"
        ) { call throws(Diagnostic) in .string(try indent(call)) },
        .filter(
            "wordwrap", value: "s",
            [
                .optional("width", 79), .optional("break_long_words", true), .optional("wrapstring"),
                .optional("break_on_hyphens", true),
            ],
            summary: "The text in lines that are not longer than `width`.",
            example: "{{ 'aaa bbb ccc' | wordwrap(7) }} → aaa bbb\nccc"
        ) { call throws(Diagnostic) in .string(try wordwrap(call)) },
        .filter(
            "split", [.optional("sep"), .optional("maxsplit", -1)],
            summary: "The parts of a text between separators; without one, its words.",
            example: "{{ 'a,b' | split(',') }} → ['a', 'b']"
        ) { call throws(Diagnostic) in
            guard case .string(let text) = call.value else {
                throw call.mistake(
                    "descriptor 'split' for 'str' objects doesn't apply to a '\(call.value.typeName)' object")
            }
            if !call[1].isNone, call[1].string == nil {
                throw call.mistake("must be str or None, not \(call[1].typeName)")
            }
            let separator = call[1].string
            if separator == "" { throw call.mistake("empty separator") }
            return .list(TextTools.split(text, separator, limit: try call.integer(2)).map(Value.string))
        },
        .filter(
            "format", [.variadic("args"), .keywords("kwargs")],
            summary: "The text with its `%` conversions filled in.",
            example: "{{ '%s-%03d' | format('a', 7) }} → a-007"
        ) { call throws(Diagnostic) in
            if !call.variadic.isEmpty, !call.keywords.isEmpty {
                throw call.mistake("can't handle positional and keyword arguments at the same time")
            }
            let named = Value.dict(OrderedMap(call.keywords.map { ($0.name, $0.value) }))
            let arguments = call.keywords.isEmpty ? .tuple(call.variadic) : named
            return .string(try PercentFormat.format(try call.text(), arguments))
        },
        .filter(
            "quote", summary: "The text quoted for a shell.", example: "{{ \"it's\" | quote }} → 'it'\"'\"'s'"
        ) { call throws(Diagnostic) in
            .string(TextTools.shellQuoted(call.value.isNone ? "" : try call.text()))
        },
    ]

    private static func truncate(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        guard let scalars = try call.value.elements() else {
            throw call.mistake("object of type '\(call.value.typeName)' has no len()")
        }
        let end = try call.text(3)
        let (length, endLength) = (try call.integer(1), end.unicodeScalars.count)
        let leeway = try call.optionalInteger(4) ?? 5
        guard length >= endLength else { throw call.mistake("expected length >= \(endLength), got \(length)") }
        guard leeway >= 0 else { throw call.mistake("expected leeway >= 0, got \(leeway)") }
        if scalars.count <= length + leeway { return call.value }
        guard case .string = call.value else {
            throw call.mistake("only texts can be truncated, not a \(call.value.typeName)")
        }
        let kept = scalars.prefix(length - endLength)
        let cut = try call.truth(2) ? nil : kept.lastIndex(of: " ")
        return .string(kept[..<(cut ?? kept.endIndex)].compactMap(\.string).joined() + end)
    }

    private static func indent(_ call: BuiltinCall) throws(Diagnostic) -> String {
        guard case .string(let text) = call.value else {
            throw call.mistake("a \(call.value.typeName) cannot be indented, only a string can")
        }
        let indention =
            if case .string(let own) = call[1] { own } else {
                String(repeating: " ", count: max(0, try call.integer(1)))
            }
        let lines = TextTools.lines(of: text + "\n")
        let blank = try call.truth(3)
        let first = try call.truth(2) ? indention : ""
        let rest = lines.dropFirst().map { "\n" + ($0.isEmpty && !blank ? "" : indention) + $0 }
        return first + (lines.first ?? "") + rest.joined()
    }

    private static func wordwrap(_ call: BuiltinCall) throws(Diagnostic) -> String {
        guard case .string(let text) = call.value else {
            throw call.mistake("'\(call.value.typeName)' object has no attribute 'splitlines'")
        }
        let wrapping = TextWrapping(
            width: try call.integer(1), breaksLongWords: try call.truth(2), breaksOnHyphens: try call.truth(4))
        guard wrapping.width > 0 else { throw call.mistake("invalid width \(wrapping.width) (must be > 0)") }
        let separator = try call.optionalText(3) ?? "\n"
        var wrapped: [String] = []
        for line in TextTools.lines(of: text) {
            wrapped.append(try wrapping.wrap(line).joined(separator: separator))
        }
        return wrapped.joined(separator: separator)
    }
}
