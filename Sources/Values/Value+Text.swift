//! Python's `str()` and `repr()` of values.

import Diagnostics

extension Value {
    /// `str(value)`: what `{{ value }}` writes in the middle of a text.
    package func text() throws(Diagnostic) -> String {
        if case .string(let text) = self { return text }
        var output = ""
        try write(to: &output)
        return output
    }

    /// `repr(value)`: how the value looks inside a printed list.
    package func representation() throws(Diagnostic) -> String {
        var output = ""
        try writeRepresentation(to: &output)
        return output
    }

    /// Appends `str(value)`.
    package func write(to output: inout String) throws(Diagnostic) {
        switch self {
        case .string(let text): output += text
        case .date(let date): output += date.text
        case .object(let object): output += try object.text()
        default: try writeRepresentation(to: &output)
        }
    }

    /// Appends `repr(value)`.
    package func writeRepresentation(to output: inout String) throws(Diagnostic) {
        switch self {
        case .none: output += "None"
        case .bool(let flag): output += flag ? "True" : "False"
        case .int(let number): output += String(number)
        case .big(let number): output += number.decimal
        case .float(let number): output += FloatText.representation(number)
        case .string(let text): StringText.writeRepresentation(of: text, to: &output)
        case .bytes(let bytes): StringText.writeRepresentation(of: bytes, to: &output)
        case .date(let date): output += date.representation
        case .list(let items): try Value.write(items, between: "[", and: "]", to: &output)
        case .tuple(let items): try Value.write(items, between: "(", and: items.count == 1 ? ",)" : ")", to: &output)
        case .dict(let map): try Value.write(map, to: &output)
        case .object(let object): output += try object.representation()
        case .undefined(let reason): throw reason.diagnostic
        }
    }

    /// Appends the items as Python prints the inside of a sequence.
    package static func write(
        _ items: [Value], between opening: String, and closing: String, to output: inout String
    ) throws(Diagnostic) {
        output += opening
        for (index, item) in items.enumerated() {
            if index > 0 { output += ", " }
            try item.writeRepresentation(to: &output)
        }
        output += closing
    }

    private static func write(_ map: OrderedMap, to output: inout String) throws(Diagnostic) {
        output += "{"
        var first = true
        for (key, value) in map {
            if !first { output += ", " }
            first = false
            try key.writeRepresentation(to: &output)
            output += ": "
            try value.writeRepresentation(to: &output)
        }
        output += "}"
    }
}

extension Value {
    /// `ascii(value)`: the representation with everything beyond ASCII escaped.
    func asciiRepresentation() throws(Diagnostic) -> String {
        var output = ""
        for scalar in try representation().unicodeScalars {
            let digits = String(scalar.value, radix: 16)
            switch scalar.value {
            case ..<0x80: output.unicodeScalars.append(scalar)
            case ..<0x100: output += "\\x" + digits
            case ..<0x10000: output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return output
    }
}
