//! What happens during a run, told to one reporter.

import Diagnostics
import Modules
import Playbooks
import Values

/// One event. Reporters turn these into text, JSON and the like; the engine never prints.
package enum RunEvent: Sendable {
    case playbookStarted(path: String)
    case playStarted(PlayHeader)
    case noHostsMatched
    case noHostsRemaining
    case taskStarted(TaskHeader)
    /// A host begins with a task.
    case hostStarted(String, TaskHeader)
    case result(TaskReport)
    case itemResult(TaskReport)
    case retry(TaskReport, left: Int)
    case included(file: String, hosts: [String], item: String?, task: TaskHeader? = nil)
    /// A host is going to run a handler.
    case notified(host: String, handler: String)
    /// A play asks for a variable.
    case prompted(VariablePrompt)
    case warning(Diagnostic)
    case message(String)
    /// Content on its way to a host; for people who watch.
    case transfer(TransferReport)
    /// Time has passed; for people who watch.
    case tick
    /// Told back once everything before it has been written: a question must not overtake what it is about.
    case barrier(@Sendable () -> Void)
    case finished(RunStatistics)
}

/// How far the content of a task has got.
package struct TransferReport: Sendable, Equatable {
    /// The host that it goes to.
    package let host: String
    package let bytes: Int
    /// nil where nobody knows beforehand.
    package let total: Int?

    package init(host: String, bytes: Int, total: Int?) {
        self.host = host
        self.bytes = bytes
        self.total = total
    }
}

/// A play, or one batch of it, as its heading shows it.
package struct PlayHeader: Sendable {
    package let name: String
    package let hosts: [String]
    package let pattern: String
    /// The same for all batches of one play.
    package let identity: Int
    /// `path:line`.
    package let path: String
    /// Runs in check mode, as far as that is known before any host is looked at.
    package let isChecked: Bool

    package init(
        name: String, hosts: [String], pattern: String = "", identity: Int = 0, path: String = "",
        isChecked: Bool = false
    ) {
        self.name = name
        self.hosts = hosts
        self.pattern = pattern
        self.identity = identity
        self.path = path
        self.isChecked = isChecked
    }
}

/// A task as its heading shows it.
package struct TaskHeader: Sendable {
    package let name: String
    package let isHandler: Bool
    /// `path:line`, nil for tasks that no file holds.
    package let path: String?
    package let action: String
    /// Hosts go on at their own speed, so that results of several tasks mix.
    package let isFree: Bool
    /// Runs in check mode.
    package var isChecked = false
    /// The same for all headings of one task.
    package var identity = 0
    /// Without the role's name in front of it.
    package var ownName = ""
    package var role: String?
    /// With its collection; nil where a host finds out which module it is.
    package var module: String?
    /// The kind of `with_…`.
    package var loopKind: String?
}

/// How a task ended on a host.
package enum TaskStatus: String, Sendable {
    case ok, changed, skipped, failed, unreachable
}

/// The outcome of a task, or of one item of its loop, on a host.
package struct TaskReport: Sendable {
    package let host: String
    package let task: TaskHeader
    package let status: TaskStatus
    package var result: OrderedMap
    package var differences: [Difference]
    /// The host that did it in its place.
    package let delegate: String?
    /// Its address, where that is not its name.
    package var delegateAddress: String?
    /// With which arguments a module was called on a host.
    package var invocation: Value?
    /// A failure that does not count (`ignore_errors`, `ignore_unreachable`).
    package let isIgnored: Bool
    /// The label of a loop's item.
    package let item: String?
    /// The author's mistake behind a failure, with its place.
    package let mistake: Diagnostic?
    /// What to do about an unreachable host.
    package let help: String?
    /// `no_log`: nothing of the result may be shown.
    package let isHidden: Bool
    /// Shown whole without `-v` too: what the task is there to say.
    package var isTalkative = false
}

extension TaskReport {
    /// The host and, in Ansible's form, the one that acted in its place: `web1 -> db1(10.0.0.5)`.
    package var actors: String {
        guard let delegate, delegate != host else { return host }
        return "\(host) -> \(delegate)" + (delegateAddress.map { "(\($0))" } ?? "")
    }
}

/// The numbers of the recap for one host.
package struct HostStatistics: Sendable, Equatable {
    package var ok = 0
    package var changed = 0
    package var unreachable = 0
    package var failed = 0
    package var skipped = 0
    package var rescued = 0
    package var ignored = 0

    package init() {}
}

/// The recap: hosts that took part, by name.
package struct RunStatistics: Sendable {
    package var hosts: [String: HostStatistics] = [:]
    /// `set_stats`.
    package var custom: OrderedMap = [:]

    package init() {}
}
