//! Python's `**`.

import Diagnostics
import Glibc

extension Value {
    /// `left ** right`
    package func raised(to other: Value) throws(Diagnostic) -> Value {
        if let base = bigInteger, let exponent = other.exactInteger, exponent >= 0 {
            return try Value.power(base, exponent)
        }
        if let base = double, let exponent = other.double {
            if base == 0, exponent < 0 { throw Value.runtimeMistake("0.0 cannot be raised to a negative power") }
            let result = pow(base, exponent)
            if result.isNaN, !base.isNaN, !exponent.isNaN {
                throw Value.runtimeMistake(
                    "a negative number to a fractional power is complex, which templates cannot hold")
            }
            if result.isInfinite, base.isFinite, exponent.isFinite {
                throw Value.runtimeMistake("(34, 'Numerical result out of range')")
            }
            return .float(result)
        }
        if case .undefined(let reason) = self { throw reason.diagnostic }
        if case .undefined(let reason) = other { throw reason.diagnostic }
        throw Value.runtimeMistake(
            "unsupported operand type(s) for ** or pow(): '\(typeName)' and '\(other.typeName)'")
    }

    /// Bits of the largest power that is computed.
    private static let maximumBits = 4_000_000

    private static func power(_ base: BigInteger, _ exponent: Int) throws(Diagnostic) -> Value {
        let bits = base.decimal.utf8.count * 4
        let isTrivial = ["0", "1", "-1"].contains(base.decimal)
        guard isTrivial || exponent <= maximumBits / bits else {
            throw Diagnostic(.templateRecursion, "the power \(base.decimal) ** \(exponent) is too large")
        }
        if isTrivial {
            if exponent == 0 { return .int(1) }
            return base.decimal == "-1" ? .int(exponent.isMultiple(of: 2) ? 1 : -1) : Value(base)
        }
        return base.raised(to: exponent).map { Value($0) } ?? .none
    }
}
