//! The look of Ansible's ad-hoc output: a paragraph for each host.

import Diagnostics
import Engine
import Values

/// `host | CHANGED | rc=0 >>` and the output of the command, or the result as JSON.
package struct AdHocReporter: Reporter {
    private let output: Output
    private let verbosity: Int
    private let isOneLine: Bool

    package init(_ output: Output, verbosity: Int, isOneLine: Bool) {
        self.output = output
        self.verbosity = verbosity
        self.isOneLine = isOneLine
    }

    package mutating func report(_ event: RunEvent) {
        switch event {
        case .result(let report): result(report)
        case .noHostsMatched: output.writeError("No hosts matched, nothing to do\n")
        case .warning(let diagnostic): output.writeError(diagnostic.rendered(isColoured: output.isColoured))
        case .message(let text): output.write(text + "\n")
        case .barrier(let pass): pass()
        default: break
        }
    }

    private func result(_ report: TaskReport) {
        if !report.isHidden {
            for difference in report.differences {
                output.write(DifferenceText.render(difference, isColoured: output.isColoured))
            }
        }
        let (word, colour) = label(report.status)
        let text: String
        if let command = commandText(report) {
            text =
                "\(report.host) | \(word) | rc=\(report.result["rc"]?.int ?? 0) \(isOneLine ? "|" : ">>\n")\(command)"
        } else {
            let mark = report.status == .failed ? "!" : ""
            text =
                "\(report.host) | \(word)\(mark) => "
                + ResultText.dump(
                    report, isPretty: !isOneLine, verbosity: verbosity, isTight: isOneLine)
        }
        output.write(colour.painted(text, output.isColoured) + "\n")
        if let mistake = report.shownMistake { output.writeError(mistake.rendered(isColoured: output.isColoured)) }
        if let help = report.help { output.writeError("help: \(help)\n") }
    }

    private func label(_ status: TaskStatus) -> (String, Colour) {
        switch status {
        case .ok: ("SUCCESS", .green)
        case .changed: ("CHANGED", .yellow)
        case .skipped: ("SKIPPED", .cyan)
        case .failed: ("FAILED", .red)
        case .unreachable: ("UNREACHABLE!", .brightRed)
        }
    }

    /// Output of a command as it came; nil for other modules.
    private func commandText(_ report: TaskReport) -> String? {
        let commands = ["command", "shell", "raw"]
        let action = report.task.action.split(separator: ".").last.map(String.init) ?? ""
        guard commands.contains(action), report.result["rc"] != nil, report.result["ansible_job_id"] == nil,
            !report.isHidden
        else { return nil }
        func text(_ key: String) -> String { report.result[key]?.string ?? "" }
        let (output, errors) = (text("stdout"), text("stderr"))
        guard isOneLine else {
            return [output, errors, text("msg")].filter { !$0.isEmpty }.map {
                $0.hasSuffix("\n") ? String($0.dropLast()) : $0
            }.joined(separator: "\n")
        }
        let parts = [" (stdout) \(output)"] + (errors.isEmpty ? [] : [" (stderr) \(errors)"])
        return parts.joined().split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }
}
