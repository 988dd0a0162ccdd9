//! Values ↔ JSON and YAML.

import Diagnostics
import Values
import YAML

enum SerialisationFilters {
    private static let jsonParameters: [Builtin.Parameter] = [
        .optional("sort_keys", false), .optional("indent"), .optional("ensure_ascii", true), .optional("separators"),
        .optional("allow_nan", true), .optional("skipkeys", false), .optional("check_circular", true),
        .optional("vault_to_text"), .optional("preprocess_unsafe"), .optional("default"),
    ]

    private static let yamlParameters: [Builtin.Parameter] = [
        .optional("default_flow_style"), .keyword("indent"), .keyword("width"), .keyword("sort_keys", true),
        .keyword("default_style"), .keyword("canonical", false), .keyword("allow_unicode"),
        .keyword("explicit_start", false), .keyword("explicit_end", false), .keyword("vault_behavior"),
        .keyword("line_break"), .keyword("encoding"),
    ]

    static let all: [Builtin] = [
        .filter(
            "to_json", value: "a", jsonParameters, summary: "The value as JSON.",
            example: "{{ {'a': [1, none]} | to_json }} → {\"a\": [1, null]}"
        ) { call throws(Diagnostic) in .string(try call.value.json(try jsonStyle(call))) },
        .filter(
            "to_nice_json", value: "a",
            [.optional("indent", 4), .optional("sort_keys", true)] + jsonParameters.dropFirst(2),
            summary: "The value as JSON with indentation and sorted keys.",
            example: "{{ {'b': 1, 'a': 2} | to_nice_json(indent=1) }} → {\n \"a\": 2,\n \"b\": 1\n}"
        ) { call throws(Diagnostic) in .string(try call.value.json(try jsonStyle(call))) },
        .filter(
            "tojson", [.optional("indent")], summary: "The value as JSON that is safe within HTML.",
            example: "{{ '<a>' | tojson }} → \"\\u003ca\\u003e\""
        ) { call throws(Diagnostic) in
            let text = try call.value.json(indent: try call.optionalInteger(1), sortKeys: true)
            let escapes = ["<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"]
            return .object(Markup(text.map { escapes[String($0)] ?? String($0) }.joined()))
        },
        .filter(
            "from_json", [.keyword("profile")], summary: "The value that a JSON text holds.",
            example: "{{ '{\"a\": [1, null]}' | from_json }} → {'a': [1, None]}"
        ) { call throws(Diagnostic) in
            guard let text = call.value.string else {
                throw call.mistake("the JSON object must be str, bytes or bytearray, not \(call.value.typeName)")
            }
            return try JSON.parse(text)
        },
        .filter(
            "to_yaml", value: "a", yamlParameters, summary: "The value as YAML, brackets around the innermost lists.",
            example: "{{ {'a': [1, 2]} | to_yaml }} → a: [1, 2]\n"
        ) { call throws(Diagnostic) in try yaml(call) },
        .filter(
            "to_nice_yaml", value: "a",
            [.optional("indent", 4), .optional("default_flow_style", false)]
                + yamlParameters.filter { !["indent", "default_flow_style"].contains($0.name) },
            summary: "The value as YAML in blocks, indented by four.",
            example: "{{ {'a': [1, {'b': 2}]} | to_nice_yaml }} → a:\n- 1\n-   b: 2\n"
        ) { call throws(Diagnostic) in try yaml(call) },
        .filter(
            "from_yaml", summary: "The value that a YAML text holds.",
            example: "{{ 'a: [1, two]' | from_yaml }} → {'a': [1, 'two']}"
        ) { call throws(Diagnostic) in
            guard let text = call.value.string else { return call.value }
            let node = try YAMLReader.document(of: SourceFile(path: "<from_yaml>", text: text)).node
            return try node?.value() ?? .none
        },
        .filter(
            "from_yaml_all", summary: "A list of the values of all documents in a YAML text.",
            example: "{{ '[1, 2]' | from_yaml_all }} → [[1, 2]]"
        ) { call throws(Diagnostic) in
            guard let text = call.value.string else { return call.value.isNone ? .list([]) : call.value }
            var values: [Value] = []
            for node in try YAMLReader.documents(of: SourceFile(path: "<from_yaml_all>", text: text)).nodes {
                values.append(try node.value())
            }
            return .list(values)
        },
    ]

    private static func jsonStyle(_ call: BuiltinCall) throws(Diagnostic) -> JSONStyle {
        var style = JSONStyle()
        let indent = try call.named("indent")
        if case .string(let text) = indent {
            style.indent = text
        } else if !indent.isNone {
            style.indent = String(repeating: " ", count: max(0, indent.exactInteger ?? 0))
        }
        style.sortKeys = try call.named("sort_keys").isTruthy()
        style.ascii = try call.named("ensure_ascii").isTruthy()
        style.allowsNonFinite = try call.named("allow_nan").isTruthy()
        style.skipsBadKeys = try call.named("skipkeys").isTruthy()
        if let separators = try call.named("separators").forced().list, separators.count == 2 {
            style.itemSeparator = try separators[0].text()
            style.keySeparator = try separators[1].text()
        }
        return style
    }

    /// Text, or bytes where an encoding is named.
    private static func yaml(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let text = try call.value.yaml(try yamlStyle(call))
        let encoding = try call.named("encoding")
        return encoding.isNone ? .string(text) : .bytes(try TextEncoding(try encoding.text()).bytes(of: text))
    }

    private static func yamlStyle(_ call: BuiltinCall) throws(Diagnostic) -> YAMLStyle {
        var style = YAMLStyle()
        let flow = try call.named("default_flow_style")
        style.defaultFlowStyle = flow.isNone ? nil : try flow.isTruthy()
        style.indent = try call.named("indent").exactInteger
        style.width = try call.named("width").double.map { Int($0.isFinite ? min($0, 1e9) : 1e9) }
        style.sortKeys = try call.named("sort_keys").isTruthy()
        style.defaultStyle = try call.named("default_style").string
        style.canonical = try call.named("canonical").isTruthy()
        if try !call.named("allow_unicode").isNone {
            throw call.mistake("yaml.dump() got multiple values for keyword argument 'allow_unicode'")
        }
        style.explicitStart = try call.named("explicit_start").isTruthy()
        style.explicitEnd = try call.named("explicit_end").isTruthy()
        return style
    }
}

extension BuiltinCall {
    /// An argument by the name of its parameter.
    func named(_ name: String) throws(Diagnostic) -> Value {
        let parameters = builtin.parameters.filter { $0.kind == .ordinary || $0.kind == .keywordOnly }
        guard let index = parameters.firstIndex(where: { $0.name == name }) else {
            throw Diagnostic(.internal, "\(builtin.names[0]) has no parameter \(name)")
        }
        return self[index]
    }
}
