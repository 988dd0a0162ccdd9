//! Which bytes and code points count as whitespace, digits and letters.

enum CharacterClass {
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    @inline(__always)
    static func isNameStart(_ byte: UInt8) -> Bool { isLetter(byte) || byte == 0x5F || byte >= 0x80 }

    @inline(__always)
    static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }

    /// Python's ASCII whitespace, which has the four information separators too.
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 || byte &- 0x1C < 4 }

    /// How many bytes the whitespace character at `index` takes; 0 if there is none.
    static func spaceLength(_ bytes: [UInt8], at index: Int) -> Int {
        guard index < bytes.count else { return 0 }
        let byte = bytes[index]
        if byte < 0x80 { return isSpace(byte) ? 1 : 0 }
        if byte == 0xC2, index + 1 < bytes.count { return bytes[index + 1] == 0x85 || bytes[index + 1] == 0xA0 ? 2 : 0 }
        guard index + 2 < bytes.count else { return 0 }
        return isWideSpace(byte, bytes[index + 1], bytes[index + 2]) ? 3 : 0
    }

    /// How many bytes the whitespace character that ends before `index` takes; 0 if there is none.
    static func spaceLength(_ bytes: [UInt8], before index: Int) -> Int {
        guard index > 0 else { return 0 }
        if bytes[index - 1] < 0x80 { return isSpace(bytes[index - 1]) ? 1 : 0 }
        if index > 1, spaceLength(bytes, at: index - 2) == 2 { return 2 }
        if index > 2, spaceLength(bytes, at: index - 3) == 3 { return 3 }
        return 0
    }

    private static func isWideSpace(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
        switch (first, second, third) {
        case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9),
            (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
            true
        default: false
        }
    }
}
