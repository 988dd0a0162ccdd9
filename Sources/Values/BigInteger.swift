//! Integers beyond 64 bits, computed by libcrypto's BIGNUM.

/// An immutable integer of any size. Arithmetic is in `BigInteger+Arithmetic.swift`.
package final class BigInteger: Sendable, Hashable {
    /// The number in decimal digits with an optional leading minus; the canonical form.
    package let decimal: String

    /// nil unless `decimal` is an optional minus and digits.
    package init?(decimal: String) {
        let digits = decimal.utf8.first == UInt8(ascii: "-") ? decimal.utf8.dropFirst() : decimal.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        self.decimal = decimal
    }

    init(canonical decimal: String) { self.decimal = decimal }

    package static func == (left: BigInteger, right: BigInteger) -> Bool { left.decimal == right.decimal }
    package func hash(into hasher: inout Hasher) { hasher.combine(decimal) }
}
