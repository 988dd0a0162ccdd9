//! The global functions that are part of the language.

import Diagnostics
import Values

enum CoreGlobals {
    static func value(_ name: String) -> Value? { table[name] }

    private static let table: [String: Value] = [
        "range": function("range") { arguments throws(Diagnostic) in
            try arguments.refuseKeywords("range")
            return .object(try RangeObject(arguments.positional))
        },
        "dict": function("dict") { arguments throws(Diagnostic) in .dict(try makeDict(arguments)) },
        "namespace": function("namespace") { arguments throws(Diagnostic) in
            .object(NamespaceObject(try makeDict(arguments)))
        },
        "cycler": function("cycler") { arguments throws(Diagnostic) in .object(try CyclerObject(arguments.positional))
        },
        "joiner": function("joiner") { arguments throws(Diagnostic) in
            .object(JoinerObject(arguments.positional.first ?? arguments.named.first?.value ?? .string(", ")))
        },
        "undef": function("undef") { arguments throws(Diagnostic) in
            let hint = arguments.positional.first ?? arguments.named.first { $0.name == "hint" }?.value ?? .none
            let text = hint.isNone ? "Mandatory variable has not been overridden" : try hint.text()
            return .undefined(Undefined(text))
        },
        "omit": .omit,
        "lookup": .object(LookupFunction(.lookup)),
        "query": .object(LookupFunction(.query)),
        "q": .object(LookupFunction(.query)),
    ]

    private static func function(
        _ name: String, _ body: @escaping @Sendable (Arguments) throws(Diagnostic) -> Value
    ) -> Value { .object(NativeFunction(name, body)) }

    /// `dict(pairs or mapping, **entries)`
    private static func makeDict(_ arguments: Arguments) throws(Diagnostic) -> OrderedMap {
        guard arguments.positional.count <= 1 else {
            throw Diagnostic(.templateRuntime, "dict expected at most 1 argument, got \(arguments.positional.count)")
        }
        var map = OrderedMap()
        if let first = arguments.positional.first { map = try DictMethods.entries(of: first) }
        for (name, value) in arguments.named { map[name] = value }
        return map
    }
}

extension Arguments {
    func refuseKeywords(_ function: String) throws(Diagnostic) {
        if !named.isEmpty { throw Diagnostic(.templateRuntime, "\(function)() takes no keyword arguments") }
    }
}
