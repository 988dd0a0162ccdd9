//! One JSON object a line, for programs.

import Diagnostics
import Engine
import Values

/// Events as JSON lines on standard output; diagnostics too.
package struct JSONReporter: Reporter {
    private let output: Output

    package init(_ output: Output) {
        self.output = output
    }

    package mutating func report(_ event: RunEvent) {
        switch event {
        case .playbookStarted(let path): emit("playbook", ["path": .string(path)])
        case .playStarted(let play):
            emit("play", ["name": .string(play.name), "hosts": .list(play.hosts.map { .string($0) })])
        case .noHostsMatched: emit("no_hosts_matched", [:])
        case .noHostsRemaining: emit("no_hosts_remaining", [:])
        case .taskStarted(let task):
            emit(
                task.isHandler ? "handler" : "task",
                [
                    "name": .string(task.name), "action": .string(task.action),
                    "path": task.path.map { .string($0) } ?? .none,
                ])
        case .result(let report): emit("result", fields(report))
        case .itemResult(let report): emit("item", fields(report))
        case .retry(let report, let left):
            var all = fields(report)
            all["left"] = .int(left)
            emit("retry", all)
        case .included(let file, let hosts, let item, _):
            emit(
                "included",
                [
                    "file": .string(file), "hosts": .list(hosts.map { .string($0) }),
                    "item": item.map { .string($0) } ?? .none,
                ])
        case .warning(let diagnostic): emit("warning", ["message": .string(ConciseRenderer().render(diagnostic))])
        case .barrier(let pass): pass()
        case .transfer, .tick, .hostStarted, .notified, .prompted: break
        case .message(let text): emit("message", ["text": .string(text)])
        case .finished(let statistics): finish(statistics)
        }
    }

    private func fields(_ report: TaskReport) -> OrderedMap {
        var all: OrderedMap = [
            "host": .string(report.host), "status": .string(status(report)), "task": .string(report.task.name),
            "result": .dict(ResultText.visible(report, verbosity: 3)),
        ]
        if let item = report.item { all["item"] = .string(report.isHidden ? "(censored)" : item) }
        if report.isIgnored { all["ignored"] = true }
        if let delegate = report.delegate { all["delegate"] = .string(delegate) }
        if let mistake = report.shownMistake { all["diagnostic"] = .string(ConciseRenderer().render(mistake)) }
        if let help = report.help { all["help"] = .string(help) }
        if !report.isHidden, !report.differences.isEmpty {
            all["diff"] = .list(report.differences.map { .string(DifferenceText.render($0, isColoured: false)) })
        }
        return all
    }

    /// The words of Ansible's default output.
    private func status(_ report: TaskReport) -> String {
        switch report.status {
        case .ok, .changed: report.status.rawValue
        case .skipped: "skipping"
        case .failed: report.item == nil ? "fatal" : "failed"
        case .unreachable: "unreachable"
        }
    }

    private func finish(_ statistics: RunStatistics) {
        var hosts: OrderedMap = [:]
        for (name, numbers) in statistics.hosts.sorted(by: { $0.key < $1.key }) {
            hosts[name] = [
                "ok": .int(numbers.ok), "changed": .int(numbers.changed), "unreachable": .int(numbers.unreachable),
                "failed": .int(numbers.failed), "skipped": .int(numbers.skipped), "rescued": .int(numbers.rescued),
                "ignored": .int(numbers.ignored),
            ]
        }
        var fields: OrderedMap = ["hosts": .dict(hosts)]
        if !statistics.custom.isEmpty { fields["custom"] = .dict(statistics.custom) }
        emit("stats", fields)
    }

    private func emit(_ event: String, _ fields: OrderedMap) {
        var all: OrderedMap = ["event": .string(event)]
        all.merge(fields)
        let text = (try? Value.dict(all).json(ascii: false)) ?? "{}"
        output.write(text + "\n")
    }
}
