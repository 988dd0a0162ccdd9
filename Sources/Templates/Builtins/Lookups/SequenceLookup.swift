//! `with_sequence`: numbers, formatted.

import Diagnostics
import Regexes
import Values

enum SequenceLookup {
    private static let limit = 10_000_000

    static let lookup = Lookup(
        "sequence",
        options: [("start", 1), ("end", .none), ("stride", 1), ("count", .none), ("format", "%d")],
        isPure: true, summary: "Numbers from `start` to `end` (or `count` of them), each `stride` apart, in a format.",
        example: "{{ query('sequence', 'start=1 end=3 format=h%02d') }} → ['h01', 'h02', 'h03']"
    ) { call throws(Diagnostic) in
        let terms = try call.names()
        if terms.isEmpty { return try numbers(call, call.options) }
        var results: [Value] = []
        for term in terms {
            if let options = try shortcut(term, call) {
                results += try numbers(call, options)
            } else {
                results += try numbers(call, try keywords(term, call))
            }
        }
        return results
    }

    private static func keywords(_ term: String, _ call: LookupCall) throws(Diagnostic) -> [String: Value] {
        let (rest, options) = try call.splittingOptions(term)
        if rest.isEmpty { return options }
        throw call.mistake(
            "unrecognized arguments to with_sequence: '\(rest)'",
            help: "write `start=1 end=5 format=x%d` or `1-5:x%d`")
    }

    /// `[start-]end[/stride][:format]`.
    private static func shortcut(_ term: String, _ call: LookupCall) throws(Diagnostic) -> [String: Value]? {
        guard let match = try Pattern.cached("(?:(\\w+)-)?(\\w+)(?:/(\\w+))?(?::(.+))?").fullMatch(term) else {
            return nil
        }
        var options = call.options
        for (index, name) in ["start", "end", "stride", "format"].enumerated() {
            if let text = match.group(index + 1) { options[name] = .string(text) }
        }
        return options
    }

    private static func number(_ name: String, _ options: [String: Value], _ call: LookupCall) throws(Diagnostic)
        -> Int?
    {
        switch options[name] ?? .none {
        case .none: return nil
        case .int(let number): return number
        case let other:
            guard let number = Int(try other.text()) else {
                throw call.mistake("can't parse \(name)=\(try other.text()) as integer")
            }
            return number
        }
    }

    private static func numbers(_ call: LookupCall, _ options: [String: Value]) throws(Diagnostic) -> [Value] {
        let (start, stride) = (try number("start", options, call) ?? 1, try number("stride", options, call) ?? 1)
        let format = try options["format"]?.text() ?? "%d"
        let end: Int
        if let count = try number("count", options, call) {
            if try number("end", options, call) != nil {
                throw call.mistake("can't specify both count and end in with_sequence")
            }
            if count == 0 { return [] }
            end = start + (count - 1) * stride
        } else if let given = try number("end", options, call) {
            end = given
        } else {
            throw call.mistake("must specify count or end in with_sequence")
        }
        if stride > 0, end < start { throw call.mistake("to count backwards make stride negative") }
        if stride < 0, end > start { throw call.mistake("to count forward don't make stride negative") }
        guard stride != 0 else { return [] }
        guard (end - start) / stride < limit else { throw call.mistake("more than \(limit) numbers") }
        return try Swift.stride(from: start, through: end, by: stride).map { number throws(Diagnostic) in
            .string(try formatted(number, format, call))
        }
    }

    /// `format % number` for the conversions of integers.
    private static func formatted(_ number: Int, _ format: String, _ call: LookupCall) throws(Diagnostic) -> String {
        let pattern = try Pattern.cached("%([-+ 0#]*)(\\d*)([dixXos%])")
        var output = ""
        var rest = format[...]
        while let percent = rest.firstIndex(of: "%") {
            output += rest[..<percent]
            guard let match = try pattern.match(String(rest[percent...])), let text = match.group(0) else {
                throw call.mistake("problem formatting \(number) with '\(format)'")
            }
            output += conversion(number, match)
            rest = rest[percent...].dropFirst(text.count)
        }
        return output + rest
    }

    private static func conversion(_ number: Int, _ match: RegexMatch) -> String {
        let (flags, kind) = (match.group(1) ?? "", match.group(3) ?? "d")
        if kind == "%" { return "%" }
        let radix = ["x": 16, "X": 16, "o": 8][kind] ?? 10
        var digits = String(number.magnitude, radix: radix, uppercase: kind == "X")
        if flags.contains("#"), radix != 10 { digits = "0\(kind)" + digits }
        let sign = number < 0 ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
        let missing = max(0, (Int(match.group(2) ?? "") ?? 0) - digits.count - sign.count)
        if flags.contains("-") { return sign + digits + String(repeating: " ", count: missing) }
        if flags.contains("0") { return sign + String(repeating: "0", count: missing) + digits }
        return String(repeating: " ", count: missing) + sign + digits
    }
}
