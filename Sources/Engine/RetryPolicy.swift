//! `until`, `retries` and `delay`.

import Diagnostics
import Playbooks
import Templates
import Values

struct RetryPolicy {
    private let conditions: [Condition]
    let retries: Int
    let delay: Duration

    /// nil where the task is not repeated.
    init?(task: PlayTask, scope: HostScope) throws(Diagnostic) {
        let until = task.frame.conditions[.until]
        guard until != nil || task.setting(.retries) != nil else { return nil }
        let reader = ConnectionReader(scope: scope, frame: task.frame, defaults: scope.context.run.settings)
        conditions = until ?? []
        retries = max(0, reader.number(try reader.keyword(.retries)) ?? 3)
        let seconds = try reader.keyword(.delay)?.double ?? 5
        delay = .milliseconds(Int(max(0, seconds) * 1000))
    }

    /// Without `until`, a task is repeated while it fails.
    func isSatisfied(_ outcome: ActionOutcome, in scope: HostScope) throws(Diagnostic) -> Bool {
        conditions.isEmpty ? outcome.status != .failed : try conditions.allHold(in: scope.renderScope)
    }
}
