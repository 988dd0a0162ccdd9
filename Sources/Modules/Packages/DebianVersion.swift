//! The order of Debian's package versions.

/// `[epoch:]upstream[-revision]`, ordered as dpkg orders it.
struct DebianVersion: Comparable, Sendable {
    let text: String
    private let epoch: Int
    private let upstream: [UInt8]
    private let revision: [UInt8]

    init(_ text: String) {
        self.text = text
        var rest = text[...]
        epoch = rest.takeEpoch()
        if let dash = rest.lastIndex(of: "-") {
            upstream = Array(rest[..<dash].utf8)
            revision = Array(rest[rest.index(after: dash)...].utf8)
        } else {
            upstream = Array(rest.utf8)
            revision = []
        }
    }

    static func < (left: DebianVersion, right: DebianVersion) -> Bool { left.compare(right) < 0 }
    static func == (left: DebianVersion, right: DebianVersion) -> Bool { left.compare(right) == 0 }

    private func compare(_ other: DebianVersion) -> Int {
        if epoch != other.epoch { return epoch < other.epoch ? -1 : 1 }
        let order = Self.compare(upstream, other.upstream)
        return order != 0 ? order : Self.compare(revision, other.revision)
    }

    /// Non-digits and numbers by turns; a tilde sorts before everything, even the end.
    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var (left, right) = (left[...], right[...])
        while !left.isEmpty || !right.isEmpty {
            while left.first.map({ !$0.isDigit }) ?? false || right.first.map({ !$0.isDigit }) ?? false {
                let order = weight(left.first) - weight(right.first)
                if order != 0 { return order }
                left = left.dropFirst()
                right = right.dropFirst()
            }
            let (leftNumber, rightNumber) = (number(&left), number(&right))
            if leftNumber.count != rightNumber.count { return leftNumber.count - rightNumber.count }
            if let differing = zip(leftNumber, rightNumber).first(where: { $0 != $1 }) {
                return Int(differing.0) - Int(differing.1)
            }
        }
        return 0
    }

    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte, !byte.isDigit else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        let isLetter = byte.isNameByte && byte != UInt8(ascii: "_")
        return isLetter ? Int(byte) : Int(byte) + 256
    }

    /// Takes the leading digits; leading zeros do not count.
    private static func number(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = bytes.prefix { $0.isDigit }
        bytes = bytes.dropFirst(digits.count)
        return digits.drop { $0 == UInt8(ascii: "0") }
    }
}
