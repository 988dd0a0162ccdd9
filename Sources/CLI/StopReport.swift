//! What is said about a run that was stopped: what it waits for, where hosts are, how to go on.

import ArgumentParser
import Engine

/// Stops runs of playbooks and commands in order.
struct StopReport {
    let stop: Signals.Stop

    /// While work on hosts comes to its end.
    func waiting(for work: String?) -> String {
        guard let work else { return "\(stop.name): stopping." }
        return
            "\(stop.name): stopping; waiting for \(work). Another signal ends drover at once, and leaves running what "
            + "runs on hosts."
    }

    /// While work on hosts is ended.
    func ending(_ work: String?) -> String {
        guard let work else { return "\(stop.name): stopping." }
        return "\(stop.name): ending \(work). Another signal ends drover at once."
    }

    /// Behind the recap: what has not run where, and how to make up for it.
    func standing(_ points: [StopPoint], awaiting handlers: [String: [String]], others: Bool) -> String {
        guard !points.isEmpty || !handlers.isEmpty else { return "Stopped by \(stop.name) behind the last task." }
        var lines = ["Stopped by \(stop.name)."]
        for point in points {
            let place =
                switch point.place {
                case .task(let name, _): "TASK [\(name)]"
                case .handler(let name): "HANDLER [\(name)]"
                case .play(let name): "PLAY [\(name)]"
                }
            lines.append("  left: \(place) and what follows on \(point.hosts.shortened)")
        }
        for (name, hosts) in handlers.sorted(by: { $0.key < $1.key }) {
            lines.append("  notified, and left: HANDLER [\(name)] on \(hosts.shortened)")
        }
        return (lines + goingOn(points, others)).joined(separator: "\n")
    }

    /// One line for each place from which a run can start.
    private func goingOn(_ points: [StopPoint], _ others: Bool) -> [String] {
        let isLimited = others || points.count > 1
        return points.compactMap { point in
            let limit = "--limit \(point.hosts.joined(separator: ",").quotedForShell)"
            switch point.place {
            case .task(let name, canStart: true):
                let start = "--start-at-task \(name.quotedForShell)"
                return "To go on: the same command with \(start)\(isLimited ? " \(limit)" : "")"
            case .play where points.count > 1: return "To go on: the same command with \(limit)"
            case .task, .handler, .play: return nil
            }
        }
    }
}

extension String {
    fileprivate var quotedForShell: String {
        allSatisfy { $0.isLetter || $0.isNumber || "_-.,/".contains($0) }
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension Run {
    /// What a stopped run leaves; said once everything has come to its end.
    func standing(after stop: Signals.Stop) -> String {
        let stopped = Set(stopPoints.flatMap(\.hosts))
        return StopReport(stop: stop).standing(
            stopPoints, awaiting: awaitedHandlers, others: unsuccessfulHosts.contains { !stopped.contains($0) })
    }
}
