//! The types that an author's specification may name.

import Diagnostics
import Values

enum OptionType {
    /// The value in the type of that name.
    static func convert(_ value: Value, to type: String) -> ArgumentConversion {
        switch type {
        case "str": ArgumentConversion.convert(value, to: .string)
        case "path": ArgumentConversion.convert(value, to: .path)
        case "bool": ArgumentConversion.convert(value, to: .bool)
        case "int": ArgumentConversion.convert(value, to: .int)
        case "float": ArgumentConversion.convert(value, to: .float)
        case "list": ArgumentConversion.convert(value, to: .list(of: .raw))
        case "dict": dict(value)
        case "raw": .converted(value)
        case "json", "jsonarg": json(value)
        case "bytes": size(value, unit: "Byte")
        case "bits": size(value, unit: "Bit")
        default: .refused("there is no such type")
        }
    }

    /// A dict, JSON that holds one, or `key=value` text.
    private static func dict(_ value: Value) -> ArgumentConversion {
        if let text = value.string, text.trimmed.hasPrefix("{"), let parsed = try? JSON.parse(Array(text.utf8)),
            case .dict = parsed
        {
            return .converted(parsed)
        }
        guard value.string != nil || value.dict != nil else {
            return .refused("\(value.typeName) cannot be converted to a dict")
        }
        return ArgumentConversion.convert(value, to: .dict)
    }

    private static func json(_ value: Value) -> ArgumentConversion {
        switch value {
        case .string(let text): return .converted(.string(text.trimmed))
        case .list, .tuple, .dict:
            guard let text = try? value.json() else { break }
            return .converted(.string(text))
        default: break
        }
        return .refused("\(value.typeName) cannot be converted to a json string")
    }

    /// A number with a unit: `10M`, `1 KB`, `2Mb`.
    private static func size(_ value: Value, unit: String) -> ArgumentConversion {
        let refused = ArgumentConversion.refused("\(value.typeName) cannot be converted to a \(unit) value")
        let text = ArgumentConversion.text(value).trimmed
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits) else { return refused }
        let suffix = text.dropFirst(digits.count).drop { $0 == " " }
        let endings = ["", unit == "Byte" ? "B" : "b"]
        for (power, letter) in ["", "K", "M", "G", "T", "P", "E", "Z", "Y"].enumerated() {
            for ending in endings where suffix.uppercased() == (letter + ending).uppercased() {
                guard ending.isEmpty || suffix.hasSuffix(ending) else { return refused }
                let total = (0..<power).reduce(number) { sum, _ in sum * 1024 }
                return Int(exactly: total.rounded()).map { .converted(.int($0)) } ?? refused
            }
        }
        return refused
    }
}
