//! Methods and attributes of numbers.

import Diagnostics
import Values

enum NumberMethods {
    static let names: Set<String> = [
        "bit_length", "bit_count", "is_integer", "conjugate", "as_integer_ratio", "hex",
    ]

    static func attribute(_ name: String, of number: Int) -> Value? {
        switch name {
        case "real", "numerator": .int(number)
        case "imag": .int(0)
        case "denominator": .int(1)
        default: nil
        }
    }

    static func call(_ name: String, _ number: Value, _ given: Arguments) throws(Diagnostic) -> Value? {
        guard names.contains(name) else { return nil }
        _ = try MethodArguments(name, given, [])
        switch name {
        case "bit_length": return number.exactInteger.map { .int(Int.bitWidth - $0.magnitude.leadingZeroBitCount) }
        case "bit_count": return number.exactInteger.map { .int($0.magnitude.nonzeroBitCount) }
        case "conjugate": return number
        case "is_integer": return number.double.map { .bool($0.isFinite && $0 == $0.rounded()) }
        case "as_integer_ratio": return number.exactInteger.map { .tuple([.int($0), .int(1)]) }
        default: return nil
        }
    }
}
