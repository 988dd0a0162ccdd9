//! Python's `==` and `<` where values may have to be computed first.

import Diagnostics
import Glibc

/// How two values compare; `unordered` where a NaN is involved.
package enum ValueOrder: Sendable {
    case ascending, same, descending, unordered
}

extension Value {
    /// `left == right`, rendering what is lazy.
    package func equals(_ other: Value) throws(Diagnostic) -> Bool {
        switch (self, other) {
        case (.string(let left), .string(let right)): return left.isIdentical(to: right)
        case (.int(let left), .int(let right)): return left == right
        case (.undefined(let reason), _), (_, .undefined(let reason)): throw reason.diagnostic
        default: return try plain() == other.plain()
        }
    }

    /// Compares as `<` and its kin do; types that Python cannot order are an error.
    package func order(_ other: Value, operator symbol: String = "<") throws(Diagnostic) -> ValueOrder {
        switch (self, other) {
        case (.int(let left), .int(let right)): return Value.order(left, right)
        case (.string(let left), .string(let right)): return left.codePointOrder(right)
        case (.undefined(let reason), _), (_, .undefined(let reason)): throw reason.diagnostic
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            return try Value.order(left, right, symbol)
        case (.date(let left), .date(let right)):
            if let order = left.order(right) { return order }
        case (.bytes(let left), .bytes(let right)):
            return left == right ? .same : left.lexicographicallyPrecedes(right) ? .ascending : .descending
        case (.object, _), (_, .object):
            let (left, right) = (try plain(), try other.plain())
            if !left.isObject, !right.isObject { return try left.order(right, operator: symbol) }
        default:
            if let order = numericOrder(other) { return order }
        }
        throw Diagnostic(
            .templateRuntime,
            "'\(symbol)' not supported between instances of '\(typeName)' and '\(other.typeName)'")
    }

    var isObject: Bool { if case .object = self { true } else { false } }

    private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> ValueOrder {
        left < right ? .ascending : left == right ? .same : left > right ? .descending : .unordered
    }

    private static func order(_ left: [Value], _ right: [Value], _ symbol: String) throws(Diagnostic) -> ValueOrder {
        for (first, second) in zip(left, right) where !(try first.equals(second)) {
            return try first.order(second, operator: symbol)
        }
        return order(left.count, right.count)
    }

    private func numericOrder(_ other: Value) -> ValueOrder? {
        if let left = exactInteger, let right = other.exactInteger { return Value.order(left, right) }
        if let left = bigInteger, let right = other.bigInteger { return left.order(right) }
        if let left = double, let right = other.double { return Value.order(left, right) }
        return nil
    }
}

extension Value {
    /// A bool or machine integer as a number.
    package var exactInteger: Int? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .int(let number): number
        default: nil
        }
    }

    /// Any integer, as a big one.
    package var bigInteger: BigInteger? {
        if case .big(let number) = self { return number }
        return exactInteger.map { BigInteger($0) }
    }

    /// Any number as a float.
    package var double: Double? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .int(let number): Double(number)
        case .float(let number): number
        case .big(let number): Double(number.decimal)
        default: nil
        }
    }
}

/// The two words of a string. Equal ones mean equal texts: they hold a short text, or say where a longer one is.
struct StringWords: Sendable, Equatable {
    let first: UInt
    let second: UInt

    /// Of no string at all: every string has a bit set.
    static let none = StringWords(first: 0, second: 0)
}

extension String {
    /// Equality as Python sees it: the same code points. Swift's own would call `é` and `e` + accent equal.
    package func isIdentical(to other: String) -> Bool {
        // The same two words: a short text, or the same storage.
        if words == other.words { return true }
        let count = utf8.count
        guard count == other.utf8.count else { return false }
        let isSame: Bool?? = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return memcmp(first, second, count) == 0
            }
        }
        if case .some(.some(let isSame)) = isSame { return isSame }
        return utf8.elementsEqual(other.utf8)
    }

    /// The string as it lies in memory.
    var words: StringWords { unsafeBitCast(self, to: StringWords.self) }

    /// Order by code points, which is also the order of UTF-8 bytes.
    package func codePointOrder(_ other: String) -> ValueOrder {
        if isIdentical(to: other) { return .same }
        return utf8.lexicographicallyPrecedes(other.utf8) ? .ascending : .descending
    }
}

extension DateValue {
    /// nil where a date meets a time, or a time with a zone one without: Python refuses to order these.
    func order(_ other: DateValue) -> ValueOrder? {
        guard (time == nil) == (other.time == nil) else { return nil }
        guard (time?.offset == nil) == (other.time?.offset == nil) else { return nil }
        let (left, right) = (instant, other.instant)
        return left < right ? .ascending : left == right ? .same : .descending
    }

    /// Microseconds since 0001-01-01, in UTC where an offset is known.
    package var instant: Int {
        var minutes = daysSinceYearOne * 1440
        guard let time else { return minutes * 60_000_000 }
        minutes += time.hour * 60 + time.minute - (time.offset ?? 0)
        return (minutes * 60 + time.second) * 1_000_000 + time.microsecond
    }

    /// Days since 0001-01-01 of the proleptic Gregorian calendar.
    package var daysSinceYearOne: Int {
        let before = year - 1
        let shift = month > 2 ? (DateValue.isLeap(year) ? 1 : 2) : 0
        return before * 365 + before / 4 - before / 100 + before / 400 + (367 * month - 362) / 12 - shift + day - 1
    }

    package static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }
}
