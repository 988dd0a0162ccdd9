//! What ansible-runner and AWX read: an event in a file for everything that happens, around the text of another reporter.

import Diagnostics
import Engine
import Glibc
import Playbooks
import Values

/// The protocol of ansible-runner's callback `awx_display`.
package struct EventReporter: Reporter {
    package struct Options: Sendable {
        /// Numbers that every event has, such as `job_id`.
        package var marks: OrderedMap = [:]
        /// Relative paths of tasks are below it.
        package var workingFolder = ""
        /// Events tell nothing but that they were, or only those of failures do.
        package var omitsData = false
        package var tellsFailuresOnly = false
        /// Results whose text is longer are left out.
        package var longestResult = 700_000
        /// One module on hosts: no plays and no headings of tasks.
        package var isAdHoc = false

        package init() {}
    }

    private let folder: EventFolder
    private let output: Output
    private let options: Options
    private var text: any Reporter
    private var identities = EventIdentities()
    private var context = EventContext()
    private var started: [Key: Instant] = [:]
    private var isComplete = true

    private struct Key: Hashable {
        let host: String
        let task: Int
    }

    package init(_ folder: EventFolder, _ output: Output, around text: any Reporter, options: Options) {
        self.folder = folder
        self.output = output
        self.text = text
        self.options = options
    }

    package mutating func report(_ event: RunEvent) {
        switch event {
        case .playbookStarted(let path): playbook(path, event)
        case .playStarted(let header): play(header, event)
        case .taskStarted(let header): task(header, event)
        case .hostStarted(let host, let header):
            started[Key(host: host, task: header.identity)] = .now
            enter(header)
            tell("runner_on_start", ["host": .string(host)], event)
        case .result(let report): result(report)
        case .itemResult(let report): item(report)
        case .retry(let report, let left): retry(report, left: left)
        case .included(let file, _, _, let header):
            if let header { enter(header) }
            tell("playbook_on_include", ["included_file": .string(file)], event)
        case .notified(let host, let handler):
            tell("playbook_on_notify", ["host": .string(host), "handler": .string(handler)], event)
        case .prompted(let prompt): tell("playbook_on_vars_prompt", fields(prompt), event)
        case .noHostsMatched:
            if options.isAdHoc { text.report(event) } else { tell("playbook_on_no_hosts_matched", [:], event) }
        case .noHostsRemaining: tell("playbook_on_no_hosts_remaining", [:], event)
        case .warning(let diagnostic):
            let kind = diagnostic.severity == .error ? "error" : "warning"
            tell(kind, [kind: true], event)
        case .message: tell("verbose", [:], event)
        case .finished(let statistics):
            context.leavePlay()
            tell("playbook_on_stats", fields(statistics), event)
        case .transfer, .tick, .barrier: text.report(event)
        }
    }

    // MARK: - Playbook, play, task

    private mutating func playbook(_ path: String, _ event: RunEvent) {
        let uuid = EventIdentities.random()
        context.enter(playbook: options.isAdHoc ? "__adhoc_playbook__" : path, uuid)
        tell("playbook_on_start", [:], event, uuid: uuid, parent: .some(nil))
    }

    private mutating func play(_ header: PlayHeader, _ event: RunEvent) {
        guard !options.isAdHoc else { return text.report(event) }
        let uuid = identities.next(identities.uuid(header.identity))
        context.enter(play: header.name, pattern: header.pattern, uuid)
        tell(
            "playbook_on_play_start", ["name": .string(header.name), "pattern": .string(header.pattern)], event,
            uuid: uuid, parent: context.playbookUUID)
    }

    private mutating func task(_ header: TaskHeader, _ event: RunEvent) {
        guard !options.isAdHoc else { return text.report(event) }
        let own = identities.uuid(header.identity)
        let uuid = identities.next(own)
        enter(header)
        // One that comes again stands below its first time.
        let parent = uuid == own ? context.playUUID : own
        tell(
            "playbook_on_task_start",
            ["name": .string(header.name), "is_conditional": .bool(header.isHandler)], event, uuid: uuid,
            parent: .some(parent))
    }

    private mutating func enter(_ header: TaskHeader) {
        context.enter(header, identities.uuid(header.identity), folder: options.workingFolder)
    }

    // MARK: - Results

    private mutating func result(_ report: TaskReport) {
        enter(report.task)
        let report = differences(report)
        var fields: OrderedMap = ["host": .string(report.host), "remote_addr": .string(report.host)]
        let (start, end) = (
            started.removeValue(forKey: Key(host: report.host, task: report.task.identity)), Instant.now
        )
        if report.status != .skipped { fields["res"] = EventResult.value(report) }
        fields["start"] = .string((start ?? end).text + "+00:00")
        fields["end"] = .string(end.text + "+00:00")
        fields["duration"] = .float(end.seconds(since: start ?? end))
        if report.status == .failed { fields["ignore_errors"] = report.isIgnored ? true : Value.none }
        if report.status != .unreachable { fields["event_loop"] = Self.text(report.task.loopKind) }
        tell("runner_on_\(word(report.status))", fields, .result(report))
    }

    private mutating func item(_ report: TaskReport) {
        enter(report.task)
        let report = differences(report)
        let word = report.status == .unreachable ? "failed" : word(report.status)
        tell(
            "runner_item_on_\(word)", ["host": .string(report.host), "res": EventResult.value(report)],
            .itemResult(report))
    }

    private static func text(_ text: String?) -> Value { text.map { .string($0) } ?? .none }

    private func word(_ status: TaskStatus) -> String { status == .changed ? "ok" : status.rawValue }

    private mutating func retry(_ report: TaskReport, left: Int) {
        enter(report.task)
        var value = EventResult.value(report)
        if var result = value.dict, !report.isHidden {
            result.removeValue(forKey: "_ansible_no_log")
            result["retries"] = .int((report.result["attempts"]?.int ?? 0) + left)
            value = .dict(result)
        }
        tell("runner_retry", ["host": .string(report.host), "res": value], .retry(report, left: left))
    }

    /// Tells of differences by themselves; what is left to be told.
    private mutating func differences(_ report: TaskReport) -> TaskReport {
        guard !report.differences.isEmpty, !report.isHidden else { return report }
        var rest = report
        rest.differences = []
        let shown = report.differences.map { DifferenceText.render($0, isColoured: output.isColoured) + "\n" }.joined()
        tell(
            "runner_on_file_diff",
            ["host": .string(report.host), "diff": .list(report.differences.map(EventResult.difference))],
            .message(String(shown.dropLast())))
        return rest
    }

    // MARK: - Fields

    private func fields(_ prompt: VariablePrompt) -> OrderedMap {
        [
            "varname": .string(prompt.name), "private": .bool(prompt.isPrivate), "prompt": .string(prompt.prompt),
            "encrypt": Self.text(prompt.encrypt), "confirm": .bool(prompt.confirm),
            "salt_size": prompt.saltSize.map { .int($0) } ?? Value.none,
            // A salt, or what is suggested, may be as secret as the answer.
            "salt": Value.none, "default": prompt.isPrivate ? Value.none : prompt.fallback ?? Value.none,
            "unsafe": .bool(prompt.isUnsafe),
        ]
    }

    private func fields(_ statistics: RunStatistics) -> OrderedMap {
        let hosts = statistics.hosts.sorted { $0.key < $1.key }
        func numbers(_ number: (HostStatistics) -> Int) -> Value {
            var all: OrderedMap = [:]
            for (host, counted) in hosts where number(counted) > 0 { all[.string(host)] = .int(number(counted)) }
            return .dict(all)
        }
        return [
            "changed": numbers(\.changed), "dark": numbers(\.unreachable), "failures": numbers(\.failed),
            "ignored": numbers(\.ignored), "ok": numbers(\.ok), "processed": numbers { _ in 1 },
            "rescued": numbers(\.rescued), "skipped": numbers(\.skipped),
            "artifact_data": statistics.custom["_run"] ?? [:],
        ]
    }

    // MARK: - Writing

    /// Writes the event, then its text between two marks.
    private mutating func tell(
        _ kind: String, _ fields: OrderedMap, _ event: RunEvent, uuid: String? = nil, parent: String?? = nil
    ) {
        let uuid = uuid ?? EventIdentities.random()
        var all: OrderedMap = ["event": .string(kind)]
        all.merge(options.marks)
        all["pid"] = .int(Int(getpid()))
        all["uuid"] = .string(uuid)
        all["created"] = .string(Instant.now.text + "+00:00")
        if let parent = parent ?? context.parent { all["parent_uuid"] = .string(parent) }
        all["event_data"] = data(kind, fields, uuid)
        if !folder.write((try? Value.dict(all).json()) ?? "{}", uuid: uuid), isComplete {
            isComplete = false
            output.writeError("warning: events for ansible-runner could not be written\n")
        }
        output.write(EventFrame.opening(uuid))
        text.report(event)
        output.write(EventFrame.closing)
    }

    private func data(_ kind: String, _ fields: OrderedMap, _ uuid: String) -> Value {
        let isFailure = ["runner_on_failed", "runner_on_unreachable", "runner_item_on_failed"].contains(kind)
        guard !options.omitsData, !options.tellsFailuresOnly || isFailure else { return [:] }
        var all = context.fields
        all.merge(fields)
        all["uuid"] = .string(uuid)
        if let result = all["res"], let text = try? result.json(), text.utf8.count > options.longestResult {
            all["res"] = [:]
        }
        return .dict(all)
    }
}
