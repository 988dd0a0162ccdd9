//! Tests of task results: `result is failed`.

import Diagnostics
import Values

enum ResultTests {
    static let all: [Builtin] = [
        result("failed", ["failure"], "Whether a task failed.", "{{ {'failed': true} is failed }} → True") {
            result throws(Diagnostic) in try flag(result, "failed")
        },
        result(
            "succeeded", ["success", "successful"], "Whether a task did not fail.",
            "{{ {'rc': 0} is succeeded }} → True"
        ) {
            result throws(Diagnostic) in try !flag(result, "failed")
        },
        result("changed", ["change"], "Whether a task changed something.", "{{ {'changed': true} is changed }} → True")
        {
            result throws(Diagnostic) in try changed(result)
        },
        result("skipped", ["skip"], "Whether a task was skipped.", "{{ {'skipped': true} is skipped }} → True") {
            result throws(Diagnostic) in try flag(result, "skipped")
        },
        result("reachable", [], "Whether the host could be reached.", "{{ {'rc': 0} is reachable }} → True") {
            result throws(Diagnostic) in try !flag(result, "unreachable")
        },
        result("unreachable", [], "Whether the host could not be reached.", "{{ {'rc': 0} is unreachable }} → False") {
            result throws(Diagnostic) in try flag(result, "unreachable")
        },
        result("finished", [], "Whether an asynchronous task has ended.", "{{ {'finished': true} is finished }} → True")
        {
            result throws(Diagnostic) in try flag(result, "finished", fallback: true)
        },
        result("started", [], "Whether an asynchronous task was started.", "{{ {'started': true} is started }} → True")
        {
            result throws(Diagnostic) in
            try result["started"] == nil ? true : flag(result, "started")
        },
        result("timedout", [], "Whether a task ran into its timeout.", "{{ {'rc': 0} is timedout }} → False") {
            result throws(Diagnostic) in
            guard let timedOut = try result["timedout"]?.forced(), try timedOut.isTruthy() else { return false }
            guard let details = timedOut.dict else {
                throw Diagnostic(.templateRuntime, "'timedout' of a result is a \(timedOut.typeName), not a dictionary")
            }
            return try details["period"]?.isTruthy() ?? false
        },
    ]

    private static func result(
        _ name: String, _ aliases: [String], _ summary: String, _ example: String,
        _ holds: @escaping @Sendable (OrderedMap) throws(Diagnostic) -> Bool
    ) -> Builtin {
        .test(name, aliases: aliases, summary: summary, example: example) { call throws(Diagnostic) in
            guard case .dict(let result) = try call.value.forced() else {
                throw call.mistake(
                    "The '\(name)' test expects a dictionary", help: "test the registered result, not a part of it")
            }
            return try holds(result)
        }
    }

    private static func flag(
        _ result: OrderedMap, _ name: String, fallback: Bool = false
    ) throws(Diagnostic) -> Bool {
        try result[name]?.isTruthy() ?? fallback
    }

    /// A loop changed something where one of its items did.
    private static func changed(_ result: OrderedMap) throws(Diagnostic) -> Bool {
        if let own = result["changed"] { return try own.isTruthy() }
        guard let items = try result["results"]?.elements() else { return false }
        for item in items where try item.forced()["changed"]?.isTruthy() ?? false { return true }
        return false
    }
}
