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

    init(_ inventory: InventoryOptions, _ connection: ConnectionFlags) throws(Diagnostic) {
        environment = ProcessEnvironment.all
        configuration = try Configuration(environment: environment)
        inventoryOptions = inventory
        connectionFlags = connection
        vault = try VaultSetup(inventory.vault, configuration).decryption()
    }

    // MARK: - Settings

    /// The settings of the run; passwords are asked for here, before anything happens.
    func settings() throws(Diagnostic) -> RunSettings {
        var settings = RunSettings()
        settings.forks = connectionFlags.forks ?? configuration.number(["ANSIBLE_FORKS"], "defaults", "forks") ?? 5
        settings.limit = inventoryOptions.limit
        settings.checkMode = connectionFlags.check
        settings.showsDifferences =
            connectionFlags.diff || configuration.flag(["ANSIBLE_DIFF_ALWAYS"], "diff", "always") ?? false
        settings.verbosity = verbosity
        settings.extraVariables = try ExtraVariables.parse(inventoryOptions.extraVars, decrypt: vault)
        settings.connection = try connectionDefaults()
        settings.become = try becomeDefaults(sshPassword: settings.connection.password)
        settings.rolesPath = rolesPath
        settings.collectionsPath = collectionsPath
        settings.inventorySources = sources
        settings.configurationFile = configuration.file
        settings.gathering = configuration.text(["ANSIBLE_GATHERING"], "defaults", "gathering") ?? "implicit"
        settings.mergesHashes =
            configuration.text(["ANSIBLE_HASH_BEHAVIOUR"], "defaults", "hash_behaviour") == "merge"
        settings.injectsFacts =
            configuration.flag(["ANSIBLE_INJECT_FACT_VARS"], "defaults", "inject_facts_as_vars") ?? true
        settings.anyErrorsFatal =
            configuration.flag(["ANSIBLE_ANY_ERRORS_FATAL"], "defaults", "any_errors_fatal") ?? false
        settings.defaultStrategy = configuration.text(["ANSIBLE_STRATEGY"], "defaults", "strategy") ?? "linear"
        settings.forceHandlers =
            configuration.flag(["ANSIBLE_FORCE_HANDLERS"], "defaults", "force_handlers") ?? false
        settings.managedText =
            configuration.text(["ANSIBLE_MANAGED"], "defaults", "ansible_managed") ?? "Ansible managed"
        settings.debugsFailures =
            configuration.flag(["ANSIBLE_ENABLE_TASK_DEBUGGER"], "defaults", "enable_task_debugger") ?? false
        settings.flushCache = inventoryOptions.flushCache
        settings.factCache = factCaching.cache
        return settings
    }

    private var factCaching: FactCaching { FactCaching(configuration) }

    var verbosity: Int {
        max(inventoryOptions.verbose, configuration.number(["ANSIBLE_VERBOSITY"], "defaults", "verbosity") ?? 0)
    }

    var rolesPath: [String] {
        configuration.paths(["ANSIBLE_ROLES_PATH"], "defaults", "roles_path")
            ?? ["~/.ansible/roles", "/usr/share/ansible/roles", "/etc/ansible/roles"].map(Path.expanded)
    }

    var collectionsPath: [String] {
        configuration.paths(["ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_COLLECTIONS_PATHS"], "defaults", "collections_path")
            ?? ["~/.ansible/collections", "/usr/share/ansible/collections"].map(Path.expanded)
    }

    private var libraryPath: [String] {
        let configured = configuration.paths(["ANSIBLE_LIBRARY"], "defaults", "library")
        let named = connectionFlags.modulePath.flatMap { $0.split(separator: ":").map { Path.expanded(String($0)) } }
        return named
            + (configured ?? ["~/.ansible/plugins/modules", "/usr/share/ansible/plugins/modules"].map(Path.expanded))
    }

    private func connectionDefaults() throws(Diagnostic) -> ConnectionDefaults {
        let flags = connectionFlags
        var defaults = ConnectionDefaults()
        defaults.kind = flags.connection ?? configuration.text(["ANSIBLE_TRANSPORT"], "defaults", "transport") ?? "ssh"
        defaults.user = flags.user ?? configuration.text(["ANSIBLE_REMOTE_USER"], "defaults", "remote_user")
        defaults.port = configuration.number(["ANSIBLE_REMOTE_PORT"], "defaults", "remote_port")
        defaults.privateKeyFile =
            flags.privateKey.map(Path.expanded)
            ?? configuration.path(["ANSIBLE_PRIVATE_KEY_FILE"], "defaults", "private_key_file")
        defaults.timeout =
            flags.timeout
            ?? configuration.number(["ANSIBLE_TIMEOUT", "ANSIBLE_SSH_TIMEOUT"], "defaults", "timeout") ?? 10
        defaults.checksHostKeys =
            configuration.flag(
                ["ANSIBLE_HOST_KEY_CHECKING", "ANSIBLE_SSH_HOST_KEY_CHECKING"], "defaults", "host_key_checking") ?? true
        defaults.sshArguments = configuration.text(["ANSIBLE_SSH_ARGS"], "ssh_connection", "ssh_args")
        defaults.commonArguments =
            flags.sshCommonArgs
            ?? configuration.text(["ANSIBLE_SSH_COMMON_ARGS"], "ssh_connection", "ssh_common_args")
        defaults.extraArguments =
            flags.sshExtraArgs ?? configuration.text(["ANSIBLE_SSH_EXTRA_ARGS"], "ssh_connection", "ssh_extra_args")
        if let file = flags.connectionPasswordFile { defaults.password = try password(in: file) }
        if flags.askPass { defaults.password = try Prompt.secret("SSH password: ") }
        return defaults
    }

    private func becomeDefaults(sshPassword: String?) throws(Diagnostic) -> BecomeDefaults {
        let flags = connectionFlags
        func text(_ key: String) -> String? {
            configuration.text(["ANSIBLE_\(key.uppercased())"], "privilege_escalation", key)
        }
        var defaults = BecomeDefaults()
        defaults.enabled =
            flags.become || configuration.flag(["ANSIBLE_BECOME"], "privilege_escalation", "become") ?? false
        defaults.method = flags.becomeMethod ?? text("become_method") ?? "sudo"
        defaults.user = flags.becomeUser ?? text("become_user") ?? "root"
        defaults.executable = text("become_exe")
        defaults.flags = text("become_flags")
        if let file = flags.becomePasswordFile { defaults.password = try password(in: file) }
        let asks =
            flags.askBecomePass
            || configuration.flag(["ANSIBLE_BECOME_ASK_PASS"], "privilege_escalation", "become_ask_pass") ?? false
        guard asks else { return defaults }
        let hint = sshPassword == nil ? "" : "[defaults to SSH password]"
        let answer = try Prompt.secret("BECOME password\(hint): ")
        defaults.password = answer.isEmpty ? sshPassword ?? answer : answer
        return defaults
    }

    private func password(in file: String) throws(Diagnostic) -> String {
        let source = try SourceReader(decrypt: vault).read(Path.expanded(file))
        return String(decoding: source.bytes, as: UTF8.self).trimmed
    }

    // MARK: - Inventory

    var sources: [String] {
        if !inventoryOptions.inventory.isEmpty { return inventoryOptions.inventory }
        if let named = configuration.text(["ANSIBLE_INVENTORY"], "defaults", "inventory") {
            let base = environment["ANSIBLE_INVENTORY"] == nil ? configuration.file.map(Path.folder(of:)) : nil
            return named.split(separator: ",").map { source in
                let path = Path.expanded(String(source).trimmed)
                guard let base, !path.hasPrefix("/") else { return path }
                return Path.join(base, path)
            }
        }
        return Path.exists("/etc/ansible/hosts") ? ["/etc/ansible/hosts"] : []
    }

    func inventory() -> InventoryLoader.Loaded {
        InventoryLoader(vault: vault).load(sources)
    }

    /// A source that cannot be read is an error, under Ansible's names only where the configuration says so.
    func checkedInventory() throws(Diagnostic) -> InventoryLoader.Loaded {
        let loaded = inventory()
        let anyFails =
            configuration.flag(["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"], "inventory", "any_unparsed_is_failed")
            ?? (ProgramName.current == .drover)
        let allFail =
            configuration.flag(["ANSIBLE_INVENTORY_UNPARSED_FAILED"], "inventory", "unparsed_is_failed") ?? false
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
        let (sources, vault) = (sources, vault)
        return Run(
            settings: settings, inventory: loaded.inventory, loader: loader, environment: templateEnvironment,
            vault: vault,
            open: { options throws(Diagnostic) in
                let opened = try options.connection()
                for warning in opened.warnings { emit(.warning(Diagnostic(.ssh, warning, severity: .warning))) }
                return opened.connection
            },
            reloadInventory: { InventoryLoader(vault: vault).load(sources).inventory },
            ask: { prompt throws(Diagnostic) in try VariablePrompts.ask(prompt) }, emit: emit)
    }

    private var templateEnvironment: TemplateEnvironment {
        let isLenient =
            configuration.flag(["ANSIBLE_ALLOW_BROKEN_CONDITIONALS"], "defaults", "allow_broken_conditionals") ?? false
        return isLenient ? .lenient : .standard
    }

    func loaderSettings(_ settings: RunSettings) -> PlaybookLoader.Settings {
        PlaybookLoader.Settings(
            extraVariables: settings.extraVariables, rolesPath: settings.rolesPath,
            collectionsPath: settings.collectionsPath, libraryPath: libraryPath, decrypt: vault)
    }
}

/// The environment of the process.
enum ProcessEnvironment {
    static let all: [String: String] = {
        var all: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let sign = text.firstIndex(of: "=") {
                all[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            next += 1
        }
        return all
    }()
}

/// `vars_prompt` at the terminal.
enum VariablePrompts {
    static func ask(_ prompt: VariablePrompt) throws(Diagnostic) -> Value {
        if !prompt.isQuestion, !Prompt.isPossible { return prompt.fallback ?? .string("") }
        var hint = ""
        if let fallback = prompt.fallback, fallback != "", !prompt.isQuestion { hint = " [\(try fallback.text())]" }
        let ending = prompt.prompt.hasSuffix(" ") ? "" : ": "
        let answer = try Prompt.answer("\(prompt.prompt)\(hint)\(ending)", echoes: !prompt.isPrivate)
        if prompt.confirm {
            let again = try Prompt.answer("confirm \(prompt.prompt): ", echoes: !prompt.isPrivate)
            guard again == answer else {
                throw Diagnostic(.usage, "the two answers to '\(prompt.prompt)' differ", help: "run again")
            }
        }
        if answer.isEmpty, let fallback = prompt.fallback { return fallback }
        return .string(answer)
    }
}
