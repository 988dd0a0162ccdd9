//! Python's methods of plain values, by type.

import Diagnostics
import Values

enum Methods {
    private static let mutating: Set<String> = [
        "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem",
    ]

    /// Whether a method of that name may change its receiver.
    static func isMutating(_ name: String) -> Bool { mutating.contains(name) }

    static func isDictMethod(_ name: String) -> Bool { DictMethods.names.contains(name) }

    /// Whether any type has a method of that name.
    static func isMethod(_ name: String) -> Bool {
        StringMethods.names.contains(name) || DictMethods.names.contains(name) || ListMethods.names.contains(name)
            || NumberMethods.names.contains(name) || DateValue.methodNames.contains(name)
    }

    /// Calls a method that belongs to the type; nil where the type has none of that name.
    static func call(
        _ name: String, on object: inout Value, _ arguments: Arguments, _ machine: Machine
    ) throws(Diagnostic) -> Value? {
        // A `switch` that takes any payload out keeps a second owner of the whole value until its end.
        if case .list = object {
            guard ListMethods.names.contains(name) else { return nil }
            var items = object.takeItems()
            defer { object = .list(items) }
            return try ListMethods.call(name, &items, arguments, machine)
        }
        if case .dict = object {
            guard DictMethods.names.contains(name) else { return nil }
            var map = object.takeMap()
            defer { object = .dict(map) }
            return try DictMethods.call(name, &map, arguments)
        }
        switch object {
        case .string(let text): return try StringMethods.call(name, text, arguments, machine)
        case .tuple(var items):
            guard name == "index" || name == "count" else { return nil }
            return try ListMethods.call(name, &items, arguments, machine)
        case .int, .bool, .float, .big: return try NumberMethods.call(name, object, arguments)
        case .date(let date): return try date.call(name, arguments)
        case .object(let lazy as any LazyContainer):
            // Names alone need no value, and one of many values could be undefined.
            if name == "keys", arguments.positional.isEmpty, let keys = try lazy.elements() { return .list(keys) }
            if name == "get", let key = arguments.positional.first, lazy.shape == .mapping {
                let given = arguments.namingDefault.positional
                return try lazy.item(key) ?? (given.count > 1 ? given[1] : .none)
            }
            guard let plain = try lazy.materialized() else { return nil }
            object = plain
            return try call(name, on: &object, arguments, machine)
        case .object(let markup as Markup):
            return try StringMethods.call(name, markup.content, arguments, machine)
        case .object(let span as TimeSpan):
            return name == "total_seconds" ? .float(span.totalSeconds) : nil
        default: return nil
        }
    }

    /// A method as a value of its own, not called yet.
    static func bound(_ name: String, to object: Value) -> Value? {
        let isKnown =
            switch object {
            case .string: StringMethods.names.contains(name)
            case .dict: DictMethods.names.contains(name)
            case .list: ListMethods.names.contains(name)
            case .object(let lazy as any LazyContainer):
                lazy.shape == .mapping ? DictMethods.names.contains(name) : ListMethods.names.contains(name)
            case .object(is Markup): StringMethods.names.contains(name)
            case .int, .float, .bool, .big: NumberMethods.has(name, object)
            case .date: DateValue.methodNames.contains(name)
            default: false
            }
        return isKnown ? .object(BoundMethod(name, object)) : nil
    }
}

/// `text.upper` without the parentheses.
final class BoundMethod: CallableObject {
    private let name: String
    private let object: Value

    init(_ name: String, _ object: Value) {
        self.name = name
        self.object = object
    }

    var typeName: String { "method" }
    var isCallable: Bool { true }

    func text() throws(Diagnostic) -> String {
        "<bound method \(object.typeName).\(name) of \(try object.representation())>"
    }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value {
        var receiver = object
        return try Methods.call(name, on: &receiver, arguments, machine) ?? .none
    }
}

/// The arguments of a method under the names of its parameters.
struct MethodArguments {
    private let values: [Value?]
    private let method: String

    init(_ method: String, _ arguments: Arguments, _ parameters: [String], required: Int = 0) throws(Diagnostic) {
        self.method = method
        guard arguments.positional.count <= parameters.count else {
            throw Diagnostic(
                .templateRuntime,
                "\(method)() takes at most \(parameters.count) argument\(parameters.count == 1 ? "" : "s") (\(arguments.positional.count) given)"
            )
        }
        var values: [Value?] =
            arguments.positional.map { $0 }
            + Array(repeating: nil, count: parameters.count - arguments.positional.count)
        for (name, value) in arguments.named {
            guard let index = parameters.firstIndex(of: name) else {
                throw Diagnostic(.templateRuntime, "\(method)() got an unexpected keyword argument '\(name)'")
            }
            values[index] = value
        }
        for index in 0..<required where values[index] == nil {
            throw Diagnostic(
                .templateRuntime, "\(method)() takes at least \(required) argument\(required == 1 ? "" : "s")")
        }
        for case .undefined(let reason)? in values { throw reason.diagnostic }
        self.values = values
    }

    /// An argument that is there and not None.
    func given(_ index: Int) -> Value? {
        guard let value = values[index], !value.isNone else { return nil }
        return value
    }

    func value(_ index: Int) -> Value { (values[index] ?? nil) ?? .none }

    func text(_ index: Int) throws(Diagnostic) -> String {
        guard case .string(let text) = try value(index).forced() else {
            throw Diagnostic(
                .templateRuntime, "\(method)() argument \(index + 1) must be str, not \(value(index).typeName)")
        }
        return text
    }

    func integer(_ index: Int, default fallback: Int) throws(Diagnostic) -> Int {
        guard let value = values[index] ?? nil else { return fallback }
        guard let number = value.exactInteger else {
            throw Diagnostic(.templateRuntime, "'\(value.typeName)' object cannot be interpreted as an integer")
        }
        return number
    }

    func flag(_ index: Int) throws(Diagnostic) -> Bool { try value(index).isTruthy() }
}
