//! The order of rpm's package versions.

/// `[epoch:]version[-release]`, ordered as rpm orders it.
struct RpmVersion: Comparable, Sendable {
    private let epoch: Int
    private let version: String
    /// nil where any release will do.
    private let release: String?

    init(_ text: String) {
        var rest = text[...]
        epoch = rest.takeEpoch()
        let dash = rest.lastIndex(of: "-")
        version = String(rest[..<(dash ?? rest.endIndex)])
        release = dash.map { String(rest[rest.index(after: $0)...]) }
    }

    static func < (left: RpmVersion, right: RpmVersion) -> Bool { left.compare(right) < 0 }
    static func == (left: RpmVersion, right: RpmVersion) -> Bool { left.compare(right) == 0 }

    private func compare(_ other: RpmVersion) -> Int {
        if epoch != other.epoch { return epoch < other.epoch ? -1 : 1 }
        let order = Self.compare(version, other.version)
        guard order == 0, let release, let theirs = other.release else { return order }
        return Self.compare(release, theirs)
    }

    /// Numbers and words by turns; `~` sorts before everything, even the end, and `^` after the end alone.
    private static func compare(_ left: String, _ right: String) -> Int {
        var (left, right) = (Array(left.utf8)[...], Array(right.utf8)[...])
        while true {
            left = left.drop { !isMeant($0) }
            right = right.drop { !isMeant($0) }
            if let order = marked(left, right) {
                if order != 0 { return order }
                left = left.dropFirst()
                right = right.dropFirst()
                continue
            }
            guard let first = left.first, !right.isEmpty else { return left.count - right.count }
            let isNumber = first.isDigit
            let ours = left.prefix { isMeant($0) && !isMark($0) && $0.isDigit == isNumber }
            let theirs = right.prefix { isMeant($0) && !isMark($0) && $0.isDigit == isNumber }
            if theirs.isEmpty { return isNumber ? 1 : -1 }
            let order = isNumber ? compareNumbers(ours, theirs) : compareBytes(ours, theirs)
            if order != 0 { return order }
            left = left.dropFirst(ours.count)
            right = right.dropFirst(theirs.count)
        }
    }

    /// The order where one side begins with a mark, 0 where both have the same; nil where none has one.
    private static func marked(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int? {
        let (tilde, caret) = (UInt8(ascii: "~"), UInt8(ascii: "^"))
        if left.first == tilde || right.first == tilde {
            return left.first == right.first ? 0 : left.first == tilde ? -1 : 1
        }
        guard left.first == caret || right.first == caret else { return nil }
        if left.first == right.first { return 0 }
        if left.isEmpty || right.isEmpty { return left.isEmpty ? -1 : 1 }
        return left.first == caret ? -1 : 1
    }

    private static func isMark(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "~") || byte == UInt8(ascii: "^") }

    private static func isMeant(_ byte: UInt8) -> Bool {
        isMark(byte) || byte.isDigit || (byte.isNameByte && byte != UInt8(ascii: "_"))
    }

    private static func compareNumbers(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        let (left, right) = (left.drop { $0 == UInt8(ascii: "0") }, right.drop { $0 == UInt8(ascii: "0") })
        return left.count != right.count ? left.count - right.count : compareBytes(left, right)
    }

    private static func compareBytes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        for (ours, theirs) in zip(left, right) where ours != theirs { return Int(ours) - Int(theirs) }
        return left.count - right.count
    }
}
