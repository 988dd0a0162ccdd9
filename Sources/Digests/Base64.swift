//! Base64 with Python's tolerance when decoding.

package enum Base64 {
    /// Why a text cannot be decoded.
    package enum Mistake: Error, Sendable {
        case incorrectPadding
        /// One character is left over; it cannot hold a byte.
        case danglingCharacter(count: Int)

        package var message: String {
            switch self {
            case .incorrectPadding: "Incorrect padding"
            case .danglingCharacter(let count):
                "Invalid base64-encoded string: number of data characters (\(count)) cannot be 1 more than a multiple of 4"
            }
        }
    }

    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encode(_ bytes: [UInt8], urlSafe isURLSafe: Bool = false) -> String {
        let alphabet = isURLSafe ? urlSafe : standard
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let symbol = Int(bits >> UInt32(18 - 6 * position)) & 63
                text.append(position <= group.count ? alphabet[symbol] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Characters outside the alphabet are passed over; complete padding ends the text.
    package static func decode(_ text: String, urlSafe: Bool = false) throws(Mistake) -> [UInt8] {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var (filled, padding, count) = (0, 0, 0)
        for character in text.utf8 {
            if character == UInt8(ascii: "=") {
                padding += 1
                if filled >= 2, filled + padding >= 4 { return bytes }
                continue
            }
            guard let symbol = symbol(of: character, urlSafe: urlSafe) else { continue }
            padding = 0
            count += 1
            bits = bits << 6 | UInt32(symbol)
            if filled > 0 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * filled))) }
            filled = (filled + 1) % 4
        }
        if filled == 1 { throw .danglingCharacter(count: count) }
        if filled != 0 { throw .incorrectPadding }
        return bytes
    }

    private static func symbol(of character: UInt8, urlSafe: Bool) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "-") where urlSafe: 62
        case UInt8(ascii: "/"): 63
        case UInt8(ascii: "_") where urlSafe: 63
        default: nil
        }
    }
}
