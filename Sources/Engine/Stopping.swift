//! A run that is asked to stop: no further task begins, waits end, and what is left is known.

import Connections
import Diagnostics
import Playbooks
import Templates
import Values

/// Hosts for which a run ended before its time, at the same place.
package struct StopPoint: Sendable, Equatable {
    /// The task, or the play, that these hosts had not come through.
    package enum Place: Sendable, Equatable {
        /// `canStart`: whether `--start-at-task` finds it.
        case task(String, canStart: Bool)
        case handler(String)
        case play(String)
    }

    package internal(set) var place: Place
    package internal(set) var hosts: [String]

    package init(place: Place, hosts: [String]) {
        self.place = place
        self.hosts = hosts
    }
}

/// Tasks at work on hosts.
struct WorkUnderWay: Sendable {
    private var tasks: [(task: String, host: String)] = []

    mutating func begin(_ task: TaskHeader, on host: String) { tasks.append((Self.name(task), host)) }

    mutating func end(_ task: TaskHeader, on host: String) {
        let name = Self.name(task)
        if let index = tasks.firstIndex(where: { $0.task == name && $0.host == host }) { tasks.remove(at: index) }
    }

    private static func name(_ task: TaskHeader) -> String {
        "\(task.isHandler ? "HANDLER" : "TASK") [\(task.name)]"
    }

    /// `TASK [name] on a, b`; nil where nothing is at work.
    var text: String? {
        var names: [String] = []
        for task in tasks where !names.contains(task.task) { names.append(task.task) }
        let parts = names.map { name in
            "\(name) on \(tasks.filter { $0.task == name }.map(\.host).shortened)"
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension [String] {
    /// The first of them, and how many more there are.
    package var shortened: String {
        count <= 10 ? joined(separator: ", ") : "\(prefix(8).joined(separator: ", ")) and \(count - 8) more"
    }
}

extension RunContext {
    /// Why no further task may begin; nil as long as nobody has asked for that.
    var stop: String? { settings.stop() }

    /// Whether a question was left unanswered because the run is to stop.
    func isQuestionLeft(_ mistake: Diagnostic) -> Bool { mistake.code == .interrupted && stop != nil }

    /// Time passes, unless somebody asks the run to stop: then false.
    func wait(_ duration: Duration) async -> Bool {
        let end = ContinuousClock.now + duration
        while stop == nil, !Task.isCancelled {
            let left = end - .now
            guard left > .zero else { return true }
            try? await Task.sleep(for: min(left, .milliseconds(100)))
        }
        return false
    }
}

extension ActionOutcome {
    /// What was not waited for, or not done to its end.
    static func stopped(_ reason: String?) -> ActionOutcome {
        ActionOutcome(ConnectionFailure(.stopped, reason ?? "stopped"))
    }

    /// The same, cut short.
    func stopped(_ reason: String?) -> ActionOutcome {
        var outcome = self
        outcome.status = .failed
        outcome.result["failed"] = true
        outcome.result["stopped"] = .string(reason ?? "stopped")
        outcome.isStopped = true
        return outcome
    }
}

extension Run {
    /// What is at work on hosts; nil where nothing is.
    package var underWay: String? { work.text }

    /// Where hosts were when the run was stopped, each place once.
    package var stopPoints: [StopPoint] {
        var merged: [StopPoint] = []
        for point in stops {
            if let index = merged.firstIndex(where: { $0.place == point.place }) {
                merged[index].hosts += point.hosts
            } else {
                merged.append(point)
            }
        }
        return merged
    }

    func stop(_ hosts: [String], at place: StopPoint.Place) {
        let coming = hosts.filter { !state(of: $0).isStopped }
        guard !coming.isEmpty else { return }
        for host in coming { change(host) { $0.isStopped = true } }
        stops.append(StopPoint(place: place, hosts: coming))
    }
}

extension PlayRunner {
    /// Whether the run is to stop; then these hosts have come as far as to this task, and no further.
    func stops(_ hosts: [String], before task: PlayTask) -> Bool {
        guard run.context.stop != nil else { return false }
        run.stop(hosts, at: place(of: task))
        return true
    }

    private func place(of task: PlayTask) -> StopPoint.Place {
        let name = displayName(task)
        return task.isHandler ? .handler(name) : .task(name, canStart: task.name != nil)
    }

    /// The hosts that a task had no time for, or that it was cut short on.
    func noteStopped(_ outcomes: [TaskOutcome], of task: PlayTask, among hosts: [String]) {
        guard run.context.stop != nil else { return }
        let finished = Set(outcomes.filter { !$0.action.isStopped }.map(\.host))
        run.stop(hosts.filter { !finished.contains($0) }, at: place(of: task))
    }

    /// A run that starts anew meets the include, not what is in it.
    func liftStops(of hosts: [String], since count: Int, to task: PlayTask) {
        for index in run.stops.indices.dropFirst(count) where run.stops[index].hosts.allSatisfy(hosts.contains) {
            run.stops[index].place = place(of: task)
        }
    }

    /// Handlers that were notified and have not run.
    func noteAwaitedHandlers() {
        guard run.context.stop != nil else { return }
        for host in context.batch {
            let state = run.state(of: host)
            let names = state.notified.sorted()
            let due = handlers.filter { state.due.contains(ObjectIdentifier($0)) }.map(handlerName)
            for name in names + due where !name.isEmpty { run.awaitedHandlers[name, default: []].append(host) }
        }
    }
}
