//! Ansible's conversions between what YAML or a template yields and what an argument wants.

import Diagnostics
import Values

/// One conversion: the value in its new type, or why not.
enum ArgumentConversion {
    case converted(Value)
    case refused(String)

    static func convert(_ value: Value, to kind: ArgumentSpec.Kind) -> ArgumentConversion {
        switch kind {
        case .raw: .converted(value)
        case .string, .path: string(value)
        case .bool: bool(value)
        case .int: int(value)
        case .float: float(value)
        case .list(let element): list(value, of: element)
        case .dict: dict(value)
        case .mode: mode(value)
        }
    }

    /// The type as Ansible's messages call it.
    static func name(of kind: ArgumentSpec.Kind) -> String {
        switch kind {
        case .string: "str"
        case .path: "path"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .list: "list"
        case .dict: "dict"
        case .mode, .raw: "raw"
        }
    }

    private static func string(_ value: Value) -> ArgumentConversion {
        if case .bytes = value { return .refused("the value is binary") }
        return .converted(.string(text(value)))
    }

    private static func bool(_ value: Value) -> ArgumentConversion {
        switch text(value).lowercased() {
        case "y", "yes", "on", "1", "true", "t", "1.0": .converted(true)
        case "n", "no", "off", "0", "false", "f", "0.0": .converted(false)
        default: .refused("The value '\(text(value))' is not a valid boolean.")
        }
    }

    private static func int(_ value: Value) -> ArgumentConversion {
        let whole: Int? =
            switch value {
            case .int(let number): number
            case .bool(let flag): flag ? 1 : 0
            case .float(let number): Int(exactly: number)
            case .string(let text):
                Int(text.trimmed) ?? Double(text.trimmed).flatMap { Int(exactly: $0) }
            default: nil
            }
        guard let whole else { return .refused("\"\(quoted(value))\" cannot be converted to an int") }
        return .converted(.int(whole))
    }

    private static func float(_ value: Value) -> ArgumentConversion {
        switch value {
        case .float: return .converted(value)
        case .int(let number): return .converted(.float(Double(number)))
        case .string(let text):
            if let number = Double(text.trimmed) { return .converted(.float(number)) }
        default: break
        }
        return .refused("\"\(quoted(value))\" cannot be converted to a float")
    }

    private static func list(_ value: Value, of element: ArgumentSpec.Kind) -> ArgumentConversion {
        let items: [Value]
        switch value {
        case .list(let list), .tuple(let list): items = list
        case .string(let text):
            items = text.split(separator: ",", omittingEmptySubsequences: false).map { .string(String($0).trimmed) }
        case .int, .float, .big: items = [.string(text(value))]
        case .dict:
            guard case .dict = element else { return .refused("dict cannot be converted to a list") }
            items = [value]
        default: return .refused("\(value.typeName) cannot be converted to a list")
        }
        var result: [Value] = []
        for item in items {
            switch convert(item, to: element) {
            case .converted(let value): result.append(value)
            case .refused(let why):
                return .refused("Elements value for option is of type \(item.typeName): \(why)")
            }
        }
        return .converted(.list(result))
    }

    private static func dict(_ value: Value) -> ArgumentConversion {
        switch value {
        case .dict: return .converted(value)
        case .string(let text):
            guard text.contains("=") else { break }
            var map: OrderedMap = [:]
            for field in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
                guard let equals = field.firstIndex(of: "=") else {
                    return .refused("unable to evaluate string in the \"key=value\" format")
                }
                map[String(field[..<equals])] = .string(String(field[field.index(after: equals)...]))
            }
            return .converted(.dict(map))
        default: break
        }
        return .refused("dictionary requested, could not parse JSON or key=value")
    }

    /// Octal numbers are kept as text of octal digits, so that `420`, `0o644` and `"0644"` are one and the same.
    private static func mode(_ value: Value) -> ArgumentConversion {
        switch value {
        case .int(let number):
            guard (0...0o7777).contains(number) else { return .refused("\(number) is out of range for a mode") }
            return .converted(.string("0" + String(number, radix: 8)))
        case .string: return .converted(value)
        default: return .refused("mode must be in octal or symbolic form")
        }
    }
}

extension ArgumentConversion {
    /// The value as Python's `str()` prints it.
    static func text(_ value: Value) -> String {
        var text = ""
        // Arguments are plain data: nothing is left in them that could fail to render.
        do { try value.write(to: &text) } catch { return error.message }
        return text
    }

    /// The same as `repr()` prints it.
    private static func quoted(_ value: Value) -> String {
        do { return try value.representation() } catch { return error.message }
    }
}
