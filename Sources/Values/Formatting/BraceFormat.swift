//! `'{} {name:>10}'.format(…)`

import Diagnostics

package enum BraceFormat {
    package typealias Lookup<Key> = (Value, Key) throws(Diagnostic) -> Value

    /// `attribute` and `item` find what `{0.name}` and `{0[key]}` ask for.
    package static func format(
        _ format: String, _ positional: [Value], _ named: [(name: String, value: Value)],
        attribute: Lookup<String>, item: Lookup<Value>
    ) throws(Diagnostic) -> String {
        try withoutActuallyEscaping(attribute) { attribute throws(Diagnostic) in
            try withoutActuallyEscaping(item) { item throws(Diagnostic) in
                var run = Run(positional: positional, named: named, attribute: attribute, item: item)
                return try run.format(Array(format.unicodeScalars), depth: 2)
            }
        }
    }

    private struct Run {
        let positional: [Value]
        let named: [(name: String, value: Value)]
        let attribute: Lookup<String>
        let item: Lookup<Value>
        var next = 0
        var usesNumbers = false

        mutating func format(_ format: [Unicode.Scalar], depth: Int) throws(Diagnostic) -> String {
            guard depth > 0 else { throw Value.runtimeMistake("Max string recursion exceeded") }
            var output = ""
            var index = 0
            while index < format.count {
                let scalar = format[index]
                let following = index + 1 < format.count ? format[index + 1] : nil
                if scalar == "{" || scalar == "}", following == scalar {
                    output.unicodeScalars.append(scalar)
                    index += 2
                } else if scalar == "{" {
                    let end = try fieldEnd(format, from: index + 1)
                    output += try field(Array(format[(index + 1)..<end]), depth: depth)
                    index = end + 1
                } else if scalar == "}" {
                    throw Value.runtimeMistake("Single '}' encountered in format string")
                } else {
                    output.unicodeScalars.append(scalar)
                    index += 1
                }
            }
            return output
        }

        private func fieldEnd(_ format: [Unicode.Scalar], from start: Int) throws(Diagnostic) -> Int {
            var open = 1
            for index in start..<format.count {
                if format[index] == "{" { open += 1 } else if format[index] == "}" { open -= 1 }
                if open == 0 { return index }
            }
            throw Value.runtimeMistake(
                start == format.count ? "Single '{' encountered in format string" : "expected '}' before end of string")
        }

        private mutating func field(_ field: [Unicode.Scalar], depth: Int) throws(Diagnostic) -> String {
            var brackets = 0
            let end =
                field.firstIndex { scalar in
                    brackets += scalar == "[" ? 1 : scalar == "]" ? -1 : 0
                    return brackets == 0 && (scalar == "!" || scalar == ":")
                } ?? field.count
            var value = try lookUp(String(String.UnicodeScalarView(field[..<end])))
            var rest = field[end...]
            if rest.first == "!" {
                guard rest.count > 1 else {
                    throw Value.runtimeMistake("end of string while looking for conversion specifier")
                }
                value = try converted(value, rest[rest.startIndex + 1])
                rest = rest.dropFirst(2)
            }
            if rest.first == ":" {
                rest = rest.dropFirst()
            } else if !rest.isEmpty {
                throw Value.runtimeMistake("expected ':' after conversion specifier")
            }
            let isNested = rest.contains { $0 == "{" || $0 == "}" }
            let spec =
                isNested ? try format(Array(rest), depth: depth - 1) : String(String.UnicodeScalarView(rest))
            if spec.isEmpty { return try value.text() }
            return try FormatSpec(parsing: spec).format(try value.forced())
        }

        private func converted(_ value: Value, _ letter: Unicode.Scalar) throws(Diagnostic) -> Value {
            switch letter {
            case "s": return .string(try value.text())
            case "r": return .string(try value.representation())
            case "a": return .string(try value.asciiRepresentation())
            default: throw Value.runtimeMistake("Unknown conversion specifier \(letter)")
            }
        }

        private mutating func lookUp(_ path: String) throws(Diagnostic) -> Value {
            let name = path.unicodeScalars.prefix { $0 != "." && $0 != "[" }
            var value = try argument(String(name))
            var rest = path.unicodeScalars.dropFirst(name.count)
            while let mark = rest.popFirst() {
                if mark == "." {
                    let part = rest.prefix { $0 != "." && $0 != "[" }
                    guard !part.isEmpty else { throw Value.runtimeMistake("Empty attribute in format string") }
                    value = try attribute(value, String(part))
                    rest = rest.dropFirst(part.count)
                } else {
                    let part = rest.prefix { $0 != "]" }
                    guard mark == "[", part.count < rest.count, !part.isEmpty else {
                        throw Value.runtimeMistake("Missing ']' in format string")
                    }
                    let key = String(part)
                    value = try item(value, Int(key).map { .int($0) } ?? .string(key))
                    rest = rest.dropFirst(part.count + 1)
                }
                if case .undefined(let reason) = value { throw reason.diagnostic }
            }
            return value
        }

        private mutating func argument(_ name: String) throws(Diagnostic) -> Value {
            if let number = Int(name) {
                if next > 0 {
                    throw Value.runtimeMistake(
                        "cannot switch from automatic field numbering to manual field specification")
                }
                usesNumbers = true
                return try argument(at: number)
            }
            if name.isEmpty {
                if usesNumbers {
                    throw Value.runtimeMistake(
                        "cannot switch from manual field specification to automatic field numbering")
                }
                next += 1
                return try argument(at: next - 1)
            }
            guard let value = named.last(where: { $0.name == name })?.value else {
                throw Value.runtimeMistake(try Value.string(name).representation())
            }
            return value
        }

        private func argument(at index: Int) throws(Diagnostic) -> Value {
            guard positional.indices.contains(index) else {
                throw Value.runtimeMistake("Replacement index \(index) out of range for positional args tuple")
            }
            return positional[index]
        }
    }
}
