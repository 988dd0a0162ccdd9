//! What all tasks of a play share.

import Inventories
import Playbooks
import Templates
import YAML
import Values

/// Immutable facts about the run.
final class RunContext: Sendable {
    let settings: RunSettings
    let environment: TemplateEnvironment
    let vault: VaultDecryption
    let emit: @Sendable (RunEvent) -> Void
    let connections: ConnectionPool
    let jobs = BackgroundJobs()

    init(
        settings: RunSettings, environment: TemplateEnvironment, vault: @escaping VaultDecryption,
        connections: ConnectionPool, emit: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.settings = settings
        self.environment = environment
        self.vault = vault
        self.connections = connections
        self.emit = emit
    }
}

/// One play, or one batch of it, as tasks see it.
struct PlayContext: Sendable {
    let play: Play
    let name: String
    let prompts: [String: Value]
    /// Hosts of the whole play.
    let allHosts: [String]
    /// Hosts of this batch.
    var batch: [String]
    /// Roles whose variables the whole play sees, in order.
    var publicRoles: [RoleInstance]
}

/// A snapshot that all hosts of one task look at.
struct TaskContext: Sendable {
    let run: RunContext
    let inventory: Inventory
    let states: [String: HostState]
    let play: PlayContext
    /// Variables of `vars_files` by host.
    let variableFiles: [String: [[String: TemplatedValue]]]

    func state(of host: String) -> HostState { states[host] ?? HostState() }
}
