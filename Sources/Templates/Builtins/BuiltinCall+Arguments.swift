//! Arguments as the Swift types that bodies want, with Python's messages where they are something else.

import Diagnostics
import Values

extension BuiltinCall {
    /// The piped value.
    var value: Value { arguments[0] }

    /// `str(argument)`.
    func text(_ index: Int = 0) throws(Diagnostic) -> String { try arguments[index].text() }

    /// nil for None.
    func optionalText(_ index: Int) throws(Diagnostic) -> String? {
        arguments[index].isNone ? nil : try arguments[index].text()
    }

    func truth(_ index: Int) throws(Diagnostic) -> Bool { try arguments[index].isTruthy() }

    /// A string and nothing else.
    func string(_ index: Int = 0) throws(Diagnostic) -> String {
        let value = try arguments[index].forced()
        if case .string(let text) = value { return text }
        throw mistake("expected a string, not \(value.typeName)")
    }

    func integer(_ index: Int) throws(Diagnostic) -> Int {
        if let number = arguments[index].exactInteger { return number }
        throw mistake("'\(arguments[index].typeName)' object cannot be interpreted as an integer")
    }

    func optionalInteger(_ index: Int) throws(Diagnostic) -> Int? {
        arguments[index].isNone ? nil : try integer(index)
    }

    func number(_ index: Int) throws(Diagnostic) -> Double {
        if let number = arguments[index].double { return number }
        throw mistake("must be real number, not \(arguments[index].typeName)")
    }

    /// What iterating over the argument yields.
    func elements(_ index: Int = 0) throws(Diagnostic) -> [Value] { try arguments[index].iterated() }

    func mapping(_ index: Int = 0) throws(Diagnostic) -> OrderedMap {
        if case .dict(let map) = try arguments[index].forced() { return map }
        throw mistake("'\(arguments[index].typeName)' object has no attribute 'items'")
    }

    func mistake(_ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(.templateRuntime, message, help: help)
    }
}

extension Value {
    /// `iter(value)`.
    func iterated() throws(Diagnostic) -> [Value] {
        if let elements = try elements() { return elements }
        throw Diagnostic(.templateRuntime, "'\(typeName)' object is not iterable")
    }

    var isMapping: Bool {
        switch self {
        case .dict: true
        case .object(let object): object.shape == .mapping
        default: false
        }
    }

    /// Python's list or tuple.
    var isSequence: Bool {
        switch self {
        case .list, .tuple: true
        case .object(let object): object.shape == .sequence
        default: false
        }
    }
}
