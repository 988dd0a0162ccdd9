//! `stdout_callback` and `callbacks_enabled`: which of Ansible's looks the output has, and who else is told of a run.

import Diagnostics
import Engine
import Playbooks
import Reports
import Values

/// The callbacks that the configuration names.
struct Callbacks {
    let configuration: Configuration
    let environment: [String: String]

    /// The name without its collection.
    private var name: String { Self.short(configuration.text(.stdoutCallback) ?? "default") }

    private static func short(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }

    /// Names that mean something here.
    private static let known = ["default", "awx_display"]

    /// A callback that only Python could run is passed over.
    var warnings: [Diagnostic] {
        guard !Self.known.contains(name) else { return [] }
        return [
            Diagnostic(
                .unsupported,
                "the callback '\(name)' of stdout_callback is not built in: the output is the default one",
                help: Suggestion.help(for: name, among: Self.known)
                    ?? "there are \(Self.known.joined(separator: ", "))",
                severity: .warning)
        ]
    }

    /// The reporter that is asked for; `text` writes the default output.
    func reporter(around text: any Reporter, _ output: Output, isAdHoc: Bool = false) throws(Diagnostic) -> any Reporter
    {
        // Only where they are asked for do callbacks see what `ansible` does.
        if isAdHoc, !configuration.flag(.loadCallbackPlugins) { return text }
        switch name {
        case "awx_display": return try events(around: text, output, isAdHoc: isAdHoc)
        default: return text
        }
    }

    private func events(around text: any Reporter, _ output: Output, isAdHoc: Bool) throws(Diagnostic) -> any Reporter {
        // Without the folder nobody would read them.
        guard let folder = environment["AWX_ISOLATED_DATA_DIR"] else { return text }
        var options = EventReporter.Options()
        options.isAdHoc = isAdHoc
        options.workingFolder = Path.absolute(".")
        for (variable, key) in [("JOB_ID", "job_id"), ("AD_HOC_COMMAND_ID", "ad_hoc_command_id")] {
            if let number = environment[variable].flatMap({ Int($0) }) { options.marks[.string(key)] = .int(number) }
        }
        options.omitsData = environment["RUNNER_OMIT_EVENTS"].flatMap(Setting.truth) ?? false
        options.tellsFailuresOnly = environment["RUNNER_ONLY_FAILED_EVENTS"].flatMap(Setting.truth) ?? false
        options.longestResult = environment["MAX_EVENT_RES"].flatMap { Int($0) } ?? options.longestResult
        return EventReporter(try EventFolder(in: folder), output, around: text, options: options)
    }
}
