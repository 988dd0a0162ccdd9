//! `'%s is %05.1f' % (name, number)`

import Diagnostics

package enum PercentFormat {
    package static func format(_ format: String, _ argument: Value) throws(Diagnostic) -> String {
        var run = Run(argument: try argument.forced())
        return try run.format(format)
    }

    private struct Run {
        let values: [Value]
        let mapping: OrderedMap?
        /// Python complains about arguments left over only if they cannot be looked into.
        let acceptsRest: Bool
        var next = 0
        var usedKey = false

        init(argument: Value) {
            if case .tuple(let items) = argument { values = items } else { values = [argument] }
            mapping = argument.dict
            acceptsRest = if case .list = argument { true } else { mapping != nil }
        }

        mutating func format(_ format: String) throws(Diagnostic) -> String {
            var output = String.UnicodeScalarView()
            var rest = format.unicodeScalars[...]
            while let mark = rest.firstIndex(of: "%") {
                output.append(contentsOf: rest[..<mark])
                rest = rest[rest.index(after: mark)...]
                if rest.first == "%" {
                    output.append("%")
                    rest = rest.dropFirst()
                } else {
                    output.append(contentsOf: try conversion(&rest).unicodeScalars)
                }
            }
            output.append(contentsOf: rest)
            if !acceptsRest, next < values.count {
                throw Value.runtimeMistake("not all arguments converted during string formatting")
            }
            return String(output)
        }

        private mutating func take() throws(Diagnostic) -> Value {
            guard next < values.count else { throw Value.runtimeMistake("not enough arguments for format string") }
            defer { next += 1 }
            return values[next]
        }

        private mutating func conversion(_ rest: inout Substring.UnicodeScalarView) throws(Diagnostic) -> String {
            var spec = FormatSpec()
            let keyed = try key(&rest)
            var isLeft = false
            flags: while let flag = rest.first {
                switch flag {
                case "-": isLeft = true
                case "+": spec.sign = "+"
                case " ": if spec.sign != "+" { spec.sign = " " }
                case "#": spec.isAlternate = true
                case "0": (spec.fill, spec.alignment) = ("0", .afterSign)
                default: break flags
                }
                rest = rest.dropFirst()
            }
            spec.width = try size(&rest) ?? 0
            if spec.width < 0 { (isLeft, spec.width) = (true, -spec.width) }
            if rest.first == "." {
                rest = rest.dropFirst()
                spec.precision = try size(&rest) ?? 0
            }
            while let letter = rest.first, "hlL".unicodeScalars.contains(letter) { rest = rest.dropFirst() }
            guard let type = rest.popFirst() else { throw Value.runtimeMistake("incomplete format") }
            if isLeft {
                (spec.fill, spec.alignment) = (" ", .left)
            } else if spec.alignment == nil {
                spec.alignment = .right
            }
            let value = if let keyed { keyed } else { try take() }
            return try convert(value, Character(type), &spec)
        }

        private mutating func size(_ rest: inout Substring.UnicodeScalarView) throws(Diagnostic) -> Int? {
            guard rest.first == "*" else { return try FormatSpec.number(&rest) }
            rest = rest.dropFirst()
            guard let number = try take().exactInteger, abs(number) <= 1_000_000 else {
                throw Value.runtimeMistake("* wants int")
            }
            return number
        }

        private mutating func key(_ rest: inout Substring.UnicodeScalarView) throws(Diagnostic) -> Value? {
            guard rest.first == "(" else { return nil }
            guard let mapping else { throw Value.runtimeMistake("format requires a mapping") }
            var depth = 0
            guard
                let end = rest.firstIndex(where: { scalar in
                    depth += scalar == "(" ? 1 : scalar == ")" ? -1 : 0
                    return depth == 0
                })
            else { throw Value.runtimeMistake("incomplete format key") }
            let name = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
            guard let value = mapping[name] else {
                throw Value.runtimeMistake(try Value.string(name).representation())
            }
            return value
        }

        private func convert(
            _ value: Value, _ type: Character, _ spec: inout FormatSpec
        ) throws(Diagnostic) -> String {
            switch type {
            case "s", "r", "a":
                let text =
                    switch type {
                    case "s": try value.text()
                    case "r": try value.representation()
                    default: try value.asciiRepresentation()
                    }
                if spec.alignment == .afterSign { (spec.fill, spec.alignment) = (" ", .right) }
                let cut = spec.precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
                return spec.padded("", cut, natural: .right)
            case "d", "i", "u", "x", "X", "o": return try integer(value, type, &spec)
            case "e", "E", "f", "F", "g", "G":
                guard let number = value.double else {
                    throw Value.runtimeMistake("must be real number, not \(value.typeName)")
                }
                spec.type = type
                return try spec.formatFloat(number)
            case "c":
                if case .string(let text) = value, text.unicodeScalars.count == 1 {
                    return spec.padded("", text, natural: .right)
                }
                spec.type = "c"
                return try spec.formatInteger(value)
            default: throw Value.runtimeMistake("unsupported format character '\(type)'")
            }
        }

        private func integer(_ value: Value, _ type: Character, _ spec: inout FormatSpec) throws(Diagnostic) -> String {
            var number = value
            if case .float(let real) = value, "diu".contains(type),
                let whole = Int128(exactly: real.rounded(.towardZero)),
                let big = BigInteger(decimal: String(whole))
            {
                number = Value(big)
            }
            guard let big = number.bigInteger else {
                let wants = "diu".contains(type) ? "a real number is required" : "an integer is required"
                throw Value.runtimeMistake("%\(type) format: \(wants), not \(value.typeName)")
            }
            spec.type = "diu".contains(type) ? "d" : type
            let digits = spec.precision
            spec.precision = nil
            guard let digits else { return try spec.formatInteger(Value(big)) }
            let text =
                spec.type == "d" ? String(big.decimal.drop { $0 == "-" }) : big.digits(radix: type == "o" ? 8 : 16)
            let zeros = String(repeating: "0", count: max(0, digits - text.count))
            return spec.padded(spec.signText(isNegative: big.isNegative), zeros + text, natural: .right)
        }
    }
}
