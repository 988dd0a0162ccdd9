//! Methods and attributes of numbers.

import Diagnostics
import Values

enum NumberMethods {
    static let names: Set<String> = ["bit_length", "bit_count", "is_integer", "conjugate", "as_integer_ratio"]

    static func attribute(_ name: String, of number: Value) -> Value? {
        if case .float = number {
            switch name {
            case "real": return number
            case "imag": return .float(0)
            default: return nil
            }
        }
        switch name {
        case "real", "numerator": return whole(number)
        case "imag": return .int(0)
        case "denominator": return .int(1)
        default: return nil
        }
    }

    /// The number itself; of a boolean its number.
    private static func whole(_ number: Value) -> Value { number.exactInteger.map(Value.int) ?? number }

    /// Whether numbers of this type have the method.
    static func has(_ name: String, _ number: Value) -> Bool {
        let isFloat = if case .float = number { true } else { false }
        switch name {
        case "is_integer": return isFloat
        case "bit_length", "bit_count": return !isFloat && number.exactInteger != nil
        default: return names.contains(name)
        }
    }

    /// `as_integer_ratio()` of a float whose parts fit a machine integer.
    private static func ratio(_ number: Double) -> Value? {
        guard number.isFinite, number.magnitude < 0x1p52, number == 0 || number.magnitude > 0x1p-8 else { return nil }
        var (numerator, denominator) = (number, 1)
        while numerator != numerator.rounded() { (numerator, denominator) = (numerator * 2, denominator * 2) }
        return .tuple([.int(Int(numerator)), .int(denominator)])
    }

    static func call(_ name: String, _ number: Value, _ given: Arguments) throws(Diagnostic) -> Value? {
        guard has(name, number) else { return nil }
        _ = try MethodArguments(name, given, [])
        switch name {
        case "bit_length": return number.exactInteger.map { .int(Int.bitWidth - $0.magnitude.leadingZeroBitCount) }
        case "bit_count": return number.exactInteger.map { .int($0.magnitude.nonzeroBitCount) }
        case "conjugate": return whole(number)
        case "is_integer": return number.double.map { .bool($0.isFinite && $0 == $0.rounded()) }
        case "as_integer_ratio":
            if case .float(let real) = number { return ratio(real) }
            return .tuple([whole(number), .int(1)])
        default: return nil
        }
    }
}
