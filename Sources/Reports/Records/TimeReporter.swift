//! How long a run and its tasks took, in the form of Ansible's callbacks `timer` and `profile_tasks`.

import Engine

/// Behind the recap: the slowest tasks, and the time of the whole run.
package struct TimeReporter: Reporter {
    private let output: Output
    private let showsTasks: Bool
    private let showsWhole: Bool
    private var record = RunRecord()

    package init(_ output: Output, showsTasks: Bool, showsWhole: Bool) {
        self.output = output
        self.showsTasks = showsTasks
        self.showsWhole = showsWhole
    }

    package mutating func report(_ event: RunEvent) {
        record.take(event)
        guard case .finished = event else { return }
        if showsTasks { output.write(tasks) }
        if showsWhole { output.write(whole) }
    }

    private var tasks: String {
        let all = record.plays.flatMap(\.tasks).map { ($0.header.name, $0.ended.seconds(since: $0.started)) }
        let lines = all.sorted { $0.1 > $1.1 }.prefix(20).map { name, seconds in
            let time = " \(Self.hundredths(seconds))s"
            return name + " " + String(repeating: "-", count: max(3, output.width - name.count - 1 - time.count)) + time
        }
        let line = String(repeating: "=", count: output.width)
        return ([line] + lines).joined(separator: "\n") + "\n"
    }

    private static func hundredths(_ seconds: Double) -> String {
        let count = Int((seconds * 100).rounded())
        return "\(count / 100).\(count % 100 < 10 ? "0" : "")\(count % 100)"
    }

    private var whole: String {
        let seconds = Int(record.ended.seconds(since: record.started))
        return
            "Playbook run took \(seconds / 86_400) days, \(seconds / 3600 % 24) hours, \(seconds / 60 % 60) minutes, "
            + "\(seconds % 60) seconds\n"
    }
}
