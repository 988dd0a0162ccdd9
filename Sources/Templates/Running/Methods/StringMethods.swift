//! Methods of strings: dispatch; the work is in the extensions.

import Diagnostics
import Values

enum StringMethods {
    static let names: Set<String> = [
        "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "format_map",
        "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
        "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition", "removeprefix",
        "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines",
        "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
    ]

    static func call(
        _ name: String, _ text: String, _ given: Arguments, _ machine: Machine
    ) throws(Diagnostic) -> Value? {
        guard names.contains(name) else { return nil }
        if name == "format" || name == "format_map" { return .string(try format(name, text, given)) }
        if let result = try cased(name, text, given) { return result }
        if let result = try searched(name, text, given) { return result }
        if let result = try divided(name, text, given) { return result }
        return try padded(name, text, given) ?? classified(name, text)
    }

    private static func format(_ name: String, _ text: String, _ given: Arguments) throws(Diagnostic) -> String {
        guard name == "format_map" else {
            return try BraceFormat.format(text, given.positional, given.named, attribute: field, item: item)
        }
        let map = try DictMethods.entries(of: try MethodArguments(name, given, ["mapping"], required: 1).value(0))
        let named = map.compactMap { entry in entry.key.string.map { (name: $0, value: entry.value) } }
        return try BraceFormat.format(text, [], named, attribute: field, item: item)
    }

    /// `{0.name}` in a format.
    private static func field(_ object: Value, _ name: String) throws(Diagnostic) -> Value {
        try Attributes.attribute(name, of: object, at: nil)
    }

    /// `{0[key]}` in a format.
    private static func item(_ object: Value, _ key: Value) throws(Diagnostic) -> Value {
        try Attributes.item(key, of: object, at: nil)
    }

    private static func cased(_ name: String, _ text: String, _ given: Arguments) throws(Diagnostic) -> Value? {
        let result: String
        switch name {
        case "upper": result = text.uppercased()
        case "lower": result = text.pythonLowercased()
        case "casefold": result = text.unicodeScalars.map { $0 == "ß" ? "ss" : $0.properties.lowercaseMapping }.joined()
        case "capitalize": result = text.pythonCapitalized()
        case "title": result = text.pythonTitled()
        case "swapcase":
            result = text.unicodeScalars.map { scalar in
                scalar.properties.isLowercase
                    ? scalar.properties.uppercaseMapping
                    : scalar.properties.isUppercase ? scalar.properties.lowercaseMapping : String(scalar)
            }.joined()
        default: return nil
        }
        _ = try MethodArguments(name, given, [])
        return .string(result)
    }

    private static func padded(_ name: String, _ text: String, _ given: Arguments) throws(Diagnostic) -> Value? {
        switch name {
        case "center", "ljust", "rjust":
            let arguments = try MethodArguments(name, given, ["width", "fillchar"], required: 1)
            let fill = arguments.given(1) == nil ? " " : try arguments.text(1)
            guard fill.unicodeScalars.count == 1 else {
                throw Diagnostic(.templateRuntime, "The fill character must be exactly one character long")
            }
            let width = try arguments.integer(0, default: 0)
            let missing = max(0, width - text.unicodeScalars.count)
            try checkSize(missing)
            let left = name == "rjust" ? missing : name == "ljust" ? 0 : missing / 2 + (missing & width & 1)
            return .string(
                String(repeating: fill, count: left) + text + String(repeating: fill, count: missing - left))
        case "zfill":
            let width = try MethodArguments(name, given, ["width"], required: 1).integer(0, default: 0)
            let missing = max(0, width - text.unicodeScalars.count)
            try checkSize(missing)
            let signed = text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+")
            return .string(
                text.prefix(signed ? 1 : 0) + String(repeating: "0", count: missing) + text.dropFirst(signed ? 1 : 0))
        case "expandtabs":
            return .string(
                text.expandingTabs(try MethodArguments(name, given, ["tabsize"]).integer(0, default: 8)))
        case "translate":
            return .string(try translated(text, try MethodArguments(name, given, ["table"], required: 1).value(0)))
        case "encode": return .bytes(Array(text.utf8))
        default: return nil
        }
    }

    private static func checkSize(_ count: Int) throws(Diagnostic) {
        if count > Output.maximumSize {
            throw Diagnostic(.templateRecursion, "padding by \(count) characters is too much")
        }
    }

    private static func translated(_ text: String, _ table: Value) throws(Diagnostic) -> String {
        let map = try DictMethods.entries(of: table)
        var result = ""
        for scalar in text.unicodeScalars {
            switch map[.int(Int(scalar.value))] {
            case nil: result.unicodeScalars.append(scalar)
            case .some(.none): break
            case .int(let code):
                if let mapped = Unicode.Scalar(UInt32(clamping: code)) { result.unicodeScalars.append(mapped) }
            case let value?: result += try value.text()
            }
        }
        return result
    }
}
