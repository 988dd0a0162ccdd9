//! Python's operators on values.

import Diagnostics

extension Value {
    /// `left + right`
    package func adding(_ other: Value) throws(Diagnostic) -> Value {
        switch (self, other) {
        case (.int(let left), .int(let right)):
            let (sum, overflow) = left.addingReportingOverflow(right)
            if !overflow { return .int(sum) }
        case (.string(let left), .string(let right)): return .string(left + right)
        case (.list(let left), .list(let right)): return .list(left + right)
        case (.tuple(let left), .tuple(let right)): return .tuple(left + right)
        case (.bytes(let left), .bytes(let right)): return .bytes(left + right)
        default: break
        }
        if let result = number(other, { $0.adding($1) }, { $0 + $1 }) { return result }
        return try forcedOperands(other, "+") { left, right throws(Diagnostic) in try left.adding(right) }
    }

    /// `left - right`
    package func subtracting(_ other: Value) throws(Diagnostic) -> Value {
        if case .int(let left) = self, case .int(let right) = other {
            let (difference, overflow) = left.subtractingReportingOverflow(right)
            if !overflow { return .int(difference) }
        }
        if case .date(let left) = self, case .date(let right) = other { return try left.difference(right) }
        if let result = number(other, { $0.subtracting($1) }, { $0 - $1 }) { return result }
        return try forcedOperands(other, "-") { left, right throws(Diagnostic) in try left.subtracting(right) }
    }

    /// `left * right`
    package func multiplied(by other: Value) throws(Diagnostic) -> Value {
        if case .int(let left) = self, case .int(let right) = other {
            let (product, overflow) = left.multipliedReportingOverflow(by: right)
            if !overflow { return .int(product) }
        }
        if let result = number(other, { $0.multiplied(by: $1) }, { $0 * $1 }) { return result }
        if let count = other.exactInteger, let result = try repeated(count) { return result }
        if let count = exactInteger, let result = try other.repeated(count) { return result }
        return try forcedOperands(other, "*") { left, right throws(Diagnostic) in try left.multiplied(by: right) }
    }

    /// `left / right`: always a float.
    package func divided(by other: Value) throws(Diagnostic) -> Value {
        if let left = double, let right = other.double {
            guard right != 0 else {
                let isWhole = exactInteger != nil && other.exactInteger != nil
                throw Value.runtimeMistake(isWhole ? "division by zero" : "float division by zero")
            }
            return .float(left / right)
        }
        return try forcedOperands(other, "/") { left, right throws(Diagnostic) in try left.divided(by: right) }
    }

    /// `left // right`
    package func floorDivided(by other: Value) throws(Diagnostic) -> Value {
        if let (quotient, _) = try wholeDivision(other) { return quotient }
        if let left = double, let right = other.double {
            guard right != 0 else { throw Value.runtimeMistake("float floor division by zero") }
            let quotient = (left / right).rounded(.down)
            return .float(abs(quotient) < 9e15 ? Value.floored(left, right) : quotient)
        }
        return try forcedOperands(other, "//") { left, right throws(Diagnostic) in try left.floorDivided(by: right) }
    }

    /// `left % right`, which formats if the left side is a string.
    package func modulo(_ other: Value) throws(Diagnostic) -> Value {
        if case .string(let format) = self { return .string(try PercentFormat.format(format, other)) }
        if let (_, remainder) = try wholeDivision(other) { return remainder }
        if let left = double, let right = other.double {
            guard right != 0 else { throw Value.runtimeMistake("float modulo") }
            let remainder = left.truncatingRemainder(dividingBy: right)
            if remainder == 0 { return .float(right < 0 ? -0.0 : 0.0) }
            return .float((remainder < 0) != (right < 0) ? remainder + right : remainder)
        }
        return try forcedOperands(other, "%") { left, right throws(Diagnostic) in try left.modulo(right) }
    }

    /// `-value`
    package func negated() throws(Diagnostic) -> Value {
        switch self {
        case .bool(let flag): return .int(flag ? -1 : 0)
        case .int(let number) where number != .min: return .int(-number)
        case .float(let number): return .float(-number)
        case .undefined(let reason): throw reason.diagnostic
        default: break
        }
        if let number = bigInteger, let result = BigInteger(0).subtracting(number) { return Value(result) }
        throw Value.runtimeMistake("bad operand type for unary -: '\(typeName)'")
    }

    /// `+value`
    package func affirmed() throws(Diagnostic) -> Value {
        switch self {
        case .bool(let flag): return .int(flag ? 1 : 0)
        case .int, .float, .big: return self
        case .undefined(let reason): throw reason.diagnostic
        default: throw Value.runtimeMistake("bad operand type for unary +: '\(typeName)'")
        }
    }

    package static func runtimeMistake(_ message: String) -> Diagnostic { Diagnostic(.templateRuntime, message) }

    /// What nobody would wait for or have memory for.
    static let maximumRepetition = 100_000_000

    private func repeated(_ count: Int) throws(Diagnostic) -> Value? {
        let size: Int
        switch self {
        case .string(let text): size = text.utf8.count
        case .list(let items), .tuple(let items): size = items.count
        case .bytes(let bytes): size = bytes.count
        default: return nil
        }
        let times = max(count, 0)
        let (total, overflow) = size.multipliedReportingOverflow(by: times)
        guard !overflow, total <= Value.maximumRepetition else {
            throw Diagnostic(.templateRecursion, "repeating a \(typeName) \(count) times makes it too long")
        }
        switch self {
        case .string(let text): return .string(String(repeating: text, count: times))
        case .list(let items): return .list(Array(repeatElement(items, count: times).joined()))
        case .tuple(let items): return .tuple(Array(repeatElement(items, count: times).joined()))
        case .bytes(let bytes): return .bytes(Array(repeatElement(bytes, count: times).joined()))
        default: return nil
        }
    }

    private func number(
        _ other: Value, _ big: (BigInteger, BigInteger) -> BigInteger?, _ real: (Double, Double) -> Double
    ) -> Value? {
        if let left = bigInteger, let right = other.bigInteger { return big(left, right).map { Value($0) } }
        if let left = double, let right = other.double { return .float(real(left, right)) }
        return nil
    }

    /// Quotient rounded down and remainder of two integers; nil for anything else.
    private func wholeDivision(_ other: Value) throws(Diagnostic) -> (Value, Value)? {
        if let left = exactInteger, let right = other.exactInteger {
            guard right != 0 else { throw Value.runtimeMistake("integer division or modulo by zero") }
            let (quotient, overflow) = left.dividedReportingOverflow(by: right)
            if !overflow {
                let remainder = left % right
                let isOff = remainder != 0 && (remainder < 0) != (right < 0)
                return isOff ? (.int(quotient - 1), .int(remainder + right)) : (.int(quotient), .int(remainder))
            }
        }
        guard let left = bigInteger, let right = other.bigInteger else { return nil }
        guard let parts = left.dividedDown(by: right) else {
            throw Value.runtimeMistake("integer division or modulo by zero")
        }
        return (Value(parts.quotient), Value(parts.remainder))
    }

    /// Floor division by way of the remainder, as exact as Python's.
    private static func floored(_ left: Double, _ right: Double) -> Double {
        let remainder = left.truncatingRemainder(dividingBy: right)
        var quotient = (left - remainder) / right
        if remainder != 0, (remainder < 0) != (right < 0) { quotient -= 1 }
        let whole = quotient.rounded(.down)
        return quotient - whole > 0.5 ? whole + 1 : whole
    }

    /// Tries again with lazy operands rendered; if there are none, the types do not fit.
    private func forcedOperands(
        _ other: Value, _ symbol: String, _ operation: (Value, Value) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        if case .undefined(let reason) = self { throw reason.diagnostic }
        if case .undefined(let reason) = other { throw reason.diagnostic }
        let (left, right) = (try forced(), try other.forced())
        if (isObject && !left.isObject) || (other.isObject && !right.isObject) { return try operation(left, right) }
        throw Value.runtimeMistake(Value.operandMessage(left, right, symbol))
    }

    private static func operandMessage(_ left: Value, _ right: Value, _ symbol: String) -> String {
        switch (left, symbol) {
        case (.string, "+"), (.list, "+"), (.tuple, "+"):
            "can only concatenate \(left.typeName) (not \"\(right.typeName)\") to \(left.typeName)"
        case (.string, "*"), (.list, "*"), (.tuple, "*"):
            "can't multiply sequence by non-int of type '\(right.typeName)'"
        default: "unsupported operand type(s) for \(symbol): '\(left.typeName)' and '\(right.typeName)'"
        }
    }
}
