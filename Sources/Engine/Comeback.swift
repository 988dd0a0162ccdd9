//! Hosts that `meta: clear_host_errors` brings back, and how they get to where the play lost them.

import Playbooks

/// A host whose errors were cleared.
package enum Comeback: Sendable {
    /// It had failed: it takes part again from the next play on.
    case nextPlay
    /// It was unreachable: it goes on once the walk comes to where it was lost.
    case waiting
    /// It goes on.
    case back
}

/// A place in a play where a host can be lost.
package enum PlayPoint: Sendable, Equatable {
    /// Before the first task: while facts were gathered.
    case start
    case task(ObjectIdentifier)
    /// In the handlers that a task flushed.
    case flush(ObjectIdentifier)
    /// In the handlers at the end of a section.
    case end(section: Int)

    static func task(_ task: PlayTask) -> PlayPoint { .task(ObjectIdentifier(task)) }
    static func flush(_ task: PlayTask) -> PlayPoint { .flush(ObjectIdentifier(task)) }
}

/// Included tasks that lost hosts on the way.
struct LeftInclude {
    let nodes: [PlayNode]
    let hosts: [String]
}

extension PlayRunner {
    func isWaiting(_ host: String) -> Bool { run.state(of: host).comeback == .waiting }

    /// Hosts that act here, or may find their place here.
    func present(_ hosts: [String]) -> [String] {
        hosts.filter { run.state(of: $0).isActive || isWaiting($0) }
    }

    /// Failed hosts come back in the next play, unreachable ones after the tasks that the others have left.
    func clearErrors() {
        clearings += 1
        for host in context.batch + absent where !run.state(of: host).isInPlay {
            run.change(host) { state in
                state.comeback = state.isUnreachable ? .waiting : .nextPlay
                state.isFailed = false
                state.isUnreachable = false
            }
        }
    }

    /// The hosts that were lost here go on.
    func resume(_ hosts: [String], at point: PlayPoint) {
        for host in hosts where isWaiting(host) && run.state(of: host).lostAt == point {
            run.change(host) { state in
                state.comeback = .back
                state.lostAt = nil
            }
        }
    }

    /// Those that were lost among the handlers that a task flushes go on with the others.
    func resumeFlush(of task: PlayTask, _ place: Section) async throws(PlayEnd) {
        let point = PlayPoint.flush(task)
        let lost = place.hosts.filter { isWaiting($0) && run.state(of: $0).lostAt == point }
        guard !lost.isEmpty else { return }
        resume(lost, at: point)
        try await flushHandlers(lost, force: false, at: point)
    }

    /// Those that were lost inside of what the task included go on there, those that were lost with it behind it.
    func resume(behind task: PlayTask, _ place: Section) async throws(PlayEnd) {
        guard place.hosts.contains(where: isWaiting) else { return }
        for left in leftIncludes[ObjectIdentifier(task)] ?? [] {
            var inside = place
            inside.hosts = left.hosts.filter { place.hosts.contains($0) && isWaiting($0) }
            try await walk(left.nodes, inside)
        }
        resume(place.hosts, at: .task(task))
    }

    /// Walks through the play, and again as long as a host has come back that missed a part of it.
    func walkUntilNobodyWaits(
        _ hosts: [String], _ walk: (_ hosts: [String]) async throws(PlayEnd) -> Void
    ) async throws(PlayEnd) {
        var walking = hosts
        repeat {
            let waiting = walking.filter(isWaiting)
            resume(walking, at: .start)
            try await walk(walking)
            // Whose place did not turn up, because the tasks around it are not run again, has none in this play.
            for host in waiting where isWaiting(host) { run.change(host) { $0.comeback = .nextPlay } }
            walking = hosts.filter { isWaiting($0) || run.state(of: $0).isUnreachable }
        } while walking.contains(where: isWaiting)
    }
}
