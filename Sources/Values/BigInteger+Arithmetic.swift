//! Arithmetic of big integers with Python's rules (division rounds down), by libcrypto's BIGNUM.

import CCrypto

extension BigInteger {
    package convenience init(_ number: Int) { self.init(canonical: String(number)) }

    package var isNegative: Bool { decimal.utf8.first == UInt8(ascii: "-") }

    /// As a machine integer if it fits.
    package var machineInteger: Int? { Int(decimal) }

    package func order(_ other: BigInteger) -> ValueOrder {
        withNumbers(other) { left, right in
            let result = BN_cmp(left, right)
            return result < 0 ? .ascending : result == 0 ? .same : .descending
        } ?? .unordered
    }

    package func adding(_ other: BigInteger) -> BigInteger? { combine(other) { BN_add($0, $1, $2) } }
    package func subtracting(_ other: BigInteger) -> BigInteger? { combine(other) { BN_sub($0, $1, $2) } }

    package func multiplied(by other: BigInteger) -> BigInteger? {
        combine(other) { result, left, right in
            guard let context = BN_CTX_new() else { return 0 }
            defer { BN_CTX_free(context) }
            return BN_mul(result, left, right, context)
        }
    }

    package func raised(to exponent: Int) -> BigInteger? {
        combine(BigInteger(exponent)) { result, left, right in
            guard let context = BN_CTX_new() else { return 0 }
            defer { BN_CTX_free(context) }
            return BN_exp(result, left, right, context)
        }
    }

    /// Quotient rounded down and remainder with the sign of the divisor; nil for division by zero.
    package func dividedDown(by other: BigInteger) -> (quotient: BigInteger, remainder: BigInteger)? {
        guard other.decimal != "0" else { return nil }
        let parts = withNumbers(other) { left, right -> (BigInteger, BigInteger)? in
            guard let quotient = BN_new(), let remainder = BN_new(), let context = BN_CTX_new() else { return nil }
            defer {
                BN_free(quotient)
                BN_free(remainder)
                BN_CTX_free(context)
            }
            guard BN_div(quotient, remainder, left, right, context) == 1 else { return nil }
            if BN_is_zero(remainder) == 0, BN_is_negative(remainder) != BN_is_negative(right) {
                guard BN_sub_word(quotient, 1) == 1, BN_add(remainder, remainder, right) == 1 else { return nil }
            }
            guard let first = BigInteger(number: quotient), let second = BigInteger(number: remainder) else {
                return nil
            }
            return (first, second)
        }
        guard let parts = parts ?? nil else { return nil }
        return (parts.0, parts.1)
    }

    private convenience init?(number: OpaquePointer) {
        guard let text = BN_bn2dec(number) else { return nil }
        defer { CRYPTO_free(text, "BigInteger", 0) }
        self.init(decimal: String(cString: text))
    }

    private func combine(
        _ other: BigInteger, _ operation: (OpaquePointer, OpaquePointer, OpaquePointer) -> Int32
    ) -> BigInteger? {
        let result = withNumbers(other) { left, right -> BigInteger? in
            guard let result = BN_new() else { return nil }
            defer { BN_free(result) }
            return operation(result, left, right) == 1 ? BigInteger(number: result) : nil
        }
        return result ?? nil
    }

    private func withNumbers<Result>(
        _ other: BigInteger, _ body: (OpaquePointer, OpaquePointer) -> Result
    ) -> Result? {
        var left: OpaquePointer?
        var right: OpaquePointer?
        defer {
            BN_free(left)
            BN_free(right)
        }
        guard BN_dec2bn(&left, decimal) > 0, BN_dec2bn(&right, other.decimal) > 0, let left, let right else {
            return nil
        }
        return body(left, right)
    }
}

extension Value {
    /// An integer in its canonical form: a machine integer where it fits.
    package init(_ number: BigInteger) {
        if let whole = number.machineInteger { self = .int(whole) } else { self = .big(number) }
    }
}
