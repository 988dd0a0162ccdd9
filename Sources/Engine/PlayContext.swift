//! What all tasks of a play share.

import Diagnostics
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
    let depots = ImageDepots()
    let stillness = Stillness()
    let early: EarlyAnswers
    private let ask: @Sendable (VariablePrompt) throws(Diagnostic) -> Value

    init(
        settings: RunSettings, environment: TemplateEnvironment, vault: @escaping VaultDecryption,
        connections: ConnectionPool, ask: @escaping @Sendable (VariablePrompt) throws(Diagnostic) -> Value,
        emit: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.ask = ask
        self.settings = settings
        self.environment = environment
        self.vault = vault
        self.connections = connections
        self.emit = emit
        early = EarlyAnswers(stillness)
    }
}

extension RunContext {
    /// Asks the person, behind everything that has been reported so far.
    func answer(to prompt: VariablePrompt) async throws(Diagnostic) -> Value {
        await withCheckedContinuation { continuation in emit(.barrier { continuation.resume() }) }
        defer { stillness.end() }
        return try ask(prompt)
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
    /// All roles of the play, those that have been included with them, in the order of loading.
    var roles: [RoleInstance] = []
}

/// A snapshot that all hosts of one task look at.
struct TaskContext: Sendable {
    let run: RunContext
    let inventory: Inventory
    let states: [String: HostState]
    let play: PlayContext
    /// Variables of `vars_files` by host.
    let variableFiles: [String: [[String: TemplatedValue]]]
    /// Set where tasks are rendered before their time, so that nothing comes of it.
    var guess: GuessLimit?

    func state(of host: String) -> HostState { states[host] ?? HostState() }
}
