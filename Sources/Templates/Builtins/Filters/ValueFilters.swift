//! Filters about the value itself: defaults, truth, types, random choice.

import Diagnostics
import Values

enum ValueFilters {
    static let all: [Builtin] = [
        .filter(
            "default", aliases: ["d"], [.optional("default_value", ""), .optional("boolean", false)],
            summary: "Another value where this one is undefined, or with `true` where it is false.",
            example: "{{ nowhere | default('x') }} → x", acceptsUndefined: true
        ) { call throws(Diagnostic) in
            if call.value.isUndefined { return call[1] }
            let replacesFalse = try call.truth(2)
            if replacesFalse, try !call.truth(0) { return call[1] }
            return call.value
        },
        .filter(
            "mandatory", value: "a", [.optional("msg")], summary: "The value, or an error where it is undefined.",
            example: "{{ 1 | mandatory }} → 1", acceptsUndefined: true
        ) { call throws(Diagnostic) in
            guard case .undefined(let reason) = call.value else { return call.value }
            if let message = try call.optionalText(1) { throw call.mistake(message) }
            let name = reason.message.split(separator: "'").first.map(String.init) ?? ""
            throw call.mistake("Mandatory variable '\(name)' not defined.", help: reason.help)
        },
        .filter(
            "bool", summary: "Whether the value is true, 1, or one of the words yes, on, true, 1.",
            example: "{{ 'yes' | bool }} → True"
        ) { call throws(Diagnostic) in
            switch call.value {
            case .bool: call.value
            case .string(let text): .bool(["yes", "on", "1", "true"].contains(text.lowercased()))
            default: .bool(call.value.double == 1)
            }
        },
        .filter(
            "ternary", [.required("true_val"), .required("false_val"), .optional("none_val")],
            summary: "One of two values, or of three where the value is none.",
            example: "{{ true | ternary('a', 'b') }} → a", acceptsUndefined: true
        ) { call throws(Diagnostic) in
            if case .undefined(let reason) = call.value { throw reason.diagnostic }
            if call.value.isNone, !call[3].isNone { return call[3] }
            return try call.truth(0) ? call[1] : call[2]
        },
        .filter(
            "type_debug", value: "o", summary: "The name of the value's type in Python.",
            example: "{{ 1.5 | type_debug }} → float", acceptsUndefined: true
        ) { call throws(Diagnostic) in .string(call.value.isUndefined ? "UndefinedMarker" : call.value.typeName) },
        .filter("pprint", summary: "The value as Python would print it.", example: "{{ ['a'] | pprint }} → ['a']") {
            call throws(Diagnostic) in .string(try call.value.representation())
        },
        .filter(
            "random", value: "end", [.optional("start"), .optional("step"), .optional("seed")],
            summary: "A random item or number; with a seed always the same one.",
            example: "{{ 10 | random(seed='x') }} → 5"
        ) { call throws(Diagnostic) in try random(call) },
        .filter(
            "shuffle", value: "mylist", [.optional("seed")],
            summary: "The items in random order; with a seed always the same one.",
            example: "{{ [3, 1, 2] | shuffle(seed='a') }} → [2, 3, 1]"
        ) { call throws(Diagnostic) in
            guard var items = try call.value.elements() else { return call.value }
            var generator = try generator(seed: call[1])
            guard items.count > 1 else { return .list(items) }
            for index in (1..<items.count).reversed() { items.swapAt(index, generator.below(index + 1)) }
            return .list(items)
        },
        .filter(
            "comment", value: "text",
            [
                .optional("style", "plain"), .keyword("decoration"), .keyword("prefix"), .keyword("prefix_count"),
                .keyword("postfix"), .keyword("postfix_count"), .keyword("beginning"), .keyword("end"),
                .keyword("newline"),
            ],
            summary: "The text as a comment: plain, c, cblock, erlang or xml.",
            example: "{{ 'x' | comment('c') }} → //\n// x\n//"
        ) { call throws(Diagnostic) in try comment(call) },
    ]

    private static func random(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        var generator = try generator(seed: call[3])
        if call.value.exactInteger != nil {
            let (end, start) = (try call.integer(0), try call.optionalInteger(1) ?? 0)
            let step = try call.optionalInteger(2) ?? 1
            guard step != 0 else { throw call.mistake("zero step for randrange()") }
            let width = end - start
            let count = step > 0 ? (width + step - 1) / step : (width + step + 1) / step
            guard count > 0 else { throw call.mistake("empty range for randrange() (\(start), \(end), \(width))") }
            return .int(start + step * generator.below(count))
        }
        if case .dict = call.value {
            throw call.mistake("a dictionary has no random item", help: "make it a list first")
        }
        guard let items = try call.value.elements() else {
            throw call.mistake("random can only be used on sequences and integers")
        }
        guard call[1].isNone, call[2].isNone else {
            throw call.mistake("start and step can only be used with integer values")
        }
        guard !items.isEmpty else { throw call.mistake("Cannot choose from an empty sequence") }
        return items[generator.below(items.count)]
    }

    static func generator(seed: Value) throws(Diagnostic) -> MersenneTwister {
        switch seed {
        case .none: return MersenneTwister()
        case .string(let text): return MersenneTwister(seed: text)
        case .bool, .int: return MersenneTwister(seed: seed.exactInteger ?? 0)
        case .float(let number) where number.isFinite:
            return MersenneTwister(seed: number)
        default:
            throw Diagnostic(
                .templateRuntime, "a \(seed.typeName) cannot be a seed", help: "use a string or an integer")
        }
    }

    private struct CommentStyle {
        var decoration: String
        var beginning = ""
        var end = ""
    }

    private static func comment(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let styles = [
            "plain": CommentStyle(decoration: "# "), "c": CommentStyle(decoration: "// "),
            "erlang": CommentStyle(decoration: "% "),
            "cblock": CommentStyle(decoration: " * ", beginning: "/*", end: " */"),
            "xml": CommentStyle(decoration: " - ", beginning: "<!--", end: "-->"),
        ]
        let name = try call.text(1)
        guard var style = styles[name] else {
            throw call.mistake("Invalid style '\(name)'.", help: Suggestion.help(for: name, among: styles.keys))
        }
        guard case .string(let text) = call.value else {
            throw call.mistake("expected a string, not \(call.value.typeName)")
        }
        style.decoration = try call.optionalText(2) ?? style.decoration
        style.beginning = try call.optionalText(7) ?? style.beginning
        style.end = try call.optionalText(8) ?? style.end
        let newline = try call.optionalText(9) ?? "\n"
        let bare = TextTools.stripRight(style.decoration)
        let mark = try call.optionalText(3) ?? bare
        let prefix = mark.isEmpty ? [] : Array(repeating: mark, count: try call.optionalInteger(4) ?? 1)
        let postfix = Array(repeating: try call.optionalText(5) ?? bare, count: try call.optionalInteger(6) ?? 1)
        let decorated = style.decoration + TextTools.replace(text, newline, newline + style.decoration, count: -1)
        // Blank lines lose the space behind the decoration, except the first and the last one.
        let blank = newline + style.decoration + newline
        let body = TextTools.replace(decorated, blank, newline + bare + newline, count: -1)
        let edges = (style.beginning.isEmpty ? [] : [style.beginning], style.end.isEmpty ? [] : [style.end])
        return .string((edges.0 + prefix + [body] + postfix + edges.1).joined(separator: newline))
    }
}
