//! How Python quotes strings and bytes in `repr()`.

package enum StringText {
    /// Appends the quoted text: single quotes unless only they occur inside, anything unprintable escaped.
    package static func writeRepresentation(of text: String, to output: inout String) {
        let quote = self.quote(for: text.utf8)
        output.unicodeScalars.append(quote)
        for scalar in text.unicodeScalars {
            if scalar == quote || scalar == "\\" {
                output.unicodeScalars.append("\\")
                output.unicodeScalars.append(scalar)
            } else if isPrintable(scalar) {
                output.unicodeScalars.append(scalar)
            } else {
                output += escaped(scalar)
            }
        }
        output.unicodeScalars.append(quote)
    }

    /// Appends a bytes literal: `b'…'`.
    package static func writeRepresentation(of bytes: [UInt8], to output: inout String) {
        let quote = self.quote(for: bytes)
        output += "b"
        output.unicodeScalars.append(quote)
        for byte in bytes {
            let scalar = Unicode.Scalar(byte)
            if scalar == quote || scalar == "\\" {
                output.unicodeScalars.append("\\")
                output.unicodeScalars.append(scalar)
            } else if (0x20..<0x7F).contains(byte) {
                output.unicodeScalars.append(scalar)
            } else {
                output += escaped(scalar)
            }
        }
        output.unicodeScalars.append(quote)
    }

    /// Whether `str.isprintable()` holds for the character.
    package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    private static func quote(for bytes: some Sequence<UInt8>) -> Unicode.Scalar {
        var hasSingle = false
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { return "'" }
            if byte == UInt8(ascii: "'") { hasSingle = true }
        }
        return hasSingle ? "\"" : "'"
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        let digits = String(scalar.value, radix: 16)
        let (letter, width) =
            switch scalar.value {
            case ..<0x100: ("x", 2)
            case ..<0x10000: ("u", 4)
            default: ("U", 8)
            }
        return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
    }
}
