//! The settings that mean something here, in Ansible's names.

extension Setting {
    static let allowsBrokenConditionals = Setting(
        "ALLOW_BROKEN_CONDITIONALS", .flag, default: "false", ["ANSIBLE_ALLOW_BROKEN_CONDITIONALS"],
        ["defaults.allow_broken_conditionals"])
    static let anyErrorsFatal = Setting(
        "ANY_ERRORS_FATAL", .flag, default: "false", ["ANSIBLE_ANY_ERRORS_FATAL"], ["defaults.any_errors_fatal"])
    static let askPass = Setting(
        "DEFAULT_ASK_PASS", .flag, default: "false", ["ANSIBLE_ASK_PASS"], ["defaults.ask_pass"])
    static let askVaultPass = Setting(
        "DEFAULT_ASK_VAULT_PASS", .flag, default: "false", ["ANSIBLE_ASK_VAULT_PASS"], ["defaults.ask_vault_pass"])
    static let become = Setting(
        "DEFAULT_BECOME", .flag, default: "false", ["ANSIBLE_BECOME"], ["privilege_escalation.become"])
    static let becomeAskPass = Setting(
        "DEFAULT_BECOME_ASK_PASS", .flag, default: "false", ["ANSIBLE_BECOME_ASK_PASS"],
        ["privilege_escalation.become_ask_pass"])
    static let becomeExecutable = Setting(
        "DEFAULT_BECOME_EXE", .text, default: nil, ["ANSIBLE_BECOME_EXE"], ["privilege_escalation.become_exe"])
    static let becomeFlags = Setting(
        "DEFAULT_BECOME_FLAGS", .text, default: "", ["ANSIBLE_BECOME_FLAGS"], ["privilege_escalation.become_flags"])
    static let becomeMethod = Setting(
        "DEFAULT_BECOME_METHOD", .text, default: "sudo", ["ANSIBLE_BECOME_METHOD"],
        ["privilege_escalation.become_method"])
    static let becomePasswordFile = Setting(
        "BECOME_PASSWORD_FILE", .path, default: nil, ["ANSIBLE_BECOME_PASSWORD_FILE"], ["defaults.become_password_file"]
    )
    static let becomeUser = Setting(
        "DEFAULT_BECOME_USER", .text, default: "root", ["ANSIBLE_BECOME_USER"], ["privilege_escalation.become_user"])
    static let cachePlugin = Setting(
        "CACHE_PLUGIN", .text, default: "memory", ["ANSIBLE_CACHE_PLUGIN"], ["defaults.fact_caching"])
    static let cachePluginConnection = Setting(
        "CACHE_PLUGIN_CONNECTION", .path, default: nil, ["ANSIBLE_CACHE_PLUGIN_CONNECTION"],
        ["defaults.fact_caching_connection"])
    static let cachePluginPrefix = Setting(
        "CACHE_PLUGIN_PREFIX", .text, default: "ansible_facts", ["ANSIBLE_CACHE_PLUGIN_PREFIX"],
        ["defaults.fact_caching_prefix"])
    static let cachePluginTimeout = Setting(
        "CACHE_PLUGIN_TIMEOUT", .number, default: "86400", ["ANSIBLE_CACHE_PLUGIN_TIMEOUT"],
        ["defaults.fact_caching_timeout"])
    static let collectionsPath = Setting(
        "COLLECTIONS_PATHS", .searchPath, default: "~/.ansible/collections:/usr/share/ansible/collections",
        ["ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_COLLECTIONS_PATHS"], ["defaults.collections_path"])
    static let connectionPasswordFile = Setting(
        "CONNECTION_PASSWORD_FILE", .path, default: nil, ["ANSIBLE_CONNECTION_PASSWORD_FILE"],
        ["defaults.connection_password_file"])
    static let diffAlways = Setting("DIFF_ALWAYS", .flag, default: "false", ["ANSIBLE_DIFF_ALWAYS"], ["diff.always"])
    static let displayOkHosts = Setting(
        "default.display_ok_hosts", .flag, default: "true", ["ANSIBLE_DISPLAY_OK_HOSTS"], ["defaults.display_ok_hosts"])
    static let displaySkippedHosts = Setting(
        "DISPLAY_SKIPPED_HOSTS", .flag, default: "true", ["ANSIBLE_DISPLAY_SKIPPED_HOSTS", "DISPLAY_SKIPPED_HOSTS"],
        ["defaults.display_skipped_hosts"])
    static let editor = Setting("EDITOR", .text, default: "vi", ["ANSIBLE_EDITOR", "EDITOR"], ["defaults.editor"])
    static let enableTaskDebugger = Setting(
        "ENABLE_TASK_DEBUGGER", .flag, default: "false", ["ANSIBLE_ENABLE_TASK_DEBUGGER"],
        ["defaults.enable_task_debugger"])
    static let forceColor = Setting(
        "ANSIBLE_FORCE_COLOR", .flag, default: "false", ["ANSIBLE_FORCE_COLOR"], ["defaults.force_color"])
    static let forceHandlers = Setting(
        "DEFAULT_FORCE_HANDLERS", .flag, default: "false", ["ANSIBLE_FORCE_HANDLERS"], ["defaults.force_handlers"])
    static let forks = Setting("DEFAULT_FORKS", .number, default: "5", ["ANSIBLE_FORKS"], ["defaults.forks"])
    static let gathering = Setting(
        "DEFAULT_GATHERING", .text, default: "implicit", ["ANSIBLE_GATHERING"], ["defaults.gathering"],
        choices: ["explicit", "implicit", "smart"])
    static let logPath = Setting(
        "DEFAULT_LOG_PATH", .path, default: nil, ["ANSIBLE_LOG_PATH"], ["defaults.log_path"])
    static let noLog = Setting("DEFAULT_NO_LOG", .flag, default: "false", ["ANSIBLE_NO_LOG"], ["defaults.no_log"])
    static let hostPatternMismatch = Setting(
        "HOST_PATTERN_MISMATCH", .text, default: "warning", ["ANSIBLE_HOST_PATTERN_MISMATCH"],
        ["inventory.host_pattern_mismatch"], choices: ["error", "ignore", "warning"])
    static let readAhead = Setting(
        "DROVER_READ_AHEAD", .flag, default: "true", ["DROVER_READ_AHEAD"], ["drover.read_ahead"])
    static let taskTimeout = Setting(
        "TASK_TIMEOUT", .number, default: "0", ["ANSIBLE_TASK_TIMEOUT"], ["defaults.task_timeout"])
    static let sshRetries = Setting(
        "ssh.reconnection_retries", .number, default: "0", ["ANSIBLE_SSH_RETRIES"],
        ["connection.retries", "ssh_connection.retries"])
    static let hashBehaviour = Setting(
        "DEFAULT_HASH_BEHAVIOUR", .text, default: "replace", ["ANSIBLE_HASH_BEHAVIOUR"], ["defaults.hash_behaviour"],
        choices: ["merge", "replace"])
    static let home = Setting("ANSIBLE_HOME", .path, default: "~/.ansible", ["ANSIBLE_HOME"], ["defaults.home"])
    static let hostKeyChecking = Setting(
        "HOST_KEY_CHECKING", .flag, default: "true", ["ANSIBLE_HOST_KEY_CHECKING", "ANSIBLE_SSH_HOST_KEY_CHECKING"],
        ["defaults.host_key_checking", "ssh_connection.host_key_checking"])
    static let injectFactsAsVars = Setting(
        "INJECT_FACTS_AS_VARS", .flag, default: "true", ["ANSIBLE_INJECT_FACT_VARS"], ["defaults.inject_facts_as_vars"])
    static let inventory = Setting(
        "DEFAULT_HOST_LIST", .sources, default: "/etc/ansible/hosts", ["ANSIBLE_INVENTORY"], ["defaults.inventory"])
    static let inventoryAnyUnparsedIsFailed = Setting(
        "INVENTORY_ANY_UNPARSED_IS_FAILED", .flag, default: "false", ["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"],
        ["inventory.any_unparsed_is_failed"])
    static let inventoryEnabled = Setting(
        "INVENTORY_ENABLED", .list, default: "host_list, script, auto, yaml, ini, toml", ["ANSIBLE_INVENTORY_ENABLED"],
        ["inventory.enable_plugins"])
    static let inventoryExport = Setting(
        "INVENTORY_EXPORT", .flag, default: "false", ["ANSIBLE_INVENTORY_EXPORT"], ["inventory.export"])
    static let inventoryIgnoreExtensions = Setting(
        "INVENTORY_IGNORE_EXTS", .list,
        default: ".pyc, .pyo, .swp, .bak, ~, .rpm, .md, .txt, .rst, .orig, .cfg, .retry", ["ANSIBLE_INVENTORY_IGNORE"],
        ["defaults.inventory_ignore_extensions", "inventory.ignore_extensions"])
    static let inventoryIgnorePatterns = Setting(
        "INVENTORY_IGNORE_PATTERNS", .list, default: "", ["ANSIBLE_INVENTORY_IGNORE_REGEX"],
        ["defaults.inventory_ignore_patterns", "inventory.ignore_patterns"])
    static let groupNames = Setting(
        "TRANSFORM_INVALID_GROUP_CHARS", .text, default: "never", ["ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS"],
        ["defaults.force_valid_group_names"], choices: ["always", "ignore", "never", "silently"])
    static let inventoryScriptStderr = Setting(
        "INVENTORY_SCRIPT_STDERR", .flag, default: "true", ["ANSIBLE_INVENTORY_PLUGIN_SCRIPT_STDERR"],
        ["inventory_plugin_script.always_show_stderr"])
    static let inventoryUnparsedIsFailed = Setting(
        "INVENTORY_UNPARSED_IS_FAILED", .flag, default: "false", ["ANSIBLE_INVENTORY_UNPARSED_FAILED"],
        ["inventory.unparsed_is_failed"])
    static let inventoryUnparsedWarning = Setting(
        "INVENTORY_UNPARSED_WARNING", .flag, default: "true", ["ANSIBLE_INVENTORY_UNPARSED_WARNING"],
        ["inventory.inventory_unparsed_warning"])
    static let inventoryUseExtraVars = Setting(
        "INVENTORY_USE_EXTRA_VARS", .flag, default: "false", ["ANSIBLE_INVENTORY_USE_EXTRA_VARS"],
        ["inventory_plugins.use_extra_vars"])
    static let managedText = Setting(
        "DEFAULT_MANAGED_STR", .text, default: "Ansible managed", ["ANSIBLE_MANAGED"], ["defaults.ansible_managed"])
    static let moduleArguments = Setting(
        "DEFAULT_MODULE_ARGS", .text, default: nil, ["ANSIBLE_MODULE_ARGS"], ["defaults.module_args"])
    static let moduleName = Setting("DEFAULT_MODULE_NAME", .text, default: "command", [], ["defaults.module_name"])
    static let noColor = Setting(
        "ANSIBLE_NOCOLOR", .flag, default: "false", ["ANSIBLE_NOCOLOR", "NO_COLOR"], ["defaults.nocolor"])
    static let modulePath = Setting(
        "DEFAULT_MODULE_PATH", .searchPath, default: "~/.ansible/plugins/modules:/usr/share/ansible/plugins/modules",
        ["ANSIBLE_LIBRARY"], ["defaults.library"])
    static let playbookDir = Setting(
        "PLAYBOOK_DIR", .path, default: nil, ["ANSIBLE_PLAYBOOK_DIR"], ["defaults.playbook_dir"])
    static let precedence = Setting(
        "VARIABLE_PRECEDENCE", .list,
        default:
            "all_inventory, groups_inventory, all_plugins_inventory, all_plugins_play, groups_plugins_inventory, groups_plugins_play",
        ["ANSIBLE_PRECEDENCE"], ["defaults.precedence"])
    static let privateKeyFile = Setting(
        "DEFAULT_PRIVATE_KEY_FILE", .path, default: nil, ["ANSIBLE_PRIVATE_KEY_FILE"], ["defaults.private_key_file"])
    static let remotePort = Setting(
        "DEFAULT_REMOTE_PORT", .number, default: nil, ["ANSIBLE_REMOTE_PORT"], ["defaults.remote_port"])
    static let remoteUser = Setting(
        "DEFAULT_REMOTE_USER", .text, default: nil, ["ANSIBLE_REMOTE_USER"], ["defaults.remote_user"])
    static let retryFilesEnabled = Setting(
        "RETRY_FILES_ENABLED", .flag, default: "false", ["ANSIBLE_RETRY_FILES_ENABLED"],
        ["defaults.retry_files_enabled"])
    static let retryFilesSavePath = Setting(
        "RETRY_FILES_SAVE_PATH", .path, default: nil, ["ANSIBLE_RETRY_FILES_SAVE_PATH"],
        ["defaults.retry_files_save_path"])
    static let rolesPath = Setting(
        "DEFAULT_ROLES_PATH", .searchPath, default: "~/.ansible/roles:/usr/share/ansible/roles:/etc/ansible/roles",
        ["ANSIBLE_ROLES_PATH"], ["defaults.roles_path"])
    static let showCustomStats = Setting(
        "SHOW_CUSTOM_STATS", .flag, default: "false", ["ANSIBLE_SHOW_CUSTOM_STATS"], ["defaults.show_custom_stats"])
    static let sshArgs = Setting(
        "ssh.ssh_args", .text, default: "-C -o ControlMaster=auto -o ControlPersist=60s", ["ANSIBLE_SSH_ARGS"],
        ["ssh_connection.ssh_args"])
    static let sshCommonArgs = Setting(
        "ssh.ssh_common_args", .text, default: "", ["ANSIBLE_SSH_COMMON_ARGS"], ["ssh_connection.ssh_common_args"])
    static let sshExtraArgs = Setting(
        "ssh.ssh_extra_args", .text, default: "", ["ANSIBLE_SSH_EXTRA_ARGS"], ["ssh_connection.ssh_extra_args"])
    static let strategy = Setting(
        "DEFAULT_STRATEGY", .text, default: "linear", ["ANSIBLE_STRATEGY"], ["defaults.strategy"])
    static let tagsRun = Setting("TAGS_RUN", .list, default: "", ["ANSIBLE_RUN_TAGS"], ["tags.run"])
    static let tagsSkip = Setting("TAGS_SKIP", .list, default: "", ["ANSIBLE_SKIP_TAGS"], ["tags.skip"])
    static let timeout = Setting(
        "DEFAULT_TIMEOUT", .number, default: "10", ["ANSIBLE_TIMEOUT", "ANSIBLE_SSH_TIMEOUT"],
        ["defaults.timeout", "ssh_connection.timeout"])
    static let transport = Setting(
        "DEFAULT_TRANSPORT", .text, default: "ssh", ["ANSIBLE_TRANSPORT"], ["defaults.transport"])
    static let varsPluginsEnabled = Setting(
        "VARIABLE_PLUGINS_ENABLED", .list, default: "host_group_vars", ["ANSIBLE_VARS_ENABLED"],
        ["defaults.vars_plugins_enabled"])
    static let vaultEncryptIdentity = Setting(
        "DEFAULT_VAULT_ENCRYPT_IDENTITY", .text, default: nil, ["ANSIBLE_VAULT_ENCRYPT_IDENTITY"],
        ["defaults.vault_encrypt_identity"])
    static let vaultEncryptSalt = Setting(
        "VAULT_ENCRYPT_SALT", .text, default: nil, ["ANSIBLE_VAULT_ENCRYPT_SALT"], ["defaults.vault_encrypt_salt"])
    static let vaultIdMatch = Setting(
        "DEFAULT_VAULT_ID_MATCH", .flag, default: "false", ["ANSIBLE_VAULT_ID_MATCH"], ["defaults.vault_id_match"])
    static let vaultIdentity = Setting(
        "DEFAULT_VAULT_IDENTITY", .text, default: "default", ["ANSIBLE_VAULT_IDENTITY"], ["defaults.vault_identity"])
    static let vaultIdentityList = Setting(
        "DEFAULT_VAULT_IDENTITY_LIST", .list, default: "", ["ANSIBLE_VAULT_IDENTITY_LIST"],
        ["defaults.vault_identity_list"])
    static let vaultPasswordFile = Setting(
        "DEFAULT_VAULT_PASSWORD_FILE", .path, default: nil, ["ANSIBLE_VAULT_PASSWORD_FILE"],
        ["defaults.vault_password_file"])
    static let verbosity = Setting(
        "DEFAULT_VERBOSITY", .number, default: "0", ["ANSIBLE_VERBOSITY"], ["defaults.verbosity"])
    static let yamlExtensions = Setting(
        "YAML_FILENAME_EXTENSIONS", .list, default: ".yml, .yaml, .json", ["ANSIBLE_YAML_FILENAME_EXT"],
        ["defaults.yaml_valid_extensions"])

    /// All of them, in the order of their names.
    static let honoured: [Setting] = [
        allowsBrokenConditionals, forceColor, home, noColor, anyErrorsFatal, becomePasswordFile, cachePlugin,
        cachePluginConnection, cachePluginPrefix, cachePluginTimeout, collectionsPath, enableTaskDebugger,
        modulePath,
        connectionPasswordFile, askPass, askVaultPass, become, becomeAskPass, becomeExecutable, becomeFlags,
        becomeMethod, becomeUser, forceHandlers, forks, gathering, hashBehaviour, inventory, managedText,
        moduleArguments, moduleName, privateKeyFile, remotePort, remoteUser, rolesPath, strategy, timeout, transport,
        vaultEncryptIdentity, vaultIdentity, vaultIdentityList, vaultIdMatch, vaultPasswordFile, verbosity, diffAlways,
        displaySkippedHosts, editor, hostKeyChecking, injectFactsAsVars, inventoryAnyUnparsedIsFailed, inventoryEnabled,
        inventoryExport, inventoryIgnoreExtensions, inventoryIgnorePatterns, inventoryScriptStderr, groupNames,
        inventoryUnparsedIsFailed, inventoryUnparsedWarning, inventoryUseExtraVars, playbookDir, retryFilesEnabled,
        retryFilesSavePath, showCustomStats, tagsRun, tagsSkip, varsPluginsEnabled, precedence, vaultEncryptSalt,
        yamlExtensions, displayOkHosts, logPath, noLog, hostPatternMismatch,
        readAhead, taskTimeout, sshRetries, sshArgs, sshCommonArgs, sshExtraArgs,
    ].sorted { $0.name < $1.name }
}
