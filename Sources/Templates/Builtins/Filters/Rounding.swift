//! Python's rounding: half to even, on the exact value of the number.

import Glibc

enum Rounding {
    /// `round(number, digits)` of a float.
    static func round(_ number: Double, digits: Int) -> Double {
        guard number.isFinite, digits < 323 else { return number }
        if digits >= 0 { return Double(fixed(number, digits: digits)) ?? number }
        guard digits > -309 else { return 0 }
        let unit = pow(10.0, Double(-digits))
        return (number / unit).rounded(.toNearestOrEven) * unit
    }

    /// `round(number, digits)` of an integer; only negative digits change it.
    static func round(_ number: Int, digits: Int) -> Int {
        guard digits < 0 else { return number }
        guard digits > -19 else { return 0 }
        let unit = (0..<(-digits)).reduce(1) { value, _ in value * 10 }
        var (quotient, remainder) = number.quotientAndRemainder(dividingBy: unit)
        if remainder < 0 {
            quotient -= 1
            remainder += unit
        }
        let isUp = remainder > unit - remainder || (remainder == unit - remainder && !quotient.isMultiple(of: 2))
        let result = (quotient + (isUp ? 1 : 0)).multipliedReportingOverflow(by: unit)
        return result.overflow ? number : result.partialValue
    }

    /// `'%.nf' % number`. glibc rounds the exact binary value half to even, as Python does.
    static func fixed(_ number: Double, digits: Int) -> String {
        var buffer = [CChar](repeating: 0, count: 400 + digits)
        let length = withVaList([Int32(digits), number]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
