//! Small questions to bytes and text that several modules ask.

import Values

extension UInt8 {
    var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: isDigit
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { !$0.isBlank }),
            let last = bytes.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}

extension OrderedMap {
    /// Both together; `other` wins.
    func merging(_ other: OrderedMap) -> OrderedMap {
        var copy = self
        copy.merge(other)
        return copy
    }
}

extension [UInt8] {
    /// Whether this is valid UTF-8.
    var isText: Bool { String(validating: self, as: UTF8.self) != nil }
}
