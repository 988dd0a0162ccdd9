//! `drover template --batch`: template cases as JSON lines, one answer for each.

import Diagnostics
import Values

/// Renders cases `{"id", "mode", "template", "vars"[, "options"]}`. Modes: `expr` a YAML value with its native type,
/// `file` a template file, `cond` a condition, `jinja` plain Jinja2. Strings in `vars` are templates.
package struct TemplateBatch: Sendable {
    private let environment: TemplateEnvironment
    private let lookup: DictionarySource.Lookup?

    package init(environment: TemplateEnvironment = .standard, lookup: DictionarySource.Lookup? = nil) {
        self.environment = environment
        self.lookup = lookup
    }

    /// The answer to one line: `{"id", "value"}` or `{"id", "error", "kind"}`.
    package func answer(_ line: String) -> String {
        var answer = OrderedMap()
        do throws(Diagnostic) {
            let request = try JSON.parse(line)
            answer["id"] = request["id"] ?? Value.none
            answer["value"] = try BatchEncoding.encoded(try render(request))
            return try Value.dict(answer).json(ascii: false)
        } catch {
            answer["error"] = .string(error.message)
            answer["kind"] = .string(BatchEncoding.kind(of: error))
            return (try? Value.dict(answer).json(ascii: false))
                ?? "{\"error\": \"cannot be encoded\", \"kind\": \"template\"}"
        }
    }

    private func render(_ request: Value) throws(Diagnostic) -> Value {
        guard let text = request["template"]?.string, let mode = request["mode"]?.string else {
            throw Diagnostic(.usage, "a case has the texts 'mode' and 'template'")
        }
        let source = DictionarySource(request["vars"]?.dict ?? OrderedMap(), lookup: lookup, environment: environment)
        let scope = RenderScope(source, environment: environment)
        var options = try options(request["options"]?.dict, mode)
        switch mode {
        case "cond": return .bool(try Condition(.string(text), at: nil, options: options).isTrue(in: scope))
        case "expr":
            options.keepsBackslashes = true
            let value = try Template(text, at: nil, options: options, environment: environment).evaluate(in: scope)
            if value.isOmit { throw Diagnostic(.templateRuntime, BatchEncoding.omitted) }
            return value
        case "file", "jinja":
            let header = try TemplateOptions.parseHeader(text, base: options)
            let body = mode == "file" ? header : (options, text, 0)
            let template = Template(body.1, at: nil, options: body.0, environment: environment)
            return .string(try template.render(in: scope))
        default: throw Diagnostic(.usage, "unknown mode '\(mode)'")
        }
    }

    private func options(_ given: OrderedMap?, _ mode: String) throws(Diagnostic) -> TemplateOptions {
        var options = TemplateOptions()
        if mode == "jinja" {
            options.trimBlocks = false
            options.keepTrailingNewline = false
        }
        for (key, value) in given ?? [:] {
            try options.set(key.string ?? "", try value.text(), at: nil)
        }
        return options
    }
}

/// How values and mistakes are written in answers.
enum BatchEncoding {
    static let omitted = "A template was resolved to an Omit scalar."

    /// What JSON has no form for becomes `{"$": type, "v": …}`.
    static func encoded(_ value: Value) throws(Diagnostic) -> Value {
        switch value {
        case .float(let number) where !number.isFinite:
            return tagged("float", .string(FloatText.representation(number)))
        case .date(let date): return tagged(date.time == nil ? "date" : "datetime", .string(date.isoText()))
        case .bytes(let bytes): return tagged("bytes", .string(String(decoding: bytes, as: UTF8.self)))
        case .list(let items), .tuple(let items):
            var result: [Value] = []
            for item in items { result.append(try encoded(item)) }
            return .list(result)
        case .dict(let map):
            var result = OrderedMap()
            var pairs: [Value] = []
            for (key, value) in map {
                result[key] = try encoded(value)
                pairs.append(.list([try encoded(key), try encoded(value)]))
            }
            return map.keys.allSatisfy { $0.string != nil } ? .dict(result) : tagged("dict", .list(pairs))
        default: return value
        }
    }

    private static func tagged(_ type: String, _ value: Value) -> Value {
        .dict(OrderedMap([("$", .string(type)), ("v", value)]))
    }

    static func kind(of mistake: Diagnostic) -> String {
        switch mistake.code {
        case .undefinedVariable: "undefined"
        case .templateSyntax: "syntax"
        case .templatePlugin: "plugin"
        case .templateRecursion: "recursion"
        case .notBoolean: "not-boolean"
        default: mistake.message == omitted ? "omitted" : "template"
        }
    }
}
