//! `range()`, `cycler()` and `joiner()`.

import Diagnostics
import Values

/// Python's range: counts when it is iterated.
final class RangeObject: ValueObject {
    private let start: Int
    private let stop: Int
    private let step: Int

    /// More numbers than a template has use for.
    static let maximumCount = 10_000_000

    init(_ arguments: [Value]) throws(Diagnostic) {
        var numbers: [Int] = []
        for argument in arguments {
            if case .undefined(let reason) = argument { throw reason.diagnostic }
            guard let number = argument.exactInteger else {
                throw Diagnostic(
                    .templateRuntime, "'\(argument.typeName)' object cannot be interpreted as an integer")
            }
            numbers.append(number)
        }
        switch numbers.count {
        case 1: (start, stop, step) = (0, numbers[0], 1)
        case 2: (start, stop, step) = (numbers[0], numbers[1], 1)
        case 3: (start, stop, step) = (numbers[0], numbers[1], numbers[2])
        case 0: throw Diagnostic(.templateRuntime, "range expected at least 1 argument, got 0")
        default: throw Diagnostic(.templateRuntime, "range expected at most 3 arguments, got \(numbers.count)")
        }
        if step == 0 { throw Diagnostic(.templateRuntime, "range() arg 3 must not be zero") }
    }

    var typeName: String { "range" }
    var shape: ValueShape? { .sequence }

    private var count: Int {
        let span = step > 0 ? stop.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(stop)
        if span.overflow { return .max }
        return span.partialValue <= 0 ? 0 : (span.partialValue - 1) / Int(min(step.magnitude, UInt(Int.max))) + 1
    }

    func isTruthy() throws(Diagnostic) -> Bool { count > 0 }

    func item(_ key: Value) throws(Diagnostic) -> Value? {
        guard let index = key.exactInteger else { return nil }
        let position = index < 0 ? index + count : index
        return (0..<count).contains(position) ? .int(start + position * step) : nil
    }

    func elements() throws(Diagnostic) -> [Value]? {
        guard count <= RangeObject.maximumCount else {
            throw Diagnostic(.templateRecursion, "a range of \(count) numbers is too long")
        }
        return (0..<count).map { .int(start + $0 * step) }
    }

    func text() throws(Diagnostic) -> String {
        step == 1 ? "range(\(start), \(stop))" : "range(\(start), \(stop), \(step))"
    }

    func representation() throws(Diagnostic) -> String { try text() }
}

/// Goes around its values, by hand.
final class CyclerObject: ValueObject, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it cannot be stored in a variable.
    private let values: [Value]
    private var position = 0

    init(_ values: [Value]) throws(Diagnostic) {
        guard !values.isEmpty else { throw Diagnostic(.templateRuntime, "at least one item has to be provided") }
        self.values = values
    }

    var typeName: String { "Cycler" }

    func attribute(_ name: String) throws(Diagnostic) -> Value? {
        switch name {
        case "current": values[position]
        case "next", "__next__":
            .object(
                NativeFunction { [self] _ throws(Diagnostic) in
                    defer { position = (position + 1) % values.count }
                    return values[position]
                })
        case "reset":
            .object(
                NativeFunction { [self] _ throws(Diagnostic) in
                    position = 0
                    return .none
                })
        default: nil
        }
    }
}

/// Empty the first time, then its separator.
final class JoinerObject: CallableObject, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it cannot be stored in a variable.
    private let separator: Value
    private var isUsed = false

    init(_ separator: Value) { self.separator = separator }

    var typeName: String { "Joiner" }
    var isCallable: Bool { true }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value {
        defer { isUsed = true }
        return isUsed ? separator : .string("")
    }
}

/// A function written in Swift.
final class NativeFunction: CallableObject {
    private let name: String
    private let body: @Sendable (Arguments) throws(Diagnostic) -> Value

    init(_ name: String = "function", _ body: @escaping @Sendable (Arguments) throws(Diagnostic) -> Value) {
        self.name = name
        self.body = body
    }

    var typeName: String { "function" }
    var isCallable: Bool { true }

    /// `dict` and `range` are types in Python.
    func text() throws(Diagnostic) -> String {
        ["dict", "range"].contains(name) ? "<class '\(name)'>" : "<function \(name)>"
    }
    func representation() throws(Diagnostic) -> String { try text() }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value { try body(arguments) }
}

/// A global function as a value.
final class GlobalFunction: CallableObject {
    private let builtin: Builtin

    init(_ builtin: Builtin) { self.builtin = builtin }

    var typeName: String { "function" }
    var isCallable: Bool { true }

    func text() throws(Diagnostic) -> String { "<function \(builtin.names[0])>" }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value {
        try builtin.invoke(arguments, runtime: machine)
    }
}
