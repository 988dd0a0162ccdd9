//! Operators and literals.

import Diagnostics
import Values

extension Execution {
    mutating func construct(_ instruction: Instruction) throws(Diagnostic) {
        switch instruction {
        case .makeList(let count): stack.append(.list(pop(count)))
        case .makeTuple(let count): stack.append(.tuple(pop(count)))
        case .makeDict(let count):
            let parts = pop(2 * count)
            var map = OrderedMap(minimumCapacity: count)
            for index in 0..<count { map[try parts[2 * index].hashable()] = parts[2 * index + 1] }
            stack.append(.dict(map))
        case .makeSlice:
            let parts = pop(3)
            stack.append(.object(try SliceObject(parts[0], parts[1], parts[2])))
        case .unpack(let count): try unpack(pop(), count)
        default: break
        }
    }

    mutating func unpack(_ value: Value, _ count: Int) throws(Diagnostic) {
        if case .tuple(let items) = value, items.count == count {
            for position in stride(from: count - 1, through: 0, by: -1) { stack.append(items[position]) }
            return
        }
        guard let items = try value.elements() else {
            throw Diagnostic(.templateRuntime, "cannot unpack non-iterable \(value.typeName) object")
        }
        guard items.count == count else {
            throw Diagnostic(
                .templateRuntime,
                items.count < count
                    ? "not enough values to unpack (expected \(count), got \(items.count))"
                    : "too many values to unpack (expected \(count))")
        }
        stack.append(contentsOf: items.reversed())
    }

    mutating func operate(_ instruction: Instruction) throws(Diagnostic) {
        switch instruction {
        case .unary(let symbol):
            let operand = pop()
            stack.append(symbol == .negate ? try operand.negated() : try operand.affirmed())
        case .binary(let symbol):
            let right = pop()
            stack.append(try Operators.apply(symbol, pop(), right))
        case .compare(let symbol):
            let right = pop()
            stack.append(.bool(try Operators.compare(symbol, pop(), right)))
        case .compareChain(let symbol, let otherwise):
            let right = pop()
            if try Operators.compare(symbol, pop(), right) {
                stack.append(right)
            } else {
                stack.append(.bool(false))
                counter = otherwise
            }
        case .concat(let count):
            var text = ""
            for position in (stack.count - count)..<stack.count { try stack[position].write(to: &text) }
            drop(count)
            stack.append(.string(text))
        case .not: stack.append(.bool(!(try pop().isTruthy())))
        case .isDefined:
            stack.append(.bool(try pop().provesDefined()))
        case .missingBranch: stack.append(.object(MissingBranch.shared))
        default: break
        }
    }
}

extension Value {
    /// Whether `is defined` holds; a filter that failed is told now.
    func provesDefined() throws(Diagnostic) -> Bool {
        if case .undefined(let reason) = self, reason.isFailure { throw reason.diagnostic }
        return isDefined
    }

    /// Whether `is defined` holds.
    var isDefined: Bool {
        switch self {
        case .undefined: false
        case .object(let object): !(object is MissingBranch)
        default: true
        }
    }
}

enum Operators {
    static func apply(_ symbol: BinaryOperator, _ left: Value, _ right: Value) throws(Diagnostic) -> Value {
        if case .int(let left) = left, case .int(let right) = right, let result = quick(symbol, left, right) {
            return .int(result)
        }
        return switch symbol {
        case .add: try left.adding(right)
        case .subtract: try left.subtracting(right)
        case .multiply: try left.multiplied(by: right)
        case .divide: try left.divided(by: right)
        case .floorDivide: try left.floorDivided(by: right)
        case .modulo: try left.modulo(right)
        case .power: try left.raised(to: right)
        }
    }

    /// What fits a machine integer.
    private static func quick(_ symbol: BinaryOperator, _ left: Int, _ right: Int) -> Int? {
        let (result, hasOverflown) =
            switch symbol {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            case .multiply: left.multipliedReportingOverflow(by: right)
            default: (0, true)
            }
        return hasOverflown ? nil : result
    }

    static func compare(_ symbol: ComparisonOperator, _ left: Value, _ right: Value) throws(Diagnostic) -> Bool {
        switch symbol {
        case .equal: return try left.equals(right)
        case .notEqual: return !(try left.equals(right))
        case .contains: return try contains(right, left)
        case .excludes: return !(try contains(right, left))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let order = try left.order(right, operator: symbol.rawValue)
            return switch symbol {
            case .less: order == .ascending
            case .lessOrEqual: order == .ascending || order == .same
            case .greater: order == .descending
            default: order == .descending || order == .same
            }
        }
    }

    /// `element in container`
    static func contains(_ container: Value, _ element: Value) throws(Diagnostic) -> Bool {
        switch container {
        case .undefined(let reason): throw reason.diagnostic
        case .string(let text):
            guard case .string(let part) = try element.forced() else {
                throw Diagnostic(
                    .templateRuntime,
                    "'in <string>' requires string as left operand, not \(element.typeName)")
            }
            return text.hasBytes(of: part)
        case .dict(let map): return map[try element.hashable()] != nil
        case .object(let object) where object.shape == .mapping:
            return try object.item(try element.hashable()) != nil
        default: break
        }
        guard let items = try container.elements() else {
            throw Diagnostic(.templateRuntime, "argument of type '\(container.typeName)' is not iterable")
        }
        for item in items {
            if try item.equals(element) { return true }
        }
        return false
    }
}

extension String {
    /// Whether the bytes of another string occur inside.
    func hasBytes(of other: String) -> Bool {
        let part = Array(other.utf8)
        guard let first = part.first else { return true }
        let bytes = Array(utf8)
        guard part.count <= bytes.count else { return false }
        for start in 0...(bytes.count - part.count) where bytes[start] == first {
            if bytes[start..<(start + part.count)].elementsEqual(part) { return true }
        }
        return false
    }
}
