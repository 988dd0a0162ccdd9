//! What an unquoted scalar means in YAML 1.1, as PyYAML's safe loader reads it.

import Values

/// The resolution of plain scalars.
package enum PlainScalar {
    package enum Meaning {
        case value(Value)
        /// The key `<<`.
        case merge
        /// `=`, an out-of-range date, or a number without digits: PyYAML refuses these.
        case invalid(String)
    }

    package static func resolve(_ text: String) -> Meaning {
        guard let first = text.utf8.first else { return .value(.none) }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text)
        case UInt8(ascii: "~"): return .value(text == "~" ? .none : .string(text))
        case UInt8(ascii: "="): return text == "=" ? .invalid("'=' alone is not a value") : .value(.string(text))
        case UInt8(ascii: "<"): return text == "<<" ? .merge : .value(.string(text))
        case _ where "nNyYtTfFoO".utf8.contains(first) && text.utf8.count <= 5:
            return .value(word(text) ?? .string(text))
        default: return .value(.string(text))
        }
    }

    /// Words that are not strings.
    private static func word(_ text: String) -> Value? {
        switch text {
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": .bool(true)
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": .bool(false)
        case "null", "Null", "NULL": Value.none
        default: nil
        }
    }

    /// What `!!bool` accepts, in any case of letters.
    static func bool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true", "on": true
        case "no", "false", "off": false
        default: nil
        }
    }

    private static func number(_ text: String) -> Meaning {
        let bytes = Array(text.utf8)
        if let integer = YAMLInteger(bytes) {
            guard let value = integer.value else { return .invalid("'\(text)' has no digits") }
            return .value(value)
        }
        if let value = YAMLFloat.value(of: bytes) { return .value(.float(value)) }
        if let timestamp = YAMLTimestamp(bytes) {
            guard let date = timestamp.value else { return .invalid("'\(text)' is no date of the calendar") }
            return .value(.date(date))
        }
        return .value(.string(text))
    }
}
