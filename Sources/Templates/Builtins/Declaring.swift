//! Short forms for declarations of builtins.

import Diagnostics
import Values

extension Builtin {
    typealias Body = @Sendable (BuiltinCall) throws(Diagnostic) -> Value

    /// A filter; the piped value is its first parameter.
    static func filter(
        _ name: String, aliases: [String] = [], collection: String = "ansible.builtin",
        value: String = "value", _ parameters: [Parameter] = [], summary: String, example: String,
        acceptsUndefined: Bool = false, body: @escaping Body
    ) -> Builtin {
        Builtin(
            kind: .filter, names: names(name, aliases, collection), parameters: [.required(value)] + parameters,
            summary: summary, example: example, acceptsUndefined: acceptsUndefined, body: body)
    }

    /// A test; the tested value is its first parameter.
    static func test(
        _ name: String, aliases: [String] = [], collection: String = "ansible.builtin",
        _ parameters: [Parameter] = [], summary: String, example: String, acceptsUndefined: Bool = false,
        body: @escaping @Sendable (BuiltinCall) throws(Diagnostic) -> Bool
    ) -> Builtin {
        Builtin(
            kind: .test, names: names(name, aliases, collection), parameters: [.required("value")] + parameters,
            summary: summary, example: example, acceptsUndefined: acceptsUndefined,
            body: { call throws(Diagnostic) in .bool(try body(call)) })
    }

    /// A global function.
    static func global(
        _ name: String, _ parameters: [Parameter] = [], summary: String, example: String,
        acceptsUndefined: Bool = false, body: @escaping Body
    ) -> Builtin {
        Builtin(
            kind: .global, names: [name], parameters: parameters, summary: summary, example: example,
            acceptsUndefined: acceptsUndefined, body: body)
    }

    /// Every short name, then each with its collection; operators used as tests have no long form.
    private static func names(_ name: String, _ aliases: [String], _ collection: String) -> [String] {
        let short = [name] + aliases
        return short + short.filter { $0.utf8.allSatisfy(\.isNamePart) }.map { "\(collection).\($0)" }
    }

    /// The name with its collection, as messages tell it.
    package var fullName: String { names.first { $0.contains(".") } ?? names.first ?? "" }
}

extension Builtin.Parameter {
    static func required(_ name: String) -> Self { Self(name: name, kind: .ordinary, fallback: nil) }
    static func optional(_ name: String, _ fallback: Value = .none) -> Self {
        Self(name: name, kind: .ordinary, fallback: fallback)
    }
    static func keyword(_ name: String, _ fallback: Value = .none) -> Self {
        Self(name: name, kind: .keywordOnly, fallback: fallback)
    }
    static func variadic(_ name: String) -> Self { Self(name: name, kind: .variadic, fallback: nil) }
    static func keywords(_ name: String) -> Self { Self(name: name, kind: .keywords, fallback: nil) }
}

extension UInt8 {
    fileprivate var isNamePart: Bool {
        self == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
