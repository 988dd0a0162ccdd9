//! From flags and configuration to a run: what `run` and `exec` share.

import Connections
import Diagnostics
import Engine
import Glibc
import Inventories
import Playbooks
import Reports
import Templates
import Values
import Vaults
import YAML

/// The world as one command sees it.
struct Session {
    let environment: [String: String]
    let configuration: Configuration
    let inventoryOptions: InventoryOptions
    let connectionFlags: ConnectionFlags
    let vault: VaultDecryption
    let extraVariables: [String: TemplatedValue]
    private let inventorySettings: InventorySettings

    init(_ inventory: InventoryOptions, _ connection: ConnectionFlags) throws(Diagnostic) {
        environment = ProcessEnvironment.all
        configuration = try Configuration(environment: environment)
        inventoryOptions = inventory
        connectionFlags = connection
        vault = try VaultSetup(inventory.vault, configuration).decryption()
        extraVariables = try ExtraVariables.parse(inventory.extraVars, decrypt: vault)
        var inventorySettings = try configuration.inventorySettings(
            extraVariables: extraVariables, playbookFolder: inventory.playbookDir)
        if let cache = FactCaching(configuration).cache {
            // What cannot be read is told of when the run recalls it.
            inventorySettings.cachedFacts = { host in (try? cache.facts(of: host)) ?? nil }
        }
        self.inventorySettings = inventorySettings
    }

    /// `-v` begins with the configuration file that counts.
    func sayConfigurationFile(_ output: Output) {
        guard verbosity > 0, ProgramName.current != .drover else { return }
        let text = configuration.file.map { "Using \($0) as config file" } ?? "No config file found; using defaults"
        output.write(text + "\n")
    }

    // MARK: - Settings

    /// The settings of the run; passwords are asked for here, before anything happens.
    func settings() throws(Diagnostic) -> RunSettings {
        var settings = RunSettings()
        settings.forks = connectionFlags.login.forks ?? configuration.number(.forks) ?? 5
        settings.limit = inventoryOptions.limit
        settings.checkMode = connectionFlags.check
        settings.showsDifferences = connectionFlags.diff || configuration.flag(.diffAlways)
        settings.verbosity = verbosity
        settings.extraVariables = extraVariables
        settings.connection = try connectionDefaults()
        settings.become = try becomeDefaults(sshPassword: settings.connection.password)
        settings.rolesPath = configuration.paths(.rolesPath)
        settings.collectionsPath = configuration.paths(.collectionsPath)
        settings.inventorySources = sources
        settings.configurationFile = configuration.file
        settings.gathering = configuration.text(.gathering) ?? "implicit"
        settings.mergesHashes = configuration.text(.hashBehaviour) == "merge"
        settings.injectsFacts = configuration.flag(.injectFactsAsVars)
        settings.anyErrorsFatal = configuration.flag(.anyErrorsFatal)
        settings.defaultStrategy = configuration.text(.strategy) ?? "linear"
        settings.forceHandlers = configuration.flag(.forceHandlers)
        settings.managedText = configuration.text(.managedText) ?? "Ansible managed"
        settings.hidesResults = configuration.flag(.noLog)
        settings.taskTimeout = configuration.number(.taskTimeout) ?? 0
        settings.unknownHosts =
            configuration.text(.hostPatternMismatch).flatMap(RunSettings.UnknownHosts.init) ?? .warning
        settings.debugsFailures = configuration.flag(.enableTaskDebugger)
        settings.flushCache = inventoryOptions.flushCache
        settings.factCache = factCaching.cache
        settings.readsAhead = configuration.flag(.readAhead)
        return settings
    }

    private var factCaching: FactCaching { FactCaching(configuration) }

    /// Each `-v` counts on top of what the configuration says.
    var verbosity: Int { max(inventoryOptions.verbose, configuration.number(.verbosity) ?? 0) }

    private var libraryPath: [String] {
        let named = connectionFlags.modulePath.flatMap { $0.split(separator: ":").map { Path.expanded(String($0)) } }
        return named + configuration.paths(.modulePath)
    }

    private func connectionDefaults() throws(Diagnostic) -> ConnectionDefaults {
        let flags = connectionFlags.login
        var defaults = ConnectionDefaults()
        defaults.kind = flags.connection ?? configuration.text(.transport) ?? "ssh"
        defaults.user = flags.user ?? configuration.text(.remoteUser)
        defaults.port = configuration.number(.remotePort)
        defaults.privateKeyFile = flags.privateKey.map(Path.expanded) ?? configuration.path(.privateKeyFile)
        defaults.timeout = flags.timeout ?? configuration.number(.timeout) ?? 10
        defaults.retries = configuration.number(.sshRetries) ?? 0
        defaults.checksHostKeys = configuration.flag(.hostKeyChecking)
        defaults.sshArguments = configuration.written(.sshArgs)
        defaults.commonArguments = flags.sshCommonArgs ?? configuration.written(.sshCommonArgs)
        defaults.extraArguments = flags.sshExtraArgs ?? configuration.written(.sshExtraArgs)
        defaults.password = try password(
            asks: flags.askPass, "SSH password: ", file: flags.connectionPasswordFile, .connectionPasswordFile)
        if defaults.password == nil, flags.connectionPasswordFile == nil, configuration.flag(.askPass) {
            defaults.password = try Prompt.secret("SSH password: ")
        }
        return defaults
    }

    private func becomeDefaults(sshPassword: String?) throws(Diagnostic) -> BecomeDefaults {
        let flags = connectionFlags.login
        var defaults = BecomeDefaults()
        defaults.enabled = flags.become || configuration.flag(.become)
        defaults.method = flags.becomeMethod ?? configuration.text(.becomeMethod) ?? "sudo"
        defaults.user = flags.becomeUser ?? configuration.text(.becomeUser) ?? "root"
        defaults.executable = configuration.written(.becomeExecutable)
        defaults.flags = configuration.written(.becomeFlags)
        let hint = sshPassword == nil ? "" : "[defaults to SSH password]"
        defaults.password = try password(
            asks: flags.askBecomePass || flags.becomePasswordFile == nil && configuration.flag(.becomeAskPass),
            "BECOME password\(hint): ", file: flags.becomePasswordFile, .becomePasswordFile)
        if defaults.password?.isEmpty ?? false, let sshPassword { defaults.password = sshPassword }
        return defaults
    }

    /// A question is stronger than a file, a file of the command line stronger than one of the configuration.
    private func password(
        asks: Bool, _ question: String, file: String?, _ setting: Setting
    ) throws(Diagnostic) -> String? {
        if asks { return try Prompt.secret(question) }
        guard let file = file ?? configuration.path(setting) else { return nil }
        return try PasswordFile(path: file, vault: vault).password()
    }

    // MARK: - Inventory

    var sources: [String] {
        if !inventoryOptions.inventory.isEmpty { return inventoryOptions.inventory }
        if configuration.isSet(.inventory) { return configuration.inventorySources }
        return Path.exists("/etc/ansible/hosts") ? ["/etc/ansible/hosts"] : []
    }

    /// The folder whose variables count as those of playbooks where no playbook is run.
    var playbookFolder: String { inventoryOptions.playbookDir ?? configuration.path(.playbookDir) ?? "." }

    func inventory() -> InventoryLoader.Loaded { loader.load(sources) }

    private var loader: InventoryLoader { InventoryLoader(vault: vault, settings: inventorySettings) }

    /// A source that cannot be read is an error, under Ansible's names only where the configuration says so.
    func checkedInventory() throws(Diagnostic) -> InventoryLoader.Loaded {
        var loaded = inventory()
        if loaded.unparsed.count == sources.count, ProgramName.current != .drover,
            configuration.flag(.inventoryUnparsedWarning)
        {
            loaded.warnings.append(
                Diagnostic(
                    .usage, "No inventory was parsed, only implicit localhost is available", severity: .warning))
        }
        let anyFails =
            configuration.isSet(.inventoryAnyUnparsedIsFailed)
            ? configuration.flag(.inventoryAnyUnparsedIsFailed) : ProgramName.current == .drover
        let allFail = configuration.flag(.inventoryUnparsedIsFailed)
        let failed = anyFails ? !loaded.unparsed.isEmpty : allFail && loaded.unparsed.count == sources.count
        guard failed, let source = loaded.unparsed.first else { return loaded }
        throw Self.unparsed(source, loaded.warnings)
    }

    /// The first mistake with a place tells most; the others stand behind it.
    private static func unparsed(_ source: String, _ warnings: [Diagnostic]) -> Diagnostic {
        let summary = "no inventory was parsed from '\(source)', please check your configuration and options"
        guard var mistake = warnings.first(where: { $0.range != nil }) else {
            return Diagnostic(.usage, summary, notes: warnings.map { ConciseRenderer().render($0) })
        }
        mistake.severity = .error
        mistake.code = .inventorySyntax
        mistake.notes.append(summary)
        return mistake
    }

    // MARK: - Run

    /// A run with everything in place. Its events go to `emit`.
    @EngineActor
    func run(_ settings: RunSettings, emit: @escaping @Sendable (RunEvent) -> Void) throws(Diagnostic) -> Run {
        let loaded = try checkedInventory()
        for warning in configuration.warnings + factCaching.warnings + loaded.warnings { emit(.warning(warning)) }
        if let limit = settings.limit {
            try LimitCheck.check(limit, in: loaded.inventory)
        }
        let loader = PlaybookLoader(loaderSettings(settings))
        loader.playbookFolder = playbookFolder
        let (sources, inventoryLoader) = (sources, self.loader)
        return Run(
            settings: settings, inventory: loaded.inventory, loader: loader, environment: templateEnvironment,
            vault: vault,
            open: { options throws(Diagnostic) in
                let opened = try options.connection()
                for warning in opened.warnings { emit(.warning(Diagnostic(.ssh, warning, severity: .warning))) }
                return opened.connection
            },
            reloadInventory: { inventoryLoader.load(sources).inventory },
            ask: { prompt throws(Diagnostic) in try VariablePrompts.ask(prompt) }, emit: emit)
    }

    private var templateEnvironment: TemplateEnvironment {
        configuration.flag(.allowsBrokenConditionals) ? .lenient : .standard
    }

    func loaderSettings(_ settings: RunSettings) -> PlaybookLoader.Settings {
        PlaybookLoader.Settings(
            extraVariables: settings.extraVariables, rolesPath: settings.rolesPath,
            collectionsPath: settings.collectionsPath, libraryPath: libraryPath, decrypt: vault)
    }
}
