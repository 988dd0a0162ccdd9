//! What the command line and the configuration ask of a run.

import Connections
import Modules
import Playbooks
import Templates
import Values

/// Everything a run needs besides inventory and playbooks. Immutable once the run has begun.
package struct RunSettings: Sendable {
    package var forks = 5
    package var limit: String?
    package var tags = TagSelection()
    package var checkMode = false
    package var showsDifferences = false
    package var verbosity = 0
    package var forceHandlers = false
    package var flushCache = false
    package var startAtTask: String?
    /// Stop at tasks that failed, where `debugger` says nothing.
    package var debugsFailures = false
    /// `no_log` for all tasks that do not say otherwise.
    package var hidesResults = false
    /// Seconds for a task that says nothing itself; 0 for no limit.
    package var taskTimeout = 0
    /// What to make of a pattern that names nothing in the inventory.
    package var unknownHosts = UnknownHosts.warning
    /// Ask before each task.
    package var steps = false
    /// Ask hosts early what the next tasks want to know.
    package var readsAhead = true
    /// `-e`, the strongest variables.
    package var extraVariables: [String: TemplatedValue] = [:]
    package var connection = ConnectionDefaults()
    package var become = BecomeDefaults()
    package var rolesPath: [String] = []
    package var collectionsPath: [String] = []
    package var inventorySources: [String] = []
    package var configurationFile: String?
    /// `implicit`, `explicit` or `smart`.
    package var gathering = "implicit"
    /// Where facts are kept from run to run; nil keeps them in memory.
    package var factCache: FactCache?
    package var mergesHashes = false
    package var injectsFacts = true
    package var anyErrorsFatal = false
    package var maxFailPercentage: Double?
    /// Text of `ansible_managed` in templates.
    package var managedText = "Ansible managed"
    package var defaultStrategy = "linear"
    /// What versions are held to; nil where there is no `pins.yml`.
    package var pinning: Pinning?

    /// Why a step may not begin, where somebody has asked the run to end: later batches do not run, and hosts fail at a
    /// task, so that rescue sections put things in order.
    package var refusal: (@Sendable (RunStep) -> String?)?

    package enum UnknownHosts: String, Sendable { case error, ignore, warning }

    package init() {}
}

/// What a run is about to begin.
package enum RunStep: Sendable {
    /// These hosts of a play.
    case batch([String])
    /// The task of this name.
    case task(String)
}

/// How hosts are reached where neither variables nor keywords say otherwise.
package struct ConnectionDefaults: Sendable {
    package var kind = "ssh"
    package var user: String?
    package var port: Int?
    package var privateKeyFile: String?
    package var password: String?
    package var timeout = 10
    /// Further attempts where a host does not answer.
    package var retries = 0
    package var checksHostKeys = true
    package var sshArguments: String?
    package var commonArguments: String?
    package var extraArguments: String?

    package init() {}
}

/// How to become another user where neither variables nor keywords say otherwise.
package struct BecomeDefaults: Sendable {
    package var enabled = false
    package var method = "sudo"
    package var user = "root"
    package var password: String?
    package var executable: String?
    package var flags: String?

    package init() {}
}
