//! Whether anything in a run has happened since some moment: what was observed before is worth nothing afterwards.

import Synchronization

/// Counts what happens in a run: acts on any host, waiting, questions to a person, tasks that are not known to leave
/// alone what others observe.
///
/// It counts for all hosts together. Two names may mean one machine, machines share file systems and directories of
/// users, and a command on one may well act on another.
final class Stillness: Sendable {
    /// A moment at which nothing was going on.
    struct Moment: Equatable, Sendable {
        fileprivate let count: Int
    }

    private let count = Atomic<Int>(0)
    private let underWay = Atomic<Int>(0)

    /// Now; nil while something is going on.
    var now: Moment? {
        let count = count.load(ordering: .sequentiallyConsistent)
        return underWay.load(ordering: .sequentiallyConsistent) == 0 ? Moment(count: count) : nil
    }

    /// Whether nothing has begun since then.
    func lasts(since moment: Moment) -> Bool { count.load(ordering: .sequentiallyConsistent) == moment.count }

    /// Something has happened.
    func end() { count.add(1, ordering: .sequentiallyConsistent) }

    /// Something happens from now on, until `endDisturbance`.
    func beginDisturbance() {
        underWay.add(1, ordering: .sequentiallyConsistent)
        end()
    }

    func endDisturbance() {
        end()
        underWay.subtract(1, ordering: .sequentiallyConsistent)
    }

    /// Something happens as long as `body` runs.
    func disturbed<Result, Failure: Error>(
        by body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        beginDisturbance()
        defer { endDisturbance() }
        return try await body()
    }
}
