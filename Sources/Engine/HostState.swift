//! What a run knows about one host: a struct with one owner at a time.

import Modules
import Templates
import Values

/// Facts, variables and fate of a host.
package struct HostState: Sendable {
    /// `ansible_facts`, keys without the prefix.
    package var facts: OrderedMap = [:]
    /// Facts whose own names had no prefix; they are variables under that very name.
    package var plainFacts: Set<String> = []
    /// `set_fact` and registered results.
    package var variables: [String: Value] = [:]
    /// `include_vars`.
    package var included: [String: TemplatedValue] = [:]
    /// Failed and not rescued: takes no further part.
    package var isFailed = false
    package var isUnreachable = false
    /// Has come no further, because somebody has asked the run to stop.
    package var isStopped = false
    /// Left the play by `meta: end_host`.
    package var hasEnded = false
    /// Left the role by `meta: end_role`; the role's identity.
    package var endedRole: String?
    /// Roles that ran in this play.
    package var rolesRun: Set<String> = []
    /// What tasks have notified: names and topics.
    package var notified: Set<String> = []
    /// The handlers that these turned out to mean and that have not run yet, by identity.
    package var due: Set<ObjectIdentifier> = []
    package var hasGatheredFacts = false
    /// Where the play lost it, when it became unreachable.
    var lostAt: PlayPoint?
    /// What `meta: clear_host_errors` made of it in this play.
    var comeback: Comeback?
    /// What would be there if check mode had not left it out.
    package var foretold = Foretold()

    package var isActive: Bool {
        !isFailed && !isUnreachable && !isStopped && !hasEnded && (comeback == nil || comeback == .back)
    }

    package init() {}
}
