//! Tests that compare a value with another one.

import Diagnostics
import Values

enum ComparisonTests {
    static let all: [Builtin] = [
        .test(
            "eq", aliases: ["equalto", "=="], [.required("other")], summary: "Whether both are equal.",
            example: "{{ 1 is eq(1.0) }} → True"
        ) {
            call throws(Diagnostic) in try call.value.equals(call[1])
        },
        .test(
            "ne", aliases: ["!="], [.required("other")], summary: "Whether the two differ.",
            example: "{{ 1 is ne(2) }} → True"
        ) {
            call throws(Diagnostic) in try !call.value.equals(call[1])
        },
        ordering("lt", ["lessthan", "<"], "Whether it is less.", "{{ 1 is lt(2) }} → True", "<") { $0 == .ascending },
        ordering("le", ["<="], "Whether it is less or equal.", "{{ 2 is le(2) }} → True", "<=") {
            $0 == .ascending || $0 == .same
        },
        ordering("gt", ["greaterthan", ">"], "Whether it is greater.", "{{ 1 is gt(2) }} → False", ">") {
            $0 == .descending
        },
        ordering("ge", [">="], "Whether it is greater or equal.", "{{ 2 is ge(2) }} → True", ">=") {
            $0 == .descending || $0 == .same
        },
        .test(
            "sameas", [.required("other")], summary: "Whether both are the very same value.",
            example: "{{ true is sameas(true) }} → True"
        ) {
            call throws(Diagnostic) in isSame(call.value, call[1])
        },
        .test(
            "in", [.required("seq")], summary: "Whether it is one of the items, keys or parts.",
            example: "{{ 2 is in([1, 2]) }} → True"
        ) {
            call throws(Diagnostic) in try Containment.holds(call.value, in: call[1])
        },
        .test(
            "contains", [.required("value")], summary: "Whether the other is one of its items, keys or parts.",
            example: "{{ [1, 2] is contains(2) }} → True"
        ) {
            call throws(Diagnostic) in try Containment.holds(call[1], in: call.value)
        },
        .test("odd", summary: "Whether the number is odd.", example: "{{ 3 is odd }} → True") {
            call throws(Diagnostic) in try remainder(call, by: .int(2)) == 1
        },
        .test("even", summary: "Whether the number is even.", example: "{{ 3 is even }} → False") {
            call throws(Diagnostic) in try remainder(call, by: .int(2)) == 0
        },
        .test(
            "divisibleby", [.required("num")], summary: "Whether the number divides by another.",
            example: "{{ 9 is divisibleby(3) }} → True"
        ) {
            call throws(Diagnostic) in
            try remainder(call, by: call[1]) == 0
        },
        .test("all", summary: "Whether all items are true.", example: "{{ [1, 0] is all }} → False") {
            call throws(Diagnostic) in
            for item in try call.elements() where !(try item.isTruthy()) { return false }
            return true
        },
        .test("any", summary: "Whether an item is true.", example: "{{ [1, 0] is any }} → True") {
            call throws(Diagnostic) in
            for item in try call.elements() where try item.isTruthy() { return true }
            return false
        },
        .test(
            "subset", aliases: ["issubset"], [.required("b")], summary: "Whether all items are in the other list.",
            example: "{{ [1] is subset([1, 2]) }} → True"
        ) {
            call throws(Diagnostic) in try isSubset(call.elements(0), of: call.elements(1))
        },
        .test(
            "superset", aliases: ["issuperset"], [.required("b")],
            summary: "Whether all items of the other list are in it.", example: "{{ [1, 2] is superset([1]) }} → True"
        ) {
            call throws(Diagnostic) in try isSubset(call.elements(1), of: call.elements(0))
        },
        .test(
            "truthy", [.optional("convert_bool", false)], summary: "Whether it counts as true.",
            example: "{{ 'no' is truthy(convert_bool=true) }} → False"
        ) {
            call throws(Diagnostic) in try isTruthy(call)
        },
        .test(
            "falsy", [.optional("convert_bool", false)], summary: "Whether it counts as false.",
            example: "{{ '' is falsy }} → True"
        ) {
            call throws(Diagnostic) in try !isTruthy(call)
        },
        .test(
            "version", aliases: ["version_compare"],
            [.required("version"), .optional("operator", "eq"), .optional("strict"), .optional("version_type")],
            summary: "How two versions compare; version_type is loose, strict, semver or pep440.",
            example: "{{ '1.10' is version('1.9', '>') }} → True"
        ) {
            call throws(Diagnostic) in try compareVersions(call)
        },
    ]

    private static func ordering(
        _ name: String, _ aliases: [String], _ summary: String, _ example: String, _ symbol: String,
        _ holds: @escaping @Sendable (ValueOrder) -> Bool
    ) -> Builtin {
        .test(name, aliases: aliases, [.required("other")], summary: summary, example: example) {
            call throws(Diagnostic) in holds(try call.value.order(call[1], operator: symbol))
        }
    }

    private static func isSame(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.none, .none): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.string(let left), .string(let right)): left.isIdentical(to: right)
        case (.object(let left), .object(let right)): left === right
        default: false
        }
    }

    /// `value % number`; a text is a format.
    private static func remainder(_ call: BuiltinCall, by number: Value) throws(Diagnostic) -> Value {
        if case .string(let format) = call.value { return .string(try PercentFormat.format(format, number)) }
        return try call.value.modulo(number)
    }

    private static func isSubset(_ part: [Value], of whole: [Value]) throws(Diagnostic) -> Bool {
        var members: Set<Value> = []
        for item in whole { members.insert(try item.hashable()) }
        for item in part where !members.contains(try item.hashable()) { return false }
        return true
    }

    private static func isTruthy(_ call: BuiltinCall) throws(Diagnostic) -> Bool {
        if try call.truth(1) {
            if case .string(let text) = call.value {
                let word = text.lowercased()
                if ["y", "yes", "on", "1", "true", "t", "1.0"].contains(word) { return true }
                if ["n", "no", "off", "0", "false", "f", "0.0"].contains(word) { return false }
            }
        }
        return try call.truth(0)
    }

    private static func compareVersions(_ call: BuiltinCall) throws(Diagnostic) -> Bool {
        let symbol = try call.text(2)
        let (left, right) = (try call.text(), try call.text(1))
        if try !call.truth(0) { throw call.mistake("Input version value cannot be empty") }
        if try !call.truth(1) { throw call.mistake("Version parameter to compare against cannot be empty") }
        let scheme = try versionScheme(call)
        let holds: (Int) -> Bool
        switch symbol {
        case "==", "=", "eq": holds = { $0 == 0 }
        case "!=", "<>", "ne": holds = { $0 != 0 }
        case "<", "lt": holds = { $0 < 0 }
        case "<=", "le": holds = { $0 <= 0 }
        case ">", "gt": holds = { $0 > 0 }
        case ">=", "ge": holds = { $0 >= 0 }
        default:
            throw call.mistake(
                "Invalid operator type (\(symbol)). Must be one of '==', '=', 'eq', '<', 'lt', '<=', 'le', '>', 'gt', "
                    + "'>=', 'ge', '!=', '<>', 'ne'")
        }
        return holds(try Versions.compare(left, right, scheme))
    }

    private static func versionScheme(_ call: BuiltinCall) throws(Diagnostic) -> Versions.Scheme {
        if !call[3].isNone, !call[4].isNone {
            throw call.mistake("Cannot specify both 'strict' and 'version_type'")
        }
        if let name = try call.optionalText(4) {
            if let scheme = Versions.Scheme(rawValue: name) { return scheme }
            throw call.mistake(
                "Invalid version type (\(name)). Must be one of 'loose', 'strict', 'semver', 'semantic', 'pep440'",
                help: Suggestion.help(for: name, among: Versions.Scheme.allCases.map(\.rawValue)))
        }
        return try call.truth(3) ? .strict : .loose
    }
}

/// Python's `in`.
enum Containment {
    static func holds(_ item: Value, in container: Value) throws(Diagnostic) -> Bool {
        let container = try container.forced()
        switch container {
        case .string(let text):
            guard case .string(let part) = try item.forced() else {
                throw Diagnostic(
                    .templateRuntime, "'in <string>' requires string as left operand, not \(item.typeName)")
            }
            return part.isEmpty || TextTools.split(text, part, limit: 1).count > 1
        case .dict(let map): return map[try item.hashable()] != nil
        default:
            guard let elements = try container.elements() else {
                throw Diagnostic(.templateRuntime, "argument of type '\(container.typeName)' is not iterable")
            }
            for element in elements where try element.equals(item) { return true }
            return false
        }
    }
}
