//! The whole run as one JSON document, in the form of Ansible's callback `json`.

import Diagnostics
import Engine
import Values

/// Says nothing until the run has ended; warnings go to standard error.
package struct DocumentReporter: Reporter {
    private let output: Output
    private let workingFolder: String
    private var record = RunRecord()
    private var identities = EventIdentities()

    package init(_ output: Output, workingFolder: String) {
        self.output = output
        self.workingFolder = workingFolder
    }

    package mutating func report(_ event: RunEvent) {
        record.take(event)
        switch event {
        case .warning(let diagnostic): output.writeError(diagnostic.rendered(isColoured: false))
        case .barrier(let pass): pass()
        case .finished: output.write(text + "\n")
        default: break
        }
    }

    private var text: String {
        var stats: OrderedMap = [:]
        for (host, numbers) in record.statistics.hosts {
            stats[.string(host)] = [
                "ok": .int(numbers.ok), "changed": .int(numbers.changed), "unreachable": .int(numbers.unreachable),
                "failures": .int(numbers.failed), "skipped": .int(numbers.skipped),
                "rescued": .int(numbers.rescued), "ignored": .int(numbers.ignored),
            ]
        }
        var custom = record.statistics.custom
        let global = custom.removeValue(forKey: "_run") ?? [:]
        let document: Value = [
            "plays": .list(record.plays.map(play)), "stats": .dict(stats), "custom_stats": .dict(custom),
            "global_custom_stats": global,
        ]
        return (try? document.json(indent: 4, sortKeys: true, ascii: false)) ?? "{}"
    }

    private func play(_ play: PlayRecord) -> Value {
        let fields = fields(play.name, play.identity, play.path, play.started, play.ended)
        return ["play": fields, "tasks": .list(play.tasks.map(task))]
    }

    private func task(_ task: TaskRecord) -> Value {
        var hosts: OrderedMap = [:]
        for result in task.results { hosts[.string(result.report.host)] = .dict(fields(result.report)) }
        let fields = fields(
            task.header.name, task.header.identity, task.header.path ?? "", task.started, task.ended)
        return ["task": fields, "hosts": .dict(hosts)]
    }

    private func fields(
        _ name: String, _ identity: Int, _ path: String, _ started: Instant, _ ended: Instant
    ) -> Value {
        [
            "name": .string(name), "id": .string(identities.uuid(identity)),
            "path": .string(path.hasPrefix("/") ? path : workingFolder + "/" + path),
            "duration": ["start": .string(started.text + "Z"), "end": .string(ended.text + "Z")],
        ]
    }

    private func fields(_ report: TaskReport) -> OrderedMap {
        guard !report.isHidden else {
            var fields = ResultText.visible(report, verbosity: 0)
            fields["action"] = .string(report.task.action)
            return fields
        }
        var fields = EventResult.value(report).dict ?? [:]
        fields["_ansible_no_log"] = false
        fields["action"] = .string(report.task.action)
        if report.status == .failed { fields["failed"] = true }
        if report.status == .skipped { fields["skipped"] = true }
        if !report.differences.isEmpty { fields["diff"] = .list(report.differences.map(EventResult.difference)) }
        return fields
    }
}
