//! `res`: what an event says of a result.

import Engine
import Modules
import Values

enum EventResult {
    private static let censored: Value = [
        "censored": "the output has been hidden due to the fact that 'no_log: true' was specified for this result"
    ]

    /// The result with what only programs look at; nothing of it where it is hidden.
    static func value(_ report: TaskReport) -> Value {
        guard !report.isHidden else { return censored }
        var result = report.result
        let isLoop = result["results"] != nil && report.item == nil
        // The kind of the event says so already.
        for key in ["failed", "skipped"] { result.removeValue(forKey: .string(key)) }
        if report.status == .failed || report.status == .unreachable, !isLoop, result["exception"] == nil {
            result["exception"] = "(traceback unavailable)"
        }
        if report.status != .skipped, let invocation = report.invocation, result["invocation"] == nil {
            result["invocation"] = invocation
        }
        if report.isTalkative { result["_ansible_verbose_always"] = true }
        if !isLoop { result["_ansible_no_log"] = false }
        if let item = report.item { result["_ansible_item_label"] = label(item, of: report) }
        if let delegate = report.delegate {
            result["_ansible_delegated_vars"] = ["ansible_host": .string(report.delegateAddress ?? delegate)]
        }
        return withoutEnvironment(.dict(result))
    }

    /// The item itself, where its text is the label.
    private static func label(_ label: String, of report: TaskReport) -> Value {
        guard let name = report.result["ansible_loop_var"], let item = report.result[name],
            (try? item.text()) == label
        else { return .string(label) }
        return item
    }

    /// A host's environment is nobody's business.
    private static func withoutEnvironment(_ value: Value) -> Value {
        guard var result = value.dict, var facts = result["ansible_facts"]?.dict else { return value }
        facts.removeValue(forKey: "ansible_env")
        result["ansible_facts"] = .dict(facts)
        return .dict(result)
    }

    /// Before and after, as Ansible's modules tell it.
    static func difference(_ difference: Difference) -> Value {
        if let prepared = difference.prepared { return ["prepared": .string(prepared)] }
        return [
            "before_header": .string(difference.beforeHeader), "before": .string(difference.before),
            "after_header": .string(difference.afterHeader), "after": .string(difference.after),
        ]
    }
}
