//! The look of Ansible's default output, which other tools parse, and a shorter one for people.

import Diagnostics
import Engine
import Modules
import Values

/// Plays, tasks and results as lines of text.
package struct TextReporter: Reporter {
    package struct Options: Sendable {
        /// 0 to 5, as `-v` counts.
        package var verbosity = 0
        /// Paths are shown as seen from the root.
        package var workingFolder = ""
        package var showsOK = true
        package var showsSkipped = true
        /// Headings appear with the first line below them, so a task about which there is nothing to say stays silent.
        package var delaysHeadings = false
        /// The task at work and how many hosts are done, on the last line of a terminal.
        package var showsProgress = false
        /// What `set_stats` collected, behind the recap.
        package var showsCustomStatistics = false
        /// Says of plays and tasks that they are in check mode.
        package var marksCheckMode = false
        /// The whole run is in check mode.
        package var isDryRun = false
        package var putsFailuresOnStandardError = false

        package init() {}
    }

    private let output: Output
    private let options: Options
    private var heading: String?
    /// The task of the last heading.
    private var headed: TaskHeader?
    private var shownMistakes: Set<String> = []
    private var progress: ProgressLine

    package init(_ output: Output, options: Options) {
        self.output = output
        self.options = options
        progress = ProgressLine(output, isShown: options.showsProgress)
    }

    package var watches: Bool { options.showsProgress }

    package mutating func report(_ event: RunEvent) {
        progress.clear()
        write(event)
        progress.follow(event)
    }

    private mutating func write(_ event: RunEvent) {
        switch event {
        case .playbookStarted(let path):
            markDryRun()
            if options.verbosity > 1 { line("\nPLAYBOOK: \(path) " + stars("PLAYBOOK: \(path)")) }
        case .playStarted(let play): banner("PLAY [\(play.name)]\(mark(play.isChecked))", isImmediate: true)
        case .noHostsMatched: line(paint("skipping: no hosts matched", .cyan))
        case .noHostsRemaining:
            banner("NO MORE HOSTS LEFT", isImmediate: true)
            // Ansible says so twice: where the limit is passed, and where the play ends.
            if !options.delaysHeadings { banner("NO MORE HOSTS LEFT", isImmediate: true) }
        case .taskStarted(let task): start(task)
        case .result(let report): result(report)
        case .itemResult(let report): itemResult(report)
        case .retry(let report, let left):
            headFreely(report.task)
            line(paint("FAILED - RETRYING: [\(report.host)]: \(report.task.name) (\(left) retries left).", .grey))
        case .included(let file, let hosts, let item, _):
            let label = item.map { " => (item=\($0))" } ?? ""
            line(paint("included: \(file) for \(hosts.joined(separator: ", "))\(label)", .cyan))
        case .warning(let diagnostic):
            output.writeError(diagnostic.rendered(isColoured: output.isColoured))
        case .message(let text): line(text)
        case .transfer, .tick, .hostStarted, .notified, .prompted: break
        case .barrier(let pass): pass()
        case .finished(let statistics): recap(statistics)
        }
    }

    // MARK: - Headings

    private func mark(_ isChecked: Bool) -> String { options.marksCheckMode && isChecked ? " [CHECK MODE]" : "" }

    private mutating func markDryRun() {
        if options.marksCheckMode, options.isDryRun { banner("DRY RUN", isImmediate: true) }
    }

    private mutating func start(_ task: TaskHeader) {
        guard !task.isFree else { return }
        head(task)
    }

    /// Where hosts run ahead of each other, a heading stands wherever the task changes.
    private mutating func headFreely(_ task: TaskHeader) {
        guard task.isFree, headed?.name != task.name || headed?.path != task.path else { return }
        head(task)
    }

    private mutating func head(_ task: TaskHeader) {
        headed = task
        let title = "\(task.isHandler ? "RUNNING HANDLER" : "TASK") [\(task.name)]\(mark(task.isChecked))"
        banner(title, isImmediate: !options.delaysHeadings)
        if options.verbosity > 1, let path = task.path {
            let start = path.hasPrefix("/") || options.workingFolder.isEmpty ? "" : options.workingFolder + "/"
            line(paint("task path: \(start)\(path)", .grey))
        }
    }

    private mutating func banner(_ title: String, isImmediate: Bool) {
        heading = "\n\(title) \(stars(title))\n"
        if isImmediate { showHeading() }
    }

    private mutating func showHeading() {
        guard let text = heading else { return }
        heading = nil
        output.write(text)
    }

    private func stars(_ title: String) -> String {
        String(repeating: "*", count: max(3, output.width - 1 - title.unicodeScalars.count))
    }

    private mutating func line(_ text: String) {
        showHeading()
        output.write(text + "\n")
    }

    /// A line about a failure.
    private mutating func complain(_ text: String) {
        guard options.putsFailuresOnStandardError else { return line(text) }
        showHeading()
        output.writeError(text + "\n")
    }

    private func paint(_ text: String, _ colour: Colour) -> String { colour.painted(text, output.isColoured) }

    // MARK: - Results

    private mutating func result(_ report: TaskReport) {
        if !isIncludeOnly(report) { headFreely(report.task) }
        differences(report)
        let isLoop = report.result["results"] != nil && report.item == nil
        switch report.status {
        case .ok, .changed:
            if isIncludeOnly(report) { return }
            guard report.status == .changed || options.showsOK || isTalkative(report) else { return }
            if isLoop, report.status == .ok, !options.showsOK { return }
            guard !isLoop || !hasShownItems(report) else { return }
            success(report, dump: isTalkative(report) || options.verbosity > 0 && !isOnlyFacts(report))
        case .skipped:
            guard options.showsSkipped else { return }
            let text = "skipping: [\(report.actors)]"
            line(paint(options.verbosity > 0 ? text + " => " + dumped(report) : text, .cyan))
        case .failed:
            if !isLoop || !hasShownItems(report) || report.mistake != nil {
                failure(report)
            } else {
                loopFailure(report)
            }
            if report.isIgnored { line(paint("...ignoring", .cyan)) }
        case .unreachable:
            complain(paint("fatal: [\(report.actors)]: UNREACHABLE! => \(dumped(report))", .brightRed))
            if let help = report.help { line(paint("help: \(help)", .cyan)) }
            if report.isIgnored { line(paint("...ignoring", .cyan)) }
        }
    }

    private func hasShownItems(_ report: TaskReport) -> Bool {
        !(report.result["results"]?.list ?? []).isEmpty
    }

    private func isIncludeOnly(_ report: TaskReport) -> Bool {
        report.result["include"] != nil && isInclude(report)
    }

    private func isInclude(_ report: TaskReport) -> Bool {
        let action = report.task.action.split(separator: ".").last.map(String.init) ?? ""
        return ["include_tasks", "include_role", "include"].contains(action)
    }

    private func isTalkative(_ report: TaskReport) -> Bool { report.isTalkative && !report.isHidden }

    /// Whom facts were gathered of is enough to know, however much is to be told.
    private func isOnlyFacts(_ report: TaskReport) -> Bool {
        ["setup", "gather_facts"].contains(report.task.action.split(separator: ".").last)
    }

    private mutating func success(_ report: TaskReport, dump: Bool) {
        let colour: Colour = report.status == .changed ? .yellow : .green
        let text = "\(report.status.rawValue): [\(report.actors)]"
        line(paint(dump ? text + " => " + dumped(report) : text, colour))
    }

    private mutating func failure(_ report: TaskReport) {
        complain(paint("fatal: [\(report.actors)]: FAILED! => \(dumped(report))", .red))
        explain(report)
        if let help = report.help { line(paint("help: \(help)", .cyan)) }
    }

    private mutating func loopFailure(_ report: TaskReport) {
        guard options.verbosity > 0 else { return }
        complain(paint("fatal: [\(report.actors)]: FAILED! => \(dumped(report))", .red))
    }

    private mutating func itemResult(_ report: TaskReport) {
        headFreely(report.task)
        differences(report)
        if isInclude(report), report.status != .failed, report.status != .skipped { return }
        let item = "(item=\(report.isHidden ? "(censored due to no_log)" : report.item ?? ""))"
        switch report.status {
        case .ok, .changed:
            guard report.status == .changed || options.showsOK || isTalkative(report) else { return }
            let colour: Colour = report.status == .changed ? .yellow : .green
            let text = "\(report.status.rawValue): [\(report.actors)] => \(item)"
            let dumps = isTalkative(report) || options.verbosity > 0 && !isOnlyFacts(report)
            line(paint(dumps ? text + " => " + dumped(report) : text, colour))
        case .skipped:
            guard options.showsSkipped else { return }
            let text = "skipping: [\(report.actors)] => \(item) "
            line(paint(options.verbosity > 0 ? text + " => " + dumped(report) : text, .cyan))
        case .failed:
            complain(paint("failed: [\(report.actors)] \(item) => \(dumped(report))", .red))
            explain(report)
        case .unreachable: complain(paint("failed: [\(report.actors)] \(item) => \(dumped(report))", .red))
        }
    }

    /// Shows an author's mistake, once for all the hosts and items that met it.
    private mutating func explain(_ report: TaskReport) {
        guard let mistake = report.shownMistake else { return }
        let text = mistake.rendered(isColoured: output.isColoured)
        if shownMistakes.insert(text).inserted { output.writeError(text) }
    }

    private func dumped(_ report: TaskReport) -> String {
        // What an author's mistake kept from running has nothing to say itself.
        let isPretty = isTalkative(report) && report.mistake == nil || options.verbosity > 2
        return ResultText.dump(report, isPretty: isPretty, verbosity: options.verbosity)
    }

    private mutating func differences(_ report: TaskReport) {
        guard !report.isHidden else { return }
        for difference in report.differences {
            line(DifferenceText.render(difference, isColoured: output.isColoured))
        }
    }

    // MARK: - Recap

    private mutating func recap(_ statistics: RunStatistics) {
        heading = nil
        output.write("\nPLAY RECAP \(stars("PLAY RECAP"))\n")
        for (host, numbers) in statistics.hosts.sorted(by: { $0.key < $1.key }) {
            output.write(RecapText.line(host, numbers, isColoured: output.isColoured) + "\n")
        }
        output.write("\n")
        tellCustomStatistics(statistics)
        markDryRun()
    }

    private func tellCustomStatistics(_ statistics: RunStatistics) {
        guard options.showsCustomStatistics, !statistics.custom.isEmpty else { return }
        output.write("CUSTOM STATS: \(stars("CUSTOM STATS:"))\n")
        for (key, value) in statistics.custom {
            let owner = key.string == "_run" ? "RUN" : key.string ?? ""
            output.write("\t\(owner): \(ResultText.json(value))\n")
        }
        output.write("\n")
    }
}

extension Diagnostic {
    /// The whole message with its snippet.
    package func rendered(isColoured: Bool) -> String {
        FullRenderer(colours: isColoured).render(self) + "\n"
    }
}
