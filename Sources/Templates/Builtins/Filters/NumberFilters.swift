//! Filters that compute with numbers.

import Diagnostics
import Glibc
import Values

enum NumberFilters {
    static let all: [Builtin] = [
        .filter("abs", value: "x", summary: "The number without its sign.", example: "{{ -3 | abs }} → 3") {
            call throws(Diagnostic) in try absolute(call)
        },
        .filter(
            "int", [.optional("default", 0), .optional("base", 10)],
            summary: "The value as an integer, or `default` where it is none.", example: "{{ '42px' | int(7) }} → 7"
        ) { call throws(Diagnostic) in
            if case .float(let number) = call.value, number.isInfinite {
                throw call.mistake("cannot convert float infinity to integer")
            }
            return try NumberParsing.integer(from: call.value, base: call[2].exactInteger ?? -1) ?? call[1]
        },
        .filter(
            "float", [.optional("default", .float(0))],
            summary: "The value as a floating-point number, or `default` where it is none.",
            example: "{{ '1e3' | float }} → 1000.0"
        ) { call throws(Diagnostic) in
            if let number = call.value.double { return .float(number) }
            return call.value.string.flatMap(NumberParsing.float).map(Value.float) ?? call[1]
        },
        .filter(
            "round", [.optional("precision", 0), .optional("method", "common")],
            summary: "The number rounded to `precision` digits: `common`, `ceil` or `floor`.",
            example: "{{ 2.567 | round(2) }} → 2.57"
        ) { call throws(Diagnostic) in try round(call) },
        .filter(
            "log", value: "x", [.optional("base")], summary: "The logarithm, natural unless a base is given.",
            example: "{{ 8 | log(2) }} → 3.0"
        ) { call throws(Diagnostic) in .float(try logarithm(call)) },
        .filter(
            "pow", value: "x", [.required("y")], summary: "The number raised to a power.",
            example: "{{ 2 | pow(3) }} → 8.0"
        ) { call throws(Diagnostic) in
            let (x, y) = (try finite(call, 0, "pow"), try finite(call, 1, "pow"))
            return .float(try real(Glibc.pow(x, y), call))
        },
        .filter(
            "root", value: "x", [.optional("base", 2)], summary: "The square root, or the root of another degree.",
            example: "{{ 27 | root(3) }} → 3.0"
        ) { call throws(Diagnostic) in
            let (x, base) = (try finite(call, 0, "root"), try finite(call, 1, "root"))
            if base == 0 { throw call.mistake("float division by zero") }
            return .float(try real(base == 2 ? x.squareRoot() : Glibc.pow(x, 1 / base), call))
        },
        .filter(
            "filesizeformat", [.optional("binary", false)], summary: "A number of bytes for people.",
            example: "{{ 1500 | filesizeformat }} → 1.5 kB"
        ) { call throws(Diagnostic) in .string(try fileSize(call)) },
        .filter(
            "human_readable", value: "size", [.optional("isbits", false), .optional("unit")],
            summary: "A number of bytes for people, in powers of 1024.",
            example: "{{ 123456 | human_readable }} → 120.56 KB"
        ) { call throws(Diagnostic) in
            guard let size = call.value.double else {
                throw call.mistake(
                    "human_readable() failed on bad input: expected a number, not \(call.value.typeName)")
            }
            return .string(
                ByteSizes.text(size, isBits: try call.truth(1), unit: try call.optionalText(2)?.uppercased()))
        },
        .filter(
            "human_to_bytes", value: "size", [.optional("default_unit"), .optional("isbits", false)],
            summary: "The number of bytes that a text such as `10 MB` tells.",
            example: "{{ '1K' | human_to_bytes }} → 1024"
        ) { call throws(Diagnostic) in
            try ByteSizes.bytes(try call.text(), defaultUnit: try call.optionalText(1), isBits: try call.truth(2))
        },
    ]

    private static func absolute(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        switch call.value {
        case .bool, .int:
            let number = try call.integer(0)
            if number == .min { return BigInteger(decimal: "9223372036854775808").map(Value.big) ?? .int(number) }
            return .int(Swift.abs(number))
        case .float(let number): return .float(Swift.abs(number))
        case .big(let number):
            return .big(number.isNegative ? BigInteger(decimal: String(number.decimal.dropFirst())) ?? number : number)
        default: throw call.mistake("bad operand type for abs(): '\(call.value.typeName)'")
        }
    }

    private static func round(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let method = try call.text(2)
        guard ["common", "ceil", "floor"].contains(method) else {
            throw call.mistake(
                "method must be common, ceil or floor", help: Suggestion.help(for: method, among: ["ceil", "floor"]))
        }
        let precision = try call.integer(1)
        guard let number = call.value.double else {
            throw call.mistake("type \(call.value.typeName) doesn't define __round__ method")
        }
        if method == "common" {
            if let whole = call.value.exactInteger { return .int(Rounding.round(whole, digits: precision)) }
            if case .big = call.value, precision >= 0 { return call.value }
            return .float(Rounding.round(number, digits: precision))
        }
        let factor = Glibc.pow(10.0, Double(precision))
        return .float((number * factor).rounded(method == "ceil" ? .up : .down) / factor)
    }

    private static func finite(_ call: BuiltinCall, _ index: Int, _ name: String) throws(Diagnostic) -> Double {
        if let number = call[index].double { return number }
        throw call.mistake("\(name)() can only be used on numbers: must be real number, not \(call[index].typeName)")
    }

    private static func real(_ number: Double, _ call: BuiltinCall) throws(Diagnostic) -> Double {
        if number.isNaN { throw call.mistake("math domain error") }
        return number
    }

    private static func logarithm(_ call: BuiltinCall) throws(Diagnostic) -> Double {
        let number = try finite(call, 0, "log")
        guard number > 0 else { throw call.mistake("math domain error") }
        if call[1].isNone { return Glibc.log(number) }
        let base = try finite(call, 1, "log")
        if base == 10 { return log10(number) }
        guard base > 0 else { throw call.mistake("math domain error") }
        guard base != 1 else { throw call.mistake("float division by zero") }
        return Glibc.log(number) / Glibc.log(base)
    }

    private static func fileSize(_ call: BuiltinCall) throws(Diagnostic) -> String {
        guard let bytes = call.value.double ?? call.value.string.flatMap(NumberParsing.float) else {
            if let text = call.value.string { throw call.mistake("could not convert string to float: '\(text)'") }
            throw call.mistake("float() argument must be a string or a real number, not '\(call.value.typeName)'")
        }
        let isBinary = try call.truth(1)
        let base = isBinary ? 1024.0 : 1000.0
        if bytes == 1 { return "1 Byte" }
        if bytes < base { return "\(Int(bytes)) Bytes" }
        let letters = [isBinary ? "K" : "k", "M", "G", "T", "P", "E", "Z", "Y"]
        var unit = base
        for letter in letters {
            unit *= base
            if bytes < unit || letter == "Y" {
                return "\(Rounding.fixed(base * bytes / unit, digits: 1)) \(letter)\(isBinary ? "iB" : "B")"
            }
        }
        return ""
    }
}
