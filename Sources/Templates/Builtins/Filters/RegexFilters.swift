//! Filters that search and replace with regular expressions.

import Diagnostics
import Regexes
import Values

enum RegexFilters {
    static let all: [Builtin] = [
        .filter(
            "regex_replace",
            [
                .optional("pattern", ""), .optional("replacement", ""), .optional("ignorecase", false),
                .optional("multiline", false), .optional("count", 0), .optional("mandatory_count", 0),
            ],
            summary: "The text with all matches replaced; `\\1` and `\\g<name>` stand for groups.",
            example: "{{ 'a1b22' | regex_replace('[0-9]+', '#') }} → a#b#"
        ) { call throws(Diagnostic) in
            let text = try call.text()
            let pattern = try pattern(call, 1, ignoreCase: 3, multiline: 4)
            guard let replacement = call[2].string else {
                throw call.mistake("the replacement has to be a string, not \(call[2].typeName)")
            }
            let result = try pattern.replace(in: text, with: replacement, limit: max(0, try call.integer(5)))
            let wanted = try call.integer(6)
            if wanted != 0, result.count != wanted {
                throw call.mistake(
                    "'\(pattern.source)' should match \(wanted) times, but matches \(result.count) times in '\(text)'")
            }
            return .string(result.text)
        },
        .filter(
            "regex_search",
            [.required("regex"), .variadic("groups"), .keyword("ignorecase", false), .keyword("multiline", false)],
            summary: "The first match, or the groups asked for; none where nothing matches.",
            example: "{{ 'eth12' | regex_search('[0-9]+') }} → 12"
        ) { call throws(Diagnostic) in try search(call) },
        .filter(
            "regex_findall", [.required("regex"), .optional("multiline", false), .optional("ignorecase", false)],
            summary: "All matches, as texts or as the texts of their groups.",
            example: "{{ 'a1b22' | regex_findall('[0-9]+') }} → ['1', '22']"
        ) { call throws(Diagnostic) in
            let pattern = try pattern(call, 1, ignoreCase: 3, multiline: 2)
            return .list(
                try pattern.matches(in: try call.text()).map { match in
                    let groups = (1..<(pattern.groupCount + 1)).map { Value.string(match.group($0) ?? "") }
                    return switch groups.count {
                    case 0: .string(match.group(0) ?? "")
                    case 1: groups[0]
                    default: .tuple(groups)
                    }
                })
        },
        .filter(
            "regex_escape", value: "string", [.optional("re_type", "python")],
            summary: "The text as a pattern that matches just it.", example: "{{ 'a.b' | regex_escape }} → a\\.b"
        ) { call throws(Diagnostic) in
            let kind = try call.text(1)
            switch kind {
            case "python": return .string(Pattern.escape(try call.text()))
            case "posix_basic":
                let pattern = try Pattern.cached("([].[^$*\\\\])")
                return .string(try pattern.replace(in: try call.text(), with: "\\\\\\1").text)
            default: throw call.mistake("Invalid regex type (\(kind))", help: "use python or posix_basic")
            }
        },
    ]

    private static func pattern(
        _ call: BuiltinCall, _ index: Int, ignoreCase: Int, multiline: Int
    ) throws(Diagnostic) -> Pattern {
        var options: RegexOptions = []
        if try call.truth(ignoreCase) { options.insert(.ignoreCase) }
        if try call.truth(multiline) { options.insert(.multiline) }
        return try Pattern.cached(try call.pattern(index), options: options)
    }

    private static func search(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let pattern = try pattern(call, 1, ignoreCase: 2, multiline: 3)
        var names: [Substring] = []
        for argument in call.variadic { names.append(try groupName(try argument.text(), call)) }
        guard let match = try pattern.search(try call.text()) else { return .none }
        if names.isEmpty { return .string(match.group(0) ?? "") }
        var texts: [Value] = []
        for name in names {
            let known = pattern.groupNumbers[String(name)] ?? Int(name)
            guard let number = known, (0...pattern.groupCount).contains(number) else {
                throw call.mistake("no such group '\(name)' in '\(pattern.source)'")
            }
            texts.append(match.group(number).map(Value.string) ?? .none)
        }
        return .list(texts)
    }

    /// `\1` or `\g<name>`.
    private static func groupName(_ text: String, _ call: BuiltinCall) throws(Diagnostic) -> Substring {
        if text.hasPrefix("\\g<"), let end = text.firstIndex(of: ">") { return text[..<end].dropFirst(3) }
        let digits = text.dropFirst()
        guard text.hasPrefix("\\"), Int(digits) != nil else {
            throw call.mistake("Unknown argument", help: "groups are written `\\\\1` or `\\\\g<name>`")
        }
        return digits
    }
}

extension BuiltinCall {
    /// The text of a regular expression; Python takes nothing but a string for one.
    func pattern(_ index: Int) throws(Diagnostic) -> String {
        if let text = try self[index].forced().string { return text }
        throw mistake("first argument must be string or compiled pattern, not \(self[index].typeName)")
    }
}
