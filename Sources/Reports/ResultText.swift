//! A task's result as JSON for people: internal keys left out, secrets censored.

import Diagnostics
import Engine
import Values

enum ResultText {
    private static let censored: OrderedMap = [
        "censored": "the output has been hidden due to the fact that 'no_log: true' was specified for this result"
    ]

    /// One line without blanks between its items is what `ansible --one-line` prints.
    static func dump(_ report: TaskReport, isPretty: Bool, verbosity: Int, isTight: Bool = false) -> String {
        var visible = visible(report, verbosity: verbosity)
        if verbosity > 2, !report.isHidden, report.status != .skipped, let invocation = report.invocation {
            visible["invocation"] = invocation
        }
        // The line says so already.
        if report.status == .failed { visible.removeValue(forKey: "failed") }
        if report.status == .skipped { visible.removeValue(forKey: "skipped") }
        let value = Value.dict(visible)
        if isTight {
            var style = JSONStyle()
            (style.sortKeys, style.ascii, style.itemSeparator) = (true, false, ",")
            return (try? value.json(style)) ?? "{}"
        }
        return json(value, indent: isPretty ? 4 : nil)
    }

    /// What may be shown of a result.
    static func visible(_ report: TaskReport, verbosity: Int) -> OrderedMap {
        if report.isHidden {
            var result = censored
            for key in ["changed", "failed", "unreachable", "skipped"] {
                if let value = report.result[key] { result[key] = value }
            }
            return result
        }
        var result = report.result
        let isDebug = report.task.action.hasSuffix("debug")
        if isDebug {
            if report.status != .skipped {
                for name in ["ansible_index_var", "ansible_loop_var"] {
                    if let variable = report.result[name] { result.removeValue(forKey: variable) }
                }
            }
            for key in [
                "changed", "failed", "failed_when_result", "skip_reason", "ansible_loop_var", "ansible_index_var",
            ] {
                result.removeValue(forKey: .string(key))
            }
        }
        if verbosity < 3 { result.removeValue(forKey: "invocation") }
        if report.status == .skipped, verbosity < 1 { return result }
        // The lines say the same as the text.
        for (text, lines) in [("stdout", "stdout_lines"), ("stderr", "stderr_lines")]
        where result[text] != nil && result[lines] == nil {
            continue
        }
        return result
    }

    /// Sorted like Ansible's, with a plain text where a value has no JSON form.
    static func json(_ value: Value, indent: Int? = nil) -> String {
        (try? value.json(indent: indent, sortKeys: true, ascii: false)) ?? "{}"
    }
}

extension TaskReport {
    /// The author's mistake, without its words where they may quote what nobody is to see.
    var shownMistake: Diagnostic? {
        guard isHidden, let mistake else { return mistake }
        return Diagnostic(
            mistake.code, "the task failed here; 'no_log: true' hides why", at: mistake.labels.first?.range)
    }
}
