//! `+` for the `sum` filter.

import Diagnostics
import Values

extension Value {
    func adding(_ other: Value) throws(Diagnostic) -> Value {
        if let left = exactInteger, let right = other.exactInteger {
            let (sum, overflow) = left.addingReportingOverflow(right)
            if !overflow { return .int(sum) }
        }
        if let left = bigInteger, let right = other.bigInteger, let sum = left.adding(right) {
            return sum.machineInteger.map(Value.int) ?? .big(sum)
        }
        if let left = double, let right = other.double { return .float(left + right) }
        switch (self, try other.forced()) {
        case (.undefined(let reason), _), (_, .undefined(let reason)): throw reason.diagnostic
        case (.string(let left), .string(let right)): return .string(left + right)
        case (.list(let left), .list(let right)): return .list(left + right)
        case (.tuple(let left), .tuple(let right)): return .tuple(left + right)
        case (_, let right):
            throw Diagnostic(
                .templateRuntime, "unsupported operand type(s) for +: '\(typeName)' and '\(right.typeName)'")
        }
    }
}
