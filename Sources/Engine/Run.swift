//! One run: playbooks over an inventory, from the first play to the recap.

import Connections
import Diagnostics
import Inventories
import Playbooks
import Templates
import Values
import YAML

/// Runs playbooks. One object per run.
@EngineActor
package final class Run {
    let context: RunContext
    let loader: PlaybookLoader
    var inventory: Inventory
    var states: [String: HostState] = [:]
    var statistics = RunStatistics()
    /// Reads the inventory anew, for `meta: refresh_inventory`.
    let reloadInventory: @Sendable () throws(Diagnostic) -> Inventory
    /// What `add_host` or `group_by` did.
    typealias InventoryChange = (inout Inventory) throws(Diagnostic) -> Bool
    var inventoryChanges: [InventoryChange] = []
    var startAtTask: String?
    var steps: Bool
    /// Hosts whose cached facts have been looked for.
    var recalled: Set<String> = []
    var work = WorkUnderWay()
    /// In the order in which hosts were stopped.
    var stops: [StopPoint] = []
    /// Handlers that were notified and did not run, because the run was stopped.
    package internal(set) var awaitedHandlers: [String: [String]] = [:]

    package init(
        settings: RunSettings, inventory: Inventory, loader: sending PlaybookLoader,
        environment: TemplateEnvironment, vault: @escaping VaultDecryption,
        open: @escaping @Sendable (ConnectionOptions) throws(Diagnostic) -> any Connection,
        reloadInventory: @escaping @Sendable () throws(Diagnostic) -> Inventory,
        ask: @escaping @Sendable (VariablePrompt) throws(Diagnostic) -> Value,
        emit: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.context = RunContext(
            settings: settings, environment: environment, vault: vault, connections: ConnectionPool(open),
            ask: ask, emit: emit)
        self.loader = loader
        self.inventory = inventory
        self.reloadInventory = reloadInventory
        self.startAtTask = settings.startAtTask
        self.steps = settings.steps
    }

    /// Runs the playbooks in order and returns the exit code. All of them are loaded before the first connection.
    package func run(_ paths: [String]) async throws(Diagnostic) -> Int32 {
        var playbooks: [Playbook] = []
        for path in paths { playbooks.append(try loader.read(path)) }
        if let mistake = loader.missingModulesMistake() { throw mistake }
        return try await run(playbooks)
    }

    /// Runs a playbook that no file holds, as if it stood at `path`, and returns the exit code.
    package func run(text: String, at path: String) async throws(Diagnostic) -> Int32 {
        try await run([loader.load(text: text, at: path)])
    }

    private func run(_ playbooks: [Playbook]) async throws(Diagnostic) -> Int32 {
        for warning in loader.warnings { context.emit(.warning(warning)) }
        let mistake = await mistake(in: playbooks)
        await context.jobs.waitForAll()
        // A task of its own: a cancelled one could not wait for anything.
        await Task {
            await context.depots.removeAll()
            await context.connections.closeAll()
        }.value
        if let mistake { throw mistake }
        return exitCode
    }

    /// Hosts that failed, could not be reached, or were stopped, sorted.
    package var unsuccessfulHosts: [String] {
        states.filter { !$0.value.isInPlay || $0.value.isStopped }.keys.sorted()
    }

    /// Ansible's exit code: 4 where hosts are unreachable, else 2 where some are out because they failed.
    private var exitCode: Int32 {
        if states.values.contains(where: \.isUnreachable) { return 4 }
        return states.values.contains(where: \.isFailed) ? 2 : 0
    }

    /// The mistake that stopped the run, if one did.
    private func mistake(in playbooks: [Playbook]) async -> Diagnostic? {
        do throws(Diagnostic) {
            recallFacts(of: inventory.hostNames)
            for playbook in playbooks {
                context.emit(.playbookStarted(path: playbook.path))
                loader.mainFolder = Path.folder(of: playbook.path)
                let goesOn = try await run(playbook)
                // Each file ends with what has been counted so far.
                context.emit(.finished(statistics))
                guard goesOn else { break }
            }
            return nil
        } catch {
            return error
        }
    }

    /// False where no later play may run.
    private func run(_ playbook: Playbook) async throws(Diagnostic) -> Bool {
        for play in playbook.plays {
            readVariables(beside: play)
            loader.playbookFolder = play.folder
            let runner = PlayRunner(run: self, play: play)
            guard try await runner.run() else { return false }
        }
        return true
    }

    /// `group_vars` and `host_vars` beside the playbook; read once for each folder.
    func readVariables(beside play: Play) {
        for warning in inventory.loadVariables(besidePlaybook: play.folder, vault: context.vault) {
            context.emit(.warning(warning))
        }
    }

    /// A snapshot for the tasks that start now.
    func snapshot(_ play: PlayContext, variableFiles: [String: [[String: TemplatedValue]]]) -> TaskContext {
        TaskContext(run: context, inventory: inventory, states: states, play: play, variableFiles: variableFiles)
    }

    func state(of host: String) -> HostState { states[host] ?? HostState() }

    func change(_ host: String, _ body: (inout HostState) -> Void) {
        body(&states[host, default: HostState()])
    }

    func count(_ host: String, _ body: (inout HostStatistics) -> Void) {
        body(&statistics.hosts[host, default: HostStatistics()])
    }
}

extension Run {
    /// Runs one module on the hosts of a pattern and returns the exit code.
    package func runAdHoc(
        pattern: String, module: String, arguments: String, keywords: [Keyword: Value] = [:]
    ) async throws(Diagnostic) -> Int32 {
        let play = try loader.adHocPlay(pattern: pattern, module: module, arguments: arguments, keywords: keywords)
        let playbook = Playbook(path: "<command line>", plays: [play], warnings: [])
        return try await run([playbook])
    }
}
