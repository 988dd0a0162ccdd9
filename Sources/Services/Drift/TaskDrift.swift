//! From a playbook's run in check mode to the tasks that would change something.

import Diagnostics
import Engine
import Modules
import Values

/// Collects the results of a run in check mode.
package struct TaskDrift {
    private var report = DriftReport()
    private var items: [String] = []
    /// The last failure of each host; whether it counts, the recap tells.
    private var failures: [String: String] = [:]
    private var unjudged: [String: Int] = [:]

    /// They change the run, not the host.
    private static let withinTheRun = ["add_host", "group_by"]

    package init() {}

    package mutating func take(_ event: RunEvent) {
        switch event {
        case .playStarted(let play):
            for host in play.hosts where !report.hosts.contains(host) { report.hosts.append(host) }
        case .taskStarted: items = []
        case .itemResult(let item):
            if item.status == .changed, let label = item.item, !item.isHidden {
                items.append("\(item.host) \(label)")
            }
        case .result(let result): take(result)
        case .finished(let statistics): finish(statistics)
        default: break
        }
    }

    private mutating func take(_ result: TaskReport) {
        let action = result.task.action.split(separator: ".").last.map(String.init) ?? ""
        switch result.status {
        case .changed where !result.task.isHandler && !Self.withinTheRun.contains(action):
            report.findings.append(finding(result))
        case .failed, .unreachable:
            let message = result.result["msg"]?.string ?? result.mistake?.message ?? "no reason given"
            let shown = result.isHidden ? "no_log hides why" : message
            failures[result.host] = "task '\(result.task.name)': \(shown)"
        case .skipped where result.result["msg"] == "Command would have run if not in check mode":
            unjudged[result.task.name, default: 0] += 1
        default: break
        }
    }

    private func finding(_ result: TaskReport) -> DriftFinding {
        let own = items.filter { $0.hasPrefix("\(result.host) ") }.map { $0.dropFirst(result.host.count + 1) }
        let shown = own.prefix(5).joined(separator: ", ") + (own.count > 5 ? ", …" : "")
        let path = result.task.path.map { " (\($0.split(separator: "/").suffix(2).joined(separator: "/")))" } ?? ""
        return DriftFinding(
            host: result.host, kind: .task, what: result.task.name + path,
            actual: own.isEmpty ? "would change" : "would change: \(shown)", expected: "no change",
            differences: result.isHidden ? [] : result.differences)
    }

    private mutating func finish(_ statistics: RunStatistics) {
        for (host, counts) in statistics.hosts.sorted(by: { $0.key < $1.key })
        where counts.failed > 0 || counts.unreachable > 0 {
            report.gaps.append(
                .init(
                    host: host, service: nil, reason: failures[host] ?? "a task failed",
                    isUnreachable: counts.unreachable > 0))
        }
        for (task, count) in unjudged.sorted(by: { $0.key < $1.key }) {
            let hosts = "\(count) \(count == 1 ? "host" : "hosts")"
            report.notes.append("task '\(task)' runs a command: what it would change nobody can tell (\(hosts))")
        }
        unjudged = [:]
    }

    package var found: DriftReport { report }
}
