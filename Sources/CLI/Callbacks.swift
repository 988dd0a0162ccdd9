//! `stdout_callback` and `callbacks_enabled`: which of Ansible's looks the output has, and who else is told of a run.

import Diagnostics
import Engine
import Glibc
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
    private static let looks = ["default", "awx_display", "json", "minimal", "oneline"]
    private static let companions = ["junit", "profile_tasks", "timer"]

    /// Callbacks that only Python could run are passed over.
    var warnings: [Diagnostic] {
        var warnings: [Diagnostic] = []
        if !Self.looks.contains(name) {
            warnings.append(Self.warning(name, of: .stdoutCallback, Self.looks, ": the output is the default one"))
        }
        for name in configuration.list(.callbacksEnabled) where !Self.companions.contains(Self.short(name)) {
            warnings.append(Self.warning(name, of: .callbacksEnabled, Self.companions, ""))
        }
        return warnings
    }

    private static func warning(
        _ name: String, of setting: Setting, _ known: [String], _ consequence: String
    ) -> Diagnostic {
        let key = setting.keys.first?.split(separator: ".").last.map(String.init) ?? setting.name
        return Diagnostic(
            .unsupported, "the callback '\(name)' of \(key) is not built in\(consequence)",
            help: Suggestion.help(for: name, among: known) ?? "there are \(known.joined(separator: ", "))",
            severity: .warning)
    }

    /// The reporter that is asked for; `text` writes the default output.
    func reporter(
        around text: any Reporter, _ output: Output, verbosity: Int, isAdHoc: Bool = false
    ) throws(Diagnostic) -> any Reporter {
        // Only where they are asked for do callbacks see what `ansible` does.
        if isAdHoc, !configuration.flag(.loadCallbackPlugins) { return text }
        let main: any Reporter =
            switch name {
            case "awx_display": try events(around: text, output, isAdHoc: isAdHoc)
            case "json": DocumentReporter(output, workingFolder: Path.absolute("."))
            case "minimal": AdHocReporter(output, verbosity: verbosity, isOneLine: false)
            case "oneline": AdHocReporter(output, verbosity: verbosity, isOneLine: true)
            default: text
            }
        let names = configuration.list(.callbacksEnabled).map(Self.short)
        var others: [any Reporter] = []
        if names.contains("junit") { others.append(try tests(output)) }
        let (tasks, whole) = (names.contains("profile_tasks"), names.contains("timer"))
        if tasks || whole { others.append(TimeReporter(output, showsTasks: tasks, showsWhole: whole)) }
        return others.isEmpty ? main : CombinedReporter(main, others)
    }

    private func tests(_ output: Output) throws(Diagnostic) -> TestReporter {
        func flag(_ name: String, or fallback: Bool = false) -> Bool {
            environment[name].flatMap(Setting.truth) ?? fallback
        }
        var options = TestReporter.Options()
        options.folder = Path.absolute(Path.expanded(environment["JUNIT_OUTPUT_DIR"] ?? "~/.ansible.log"))
        options.groupsByFile = flag("JUNIT_TASK_CLASS")
        options.failsOnChange = flag("JUNIT_FAIL_ON_CHANGE")
        options.failsOnIgnored = flag("JUNIT_FAIL_ON_IGNORE")
        options.includesSetup = flag("JUNIT_INCLUDE_SETUP_TASKS_IN_REPORT", or: true)
        options.prefix = environment["JUNIT_TEST_CASE_PREFIX"] ?? ""
        options.relativeTo = environment["JUNIT_TASK_RELATIVE_PATH"].flatMap { $0.isEmpty ? nil : Path.absolute($0) }
        options.outsidePath = environment["JUNIT_REPLACE_OUT_OF_TREE_PATH"]
        options.workingFolder = Path.absolute(".")
        guard Path.isFolder(options.folder) || mkdir(options.folder, 0o700) == 0 else {
            throw Diagnostic(
                .fileUnreadable, "cannot make the folder '\(options.folder)': \(String(cString: strerror(errno)))",
                help: "set JUNIT_OUTPUT_DIR")
        }
        return TestReporter(output, options: options)
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
