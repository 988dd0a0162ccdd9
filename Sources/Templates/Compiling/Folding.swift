//! Expressions whose value is known before any rendering.

import Diagnostics
import Values

enum Folding {
    /// The value of an expression without variables, calls and possible mistakes; nil for any other.
    static func constant(_ expression: Expression) -> Value? {
        switch expression.kind {
        case .constant(let value): return value
        case .list(let items): return constants(items).map { .list($0) }
        case .tuple(let items): return constants(items).map { .tuple($0) }
        case .dict(let entries):
            var map = OrderedMap()
            for (key, value) in entries {
                guard let key = constant(key), key.isSimple, let value = constant(value) else { return nil }
                map[key] = value
            }
            return .dict(map)
        case .unary(let symbol, let operand):
            guard let operand = constant(operand), operand.double != nil else { return nil }
            return try? symbol == .negate ? operand.negated() : operand.affirmed()
        default: return nil
        }
    }

    private static func constants(_ items: [Expression]) -> [Value]? {
        var values: [Value] = []
        for item in items {
            guard let value = constant(item) else { return nil }
            values.append(value)
        }
        return values
    }
}

extension Value {
    /// Strings and numbers: what may be a key without further checks.
    var isSimple: Bool {
        switch self {
        case .string, .int, .bool, .float, .none, .big: true
        default: false
        }
    }
}
