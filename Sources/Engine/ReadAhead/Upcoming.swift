//! What stands behind a task in its play, in the order in which it is written.

import Playbooks

/// Nodes that come next, and what comes behind them.
final class Upcoming: Sendable {
    let nodes: ArraySlice<PlayNode>
    let rest: Upcoming?

    init(_ nodes: ArraySlice<PlayNode>, then rest: Upcoming?) {
        self.nodes = nodes
        self.rest = rest
    }

    convenience init(_ nodes: [PlayNode], then rest: Upcoming?) { self.init(nodes[...], then: rest) }
}

/// Walks through the tasks that come if nothing fails: bodies of blocks, tasks of roles, nothing that is included.
struct UpcomingTasks: Sequence, IteratorProtocol {
    private var rest: Upcoming?
    /// Roles that will not run again.
    private let finished: Set<String>

    init(_ first: Upcoming?, without finished: Set<String>) {
        rest = first
        self.finished = finished
    }

    mutating func next() -> PlayTask? {
        while let current = rest {
            guard let node = current.nodes.first else {
                rest = current.rest
                continue
            }
            let behind = Upcoming(current.nodes.dropFirst(), then: current.rest)
            switch node {
            case .task(let task):
                rest = behind
                return task
            case .block(let block): rest = Upcoming(block.tasks, then: Upcoming(block.always, then: behind))
            case .role(let role):
                let runs = role.instance.allowsDuplicates || !finished.contains(role.instance.identity)
                rest = runs ? Upcoming(role.dependencies.map { .role($0) } + role.tasks, then: behind) : behind
            }
        }
        return nil
    }
}
