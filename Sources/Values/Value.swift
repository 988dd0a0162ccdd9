//! The data that every layer speaks: what YAML holds, what templates compute, what hosts return.

import Diagnostics

/// A value as a Python program would see it. Never contains a template: whatever a host returned is only data.
package enum Value: Sendable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list([Value])
    case tuple([Value])
    case dict(OrderedMap)
    /// A name or attribute that does not exist; using it is an error, testing it is not.
    case undefined(Undefined)
    /// An integer beyond 64 bits.
    case big(BigInteger)
    /// A date or a date with time; indirect, so that every other value is three words and no more.
    indirect case date(DateValue)
    case bytes([UInt8])
    /// Something that computes when asked: lazily rendered containers, functions, macros, loops, namespaces.
    case object(any ValueObject)
}

/// What a template may do with a computed value. Every member may fail, because it may render a template.
package protocol ValueObject: AnyObject, Sendable {
    /// The name of the type as Python would print it (`dict`, `list`, `Macro`, `Namespace`).
    var typeName: String { get }
    /// `object.name`; nil where there is no such attribute.
    func attribute(_ name: String) throws(Diagnostic) -> Value?
    /// `object[key]`; nil where there is no such item.
    func item(_ key: Value) throws(Diagnostic) -> Value?
    /// The elements (keys of a mapping) in order; nil where it cannot be iterated.
    func elements() throws(Diagnostic) -> [Value]?
    /// The same as plain data (list, dict, …), all templates rendered; nil for functions and the like.
    func materialized() throws(Diagnostic) -> Value?
    /// `bool(object)`; the default asks for elements, and holds what has none for true.
    func isTruthy() throws(Diagnostic) -> Bool
    /// `str(object)`; the default prints the materialized value, or the type's name in angle brackets.
    func text() throws(Diagnostic) -> String
    /// `repr(object)`.
    func representation() throws(Diagnostic) -> String
    /// Whether a template may call it.
    var isCallable: Bool { get }
    /// Whether it is a mapping, a sequence, or just something to iterate; nil for none of these.
    var shape: ValueShape? { get }
}

/// What an object that has elements behaves like.
package enum ValueShape: Sendable { case mapping, sequence, iterable }

extension ValueObject {
    package func attribute(_ name: String) throws(Diagnostic) -> Value? { nil }
    package func item(_ key: Value) throws(Diagnostic) -> Value? { nil }
    package func elements() throws(Diagnostic) -> [Value]? { nil }
    package func materialized() throws(Diagnostic) -> Value? { nil }
    package var isCallable: Bool { false }
    package var shape: ValueShape? { nil }

    package func isTruthy() throws(Diagnostic) -> Bool {
        guard let elements = try elements() else { return true }
        return !elements.isEmpty
    }

    package func text() throws(Diagnostic) -> String {
        guard let value = try materialized() else { return "<\(typeName)>" }
        return try value.text()
    }

    package func representation() throws(Diagnostic) -> String {
        guard let value = try materialized() else { return "<\(typeName)>" }
        return try value.representation()
    }
}

/// Why something is undefined, told when it is used. Cheap to make: what it says is put together when asked.
package final class Undefined: Sendable {
    package enum Cause: Sendable {
        case message(String)
        /// A variable that nobody defined.
        case name(String)
        /// An attribute or key that a value of this type does not have.
        case attribute(String, typeName: String)
        /// A filter or test that failed: told when its result is used, and never replaced by `default`.
        case failure(Diagnostic)
        /// A key that is no string, as printed.
        case item(String, typeName: String)
    }

    package let cause: Cause
    private let locate: (@Sendable () -> SourceRange?)?
    private let suggest: (@Sendable () -> String?)?

    package init(
        _ cause: Cause, at range: (@Sendable () -> SourceRange?)? = nil, help: (@Sendable () -> String?)? = nil
    ) {
        self.cause = cause
        self.locate = range
        self.suggest = help
    }

    package convenience init(_ message: String, at range: SourceRange? = nil, help: String? = nil) {
        self.init(.message(message), at: { range }, help: { help })
    }

    /// Where it was looked for.
    package var range: SourceRange? { locate?() }

    /// e.g. `'port' is undefined` or `object of type 'dict' has no attribute 'x'`.
    package var message: String {
        switch cause {
        case .message(let text): text
        case .failure(let mistake): mistake.message
        case .name(let name): "'\(name)' is undefined"
        case .attribute(let name, let typeName): "object of type '\(typeName)' has no attribute '\(name)'"
        case .item(let key, let typeName): "object of type '\(typeName)' has no attribute \(key)"
        }
    }

    package var help: String? { suggest?() }

    package var diagnostic: Diagnostic {
        if case .failure(let mistake) = cause { return mistake }
        return Diagnostic(.undefinedVariable, message, at: range, help: help)
    }

    package var isFailure: Bool { if case .failure = cause { true } else { false } }
}
