//! Arguments as the Swift types that bodies want, with Python's messages where they are something else.

import Diagnostics
import Values

extension BuiltinCall {
    /// The piped value.
    var value: Value { self[0] }

    /// `str(argument)`.
    func text(_ index: Int = 0) throws(Diagnostic) -> String { try self[index].text() }

    /// nil for None.
    func optionalText(_ index: Int) throws(Diagnostic) -> String? {
        self[index].isNone ? nil : try self[index].text()
    }

    func truth(_ index: Int) throws(Diagnostic) -> Bool { try self[index].isTruthy() }

    /// A string and nothing else.
    func string(_ index: Int = 0) throws(Diagnostic) -> String {
        let value = try self[index].forced()
        if case .string(let text) = value { return text }
        throw mistake("expected a string, not \(value.typeName)", help: wanted(index, "a string"))
    }

    func integer(_ index: Int) throws(Diagnostic) -> Int {
        if let number = self[index].exactInteger { return number }
        throw mistake(
            "'\(self[index].typeName)' object cannot be interpreted as an integer",
            help: wanted(index, "an integer"))
    }

    func optionalInteger(_ index: Int) throws(Diagnostic) -> Int? {
        self[index].isNone ? nil : try integer(index)
    }

    func number(_ index: Int) throws(Diagnostic) -> Double {
        if let number = self[index].double { return number }
        throw mistake(
            "must be real number, not \(self[index].typeName)", help: wanted(index, "a number"))
    }

    /// What iterating over the argument yields.
    func elements(_ index: Int = 0) throws(Diagnostic) -> [Value] { try self[index].iterated() }

    func mapping(_ index: Int = 0) throws(Diagnostic) -> OrderedMap {
        if case .dict(let map) = try self[index].forced() { return map }
        throw mistake("'\(self[index].typeName)' object has no attribute 'items'")
    }

    /// Which argument has to be what.
    private func wanted(_ index: Int, _ type: String) -> String? {
        let parameters = builtin.parameters.filter { $0.kind == .ordinary || $0.kind == .keywordOnly }
        guard index > 0, parameters.indices.contains(index) else { return nil }
        return "the argument '\(parameters[index].name)' has to be \(type)"
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
