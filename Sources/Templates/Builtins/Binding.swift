//! Calling a builtin: Python's rules for arguments, and errors that name the plugin.

import Diagnostics
import Values

extension Builtin {
    /// Binds the arguments, runs the body, and names this builtin in what goes wrong.
    package func invoke(
        _ given: Arguments, runtime: any TemplateRuntime, at range: SourceRange? = nil
    ) throws(Diagnostic) -> Value {
        do throws(Diagnostic) {
            return try body(try bind(given, runtime: runtime, at: range))
        } catch {
            throw named(error).located(at: range)
        }
    }

    /// Runs the body with one value for each parameter.
    func invoke(bound arguments: ArraySlice<Value>, runtime: any TemplateRuntime) throws(Diagnostic) -> Value {
        do throws(Diagnostic) {
            return try body(BuiltinCall(self, arguments, runtime: runtime))
        } catch {
            throw named(error)
        }
    }

    /// Undefined names stay what they are; anything else becomes the failure of this plugin.
    private func named(_ mistake: Diagnostic) -> Diagnostic {
        switch mistake.code {
        case .templateRuntime, .templatePlugin, .jsonSyntax, .yamlSyntax:
            var copy = mistake
            copy.code = .templatePlugin
            copy.message = "The \(kind.rawValue) plugin '\(fullName)' failed: \(mistake.message)"
            return copy
        default: return mistake
        }
    }

    private func bind(
        _ given: Arguments, runtime: any TemplateRuntime, at range: SourceRange?
    ) throws(Diagnostic) -> BuiltinCall {
        var binding = Binding(builtin: self)
        for value in given.positional { try binding.add(try admitted(value), of: given.positional.count) }
        for (name, value) in given.named { try binding.add(try admitted(value), named: name) }
        return BuiltinCall(
            self, try binding.complete()[...], variadic: binding.variadic, keywords: binding.keywords, runtime: runtime,
            range: range)
    }

    /// Lazy containers become plain ones (one layer), undefined values end the call unless the builtin wants them.
    func admitted(_ value: Value) throws(Diagnostic) -> Value {
        switch value {
        case .undefined(let undefined) where !acceptsUndefined: throw undefined.diagnostic
        case .object(let object as Markup): return keepsMarkup ? value : .string(object.content)
        case .object(let object as RangeObject) where listsRanges: return .list(try object.elements() ?? [])
        case .object: return try value.forced()
        default: return value
        }
    }

    /// Whether a range that this builtin hands on or writes is a list; to the others it is a range.
    private var listsRanges: Bool {
        kind == .filter
            && ["default", "mandatory", "to_json", "to_nice_json", "from_yaml", "from_yaml_all", "truncate"]
                .contains(names[0])
    }

    /// Whether it matters to this builtin that a text is marked as safe; to the others it is a string.
    private var keepsMarkup: Bool {
        switch kind {
        case .filter:
            ["escape", "string", "default", "mandatory", "ternary", "type_debug", "pprint"].contains(names[0])
        case .test, .global, .lookup: true
        }
    }
}

private struct Binding {
    let builtin: Builtin
    private var slots: [Value?]
    private var nextPositional = 0
    private(set) var variadic: [Value] = []
    private(set) var keywords: [(name: String, value: Value)] = []

    init(builtin: Builtin) {
        self.builtin = builtin
        slots = Array(repeating: nil, count: builtin.slotCount)
    }

    mutating func add(_ value: Value, of count: Int) throws(Diagnostic) {
        let ordinary = builtin.ordinaryCount
        if nextPositional < ordinary {
            slots[nextPositional] = value
            nextPositional += 1
        } else if builtin.parameters.contains(where: { $0.kind == .variadic }) {
            variadic.append(value)
        } else {
            throw mistake(
                "takes \(ordinary) positional argument\(ordinary == 1 ? "" : "s") but \(count) "
                    + (count == 1 ? "was" : "were") + " given")
        }
    }

    mutating func add(_ value: Value, named name: String) throws(Diagnostic) {
        let named = builtin.parameters.filter { $0.kind == .ordinary || $0.kind == .keywordOnly }
        if let slot = named.firstIndex(where: { $0.name == name }) {
            if slots[slot] != nil { throw mistake("got multiple values for argument '\(name)'") }
            slots[slot] = value
        } else if builtin.parameters.contains(where: { $0.kind == .keywords }) {
            keywords.append((name, value))
        } else {
            throw mistake(
                "got an unexpected keyword argument '\(name)'",
                help: Suggestion.help(for: name, among: named.dropFirst().map(\.name)))
        }
    }

    func complete() throws(Diagnostic) -> [Value] {
        let named = builtin.parameters.filter { $0.kind == .ordinary || $0.kind == .keywordOnly }
        var values: [Value] = []
        var missing: [String] = []
        for (parameter, slot) in zip(named, slots) {
            if let value = slot ?? parameter.fallback {
                values.append(value)
            } else {
                missing.append("'\(parameter.name)'")
            }
        }
        guard missing.isEmpty else {
            throw mistake(
                "missing \(missing.count) required argument\(missing.count == 1 ? "" : "s"): "
                    + missing.joined(separator: " and "))
        }
        return values
    }

    private func mistake(_ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(.templateRuntime, "\(builtin.names[0])() \(message)", help: help)
    }
}

extension Builtin {
    fileprivate var slotCount: Int { parameters.count { $0.kind == .ordinary || $0.kind == .keywordOnly } }
    fileprivate var ordinaryCount: Int { parameters.count { $0.kind == .ordinary } }
}
