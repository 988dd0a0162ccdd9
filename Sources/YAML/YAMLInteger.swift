//! Integers of YAML 1.1: decimal, octal `0644`, hexadecimal, binary, underscores, base 60, any size.

import Values

/// A scalar that has the form of an integer.
struct YAMLInteger {
    /// nil where there are only underscores.
    let value: Value?

    /// nil unless the whole text has the form of an integer.
    init?(_ bytes: [UInt8]) {
        let negative = bytes.first == UInt8(ascii: "-")
        let digits = negative || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        guard let form = Self.form(digits) else { return nil }
        if form.parts.allSatisfy({ $0.allSatisfy { $0 == UInt8(ascii: "_") } }) {
            value = nil
            return
        }
        var sum = Accumulator()
        for part in form.parts {
            if form.parts.count > 1 {
                sum.multiply(by: 60, adding: Self.small(part))
            } else {
                for byte in part { if let digit = byte.hexDigit { sum.multiply(by: form.radix, adding: digit) } }
            }
        }
        value = sum.value(negative: negative)
    }

    private struct Form {
        let radix: UInt64
        /// One part, or the parts of a base 60 number.
        let parts: [ArraySlice<UInt8>]
    }

    private static func form(_ digits: ArraySlice<UInt8>) -> Form? {
        guard let first = digits.first, first.isDigit else { return nil }
        let rest = digits.dropFirst()
        guard first == UInt8(ascii: "0") else {
            let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard all(parts[0], below: 10) else { return nil }
            return parts.dropFirst().allSatisfy(isSixtieth) ? Form(radix: 10, parts: parts) : nil
        }
        guard let second = rest.first else { return Form(radix: 10, parts: [digits]) }
        let tail = rest.dropFirst()
        if second == UInt8(ascii: "x") {
            return !tail.isEmpty && all(tail, below: 16) ? Form(radix: 16, parts: [tail]) : nil
        }
        if second == UInt8(ascii: "b") {
            return !tail.isEmpty && all(tail, below: 2) ? Form(radix: 2, parts: [tail]) : nil
        }
        return all(rest, below: 8) ? Form(radix: 8, parts: [digits]) : nil
    }

    private static func all(_ digits: ArraySlice<UInt8>, below radix: UInt64) -> Bool {
        digits.allSatisfy { byte in byte == UInt8(ascii: "_") || byte.hexDigit.map { $0 < radix } ?? false }
    }

    /// One or two digits up to 59.
    static func isSixtieth(_ part: ArraySlice<UInt8>) -> Bool {
        guard part.count == 1 || part.count == 2, part.allSatisfy(\.isDigit) else { return false }
        return small(part) < 60
    }

    private static func small(_ part: ArraySlice<UInt8>) -> UInt64 {
        part.reduce(0) { sum, byte in byte.isDigit ? sum &* 10 &+ UInt64(byte - UInt8(ascii: "0")) : sum }
    }
}

/// A number that grows beyond 64 bits if it must.
private struct Accumulator {
    private var small: UInt64 = 0
    /// Limbs of nine decimal digits, the lowest first; empty while `small` is enough.
    private var limbs: [UInt64] = []
    private static let base: UInt64 = 1_000_000_000

    mutating func multiply(by factor: UInt64, adding addend: UInt64) {
        if limbs.isEmpty {
            let (product, overflow) = small.multipliedReportingOverflow(by: factor)
            let (sum, carry) = product.addingReportingOverflow(addend)
            if !overflow, !carry {
                small = sum
                return
            }
            while small > 0 {
                limbs.append(small % Self.base)
                small /= Self.base
            }
        }
        var carry = addend
        for index in limbs.indices {
            let sum = limbs[index] * factor + carry
            limbs[index] = sum % Self.base
            carry = sum / Self.base
        }
        if carry > 0 { limbs.append(carry) }
    }

    func value(negative: Bool) -> Value? {
        if limbs.isEmpty {
            if let whole = Int(exactly: small) { return .int(negative ? -whole : whole) }
            if negative, small == UInt64(Int.min.magnitude) { return .int(Int.min) }
        }
        return BigInteger(decimal: (negative ? "-" : "") + decimal).map { .big($0) }
    }

    private var decimal: String {
        guard let highest = limbs.last else { return String(small) }
        return limbs.dropLast().reversed().reduce(into: String(highest)) { text, limb in
            let digits = String(limb)
            text += String(repeating: "0", count: 9 - digits.count) + digits
        }
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var hexDigit: UInt64? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(self - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(self - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
