//! Settings of Ansible that change nothing here: those that drover does not need, and those that it lacks.

extension Setting {
    /// What they are about is always so, or does not exist without Python: nobody misses anything.
    static let needless: [Setting] = [
        Setting("ACTION_WARNINGS", .flag, default: "true", ["ANSIBLE_ACTION_WARNINGS"], ["defaults.action_warnings"]),
        Setting(
            "AGNOSTIC_BECOME_PROMPT", .flag, default: "true", ["ANSIBLE_AGNOSTIC_BECOME_PROMPT"],
            ["privilege_escalation.agnostic_become_prompt"]),
        Setting(
            "ANSIBLE_COW_ACCEPTLIST", .list,
            default:
                "bud-frogs, bunny, cheese, daemon, default, dragon, elephant-in-snake, elephant, eyes, hellokitty, kitty, luke-koala, meow, milk, moofasa, moose, ren, sheep, small, stegosaurus, stimpy, supermilker, three-eyes, turkey, turtle, tux, udder, vader-koala, vader, www",
            ["ANSIBLE_COW_ACCEPTLIST"], ["defaults.cowsay_enabled_stencils"]),
        Setting("ANSIBLE_COW_PATH", .text, default: nil, ["ANSIBLE_COW_PATH"], ["defaults.cowpath"]),
        Setting(
            "ANSIBLE_COW_SELECTION", .text, default: "default", ["ANSIBLE_COW_SELECTION"], ["defaults.cow_selection"]),
        Setting("ANSIBLE_NOCOWS", .flag, default: "false", ["ANSIBLE_NOCOWS"], ["defaults.nocows"]),
        Setting(
            "ANSIBLE_PIPELINING", .flag, default: "false", ["ANSIBLE_PIPELINING", "ANSIBLE_SSH_PIPELINING"],
            ["defaults.pipelining", "connection.pipelining", "ssh_connection.pipelining"]),
        Setting(
            "COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH", .text, default: "warning",
            ["ANSIBLE_COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH"], ["defaults.collections_on_ansible_version_mismatch"],
            choices: ["error", "ignore", "warning"]),
        Setting(
            "COLLECTIONS_SCAN_SYS_PATH", .flag, default: "true", ["ANSIBLE_COLLECTIONS_SCAN_SYS_PATH"],
            ["defaults.collections_scan_sys_path"]),
        Setting("DEFAULT_EXECUTABLE", .text, default: "/bin/sh", ["ANSIBLE_EXECUTABLE"], ["defaults.executable"]),
        Setting("DEFAULT_INTERNAL_POLL_INTERVAL", .decimal, default: "0.001", [], ["defaults.internal_poll_interval"]),
        Setting("DEFAULT_JINJA2_NATIVE", .flag, default: "true", ["ANSIBLE_JINJA2_NATIVE"], ["defaults.jinja2_native"]),
        Setting(
            "DEFAULT_KEEP_REMOTE_FILES", .flag, default: "false", ["ANSIBLE_KEEP_REMOTE_FILES"],
            ["defaults.keep_remote_files"]),
        Setting("DEFAULT_LOCAL_TMP", .path, default: "~/.ansible/tmp", ["ANSIBLE_LOCAL_TEMP"], ["defaults.local_tmp"]),
        Setting("DEFAULT_MODULE_COMPRESSION", .text, default: "ZIP_DEFLATED", [], ["defaults.module_compression"]),
        Setting(
            "DEFAULT_NO_TARGET_SYSLOG", .flag, default: "false", ["ANSIBLE_NO_TARGET_SYSLOG"],
            ["defaults.no_target_syslog"]),
        Setting(
            "DEFAULT_SELINUX_SPECIAL_FS", .list, default: "fuse, nfs, vboxsf, ramfs, 9p, vfat",
            ["ANSIBLE_SELINUX_SPECIAL_FS"], ["selinux.special_context_filesystems"]),
        Setting(
            "DEFAULT_SYSLOG_FACILITY", .text, default: "LOG_USER", ["ANSIBLE_SYSLOG_FACILITY"],
            ["defaults.syslog_facility"]),
        Setting(
            "DEPRECATION_WARNINGS", .flag, default: "true", ["ANSIBLE_DEPRECATION_WARNINGS"],
            ["defaults.deprecation_warnings"]),
        Setting("DEVEL_WARNING", .flag, default: "true", ["ANSIBLE_DEVEL_WARNING"], ["defaults.devel_warning"]),
        Setting(
            "DISPLAY_TRACEBACK", .list, default: "never", ["ANSIBLE_DISPLAY_TRACEBACK"], ["defaults.display_traceback"]),
        Setting(
            "DOCSITE_ROOT_URL", .text, default: "https://docs.ansible.com/ansible-core/", [],
            ["defaults.docsite_root_url"]),
        Setting(
            "GALAXY_CACHE_DIR", .path, default: "~/.ansible/galaxy_cache", ["ANSIBLE_GALAXY_CACHE_DIR"],
            ["galaxy.cache_dir"]),
        Setting(
            "GALAXY_COLLECTIONS_PATH_WARNING", .flag, default: "true", ["ANSIBLE_GALAXY_COLLECTIONS_PATH_WARNING"],
            ["galaxy.collections_path_warning"]),
        Setting(
            "GALAXY_COLLECTION_IMPORT_POLL_FACTOR", .decimal, default: "1.5",
            ["ANSIBLE_GALAXY_COLLECTION_IMPORT_POLL_FACTOR"], []),
        Setting(
            "GALAXY_COLLECTION_IMPORT_POLL_INTERVAL", .decimal, default: "2.0",
            ["ANSIBLE_GALAXY_COLLECTION_IMPORT_POLL_INTERVAL"], []),
        Setting(
            "GALAXY_COLLECTION_SKELETON", .path, default: nil, ["ANSIBLE_GALAXY_COLLECTION_SKELETON"],
            ["galaxy.collection_skeleton"]),
        Setting(
            "GALAXY_COLLECTION_SKELETON_IGNORE", .list, default: "^.git$, ^.*/.git_keep$",
            ["ANSIBLE_GALAXY_COLLECTION_SKELETON_IGNORE"], ["galaxy.collection_skeleton_ignore"]),
        Setting(
            "GALAXY_DISABLE_GPG_VERIFY", .flag, default: "false", ["ANSIBLE_GALAXY_DISABLE_GPG_VERIFY"],
            ["galaxy.disable_gpg_verify"]),
        Setting(
            "GALAXY_DISPLAY_PROGRESS", .flag, default: nil, ["ANSIBLE_GALAXY_DISPLAY_PROGRESS"],
            ["galaxy.display_progress"]),
        Setting("GALAXY_GPG_KEYRING", .path, default: nil, ["ANSIBLE_GALAXY_GPG_KEYRING"], ["galaxy.gpg_keyring"]),
        Setting("GALAXY_IGNORE_CERTS", .flag, default: nil, ["ANSIBLE_GALAXY_IGNORE"], ["galaxy.ignore_certs"]),
        Setting(
            "GALAXY_IGNORE_INVALID_SIGNATURE_STATUS_CODES", .list, default: nil,
            ["ANSIBLE_GALAXY_IGNORE_SIGNATURE_STATUS_CODES"], ["galaxy.ignore_signature_status_codes"]),
        Setting(
            "GALAXY_REQUIRED_VALID_SIGNATURE_COUNT", .text, default: "1",
            ["ANSIBLE_GALAXY_REQUIRED_VALID_SIGNATURE_COUNT"], ["galaxy.required_valid_signature_count"]),
        Setting(
            "GALAXY_ROLE_SKELETON", .path, default: nil, ["ANSIBLE_GALAXY_ROLE_SKELETON"], ["galaxy.role_skeleton"]),
        Setting(
            "GALAXY_ROLE_SKELETON_IGNORE", .list, default: "^.git$, ^.*/.git_keep$",
            ["ANSIBLE_GALAXY_ROLE_SKELETON_IGNORE"], ["galaxy.role_skeleton_ignore"]),
        Setting(
            "GALAXY_SERVER", .text, default: "https://galaxy.ansible.com", ["ANSIBLE_GALAXY_SERVER"], ["galaxy.server"]),
        Setting("GALAXY_SERVER_LIST", .list, default: nil, ["ANSIBLE_GALAXY_SERVER_LIST"], ["galaxy.server_list"]),
        Setting(
            "GALAXY_SERVER_TIMEOUT", .number, default: "60", ["ANSIBLE_GALAXY_SERVER_TIMEOUT"],
            ["galaxy.server_timeout"]),
        Setting(
            "GALAXY_TOKEN_PATH", .path, default: "~/.ansible/galaxy_token", ["ANSIBLE_GALAXY_TOKEN_PATH"],
            ["galaxy.token_path"]),
        Setting(
            "INTERPRETER_PYTHON", .text, default: "auto", ["ANSIBLE_PYTHON_INTERPRETER"],
            ["defaults.interpreter_python"]),
        Setting(
            "INTERPRETER_PYTHON_FALLBACK", .list,
            default: "python3.13, python3.12, python3.11, python3.10, python3.9, python3.8, /usr/bin/python3, python3",
            [], []),
        Setting(
            "LOCALHOST_WARNING", .flag, default: "true", ["ANSIBLE_LOCALHOST_WARNING"], ["defaults.localhost_warning"]),
        Setting(
            "MODULE_IGNORE_EXTS", .list, default: "['.yaml', '.yml', '.ini'] }}", ["ANSIBLE_MODULE_IGNORE_EXTS"],
            ["defaults.module_ignore_exts"]),
        Setting(
            "MODULE_STRICT_UTF8_RESPONSE", .flag, default: "true", ["ANSIBLE_MODULE_STRICT_UTF8_RESPONSE"],
            ["defaults.module_strict_utf8_response"]),
        Setting(
            "NETCONF_SSH_CONFIG", .text, default: nil, ["ANSIBLE_NETCONF_SSH_CONFIG"], ["netconf_connection.ssh_config"]
        ),
        Setting(
            "OLD_PLUGIN_CACHE_CLEARING", .flag, default: "false", ["ANSIBLE_OLD_PLUGIN_CACHE_CLEAR"],
            ["defaults.old_plugin_cache_clear"]),
        Setting("PAGER", .text, default: "less", ["ANSIBLE_PAGER", "PAGER"], ["defaults.pager"]),
        Setting(
            "PARAMIKO_HOST_KEY_AUTO_ADD", .flag, default: "false", ["ANSIBLE_PARAMIKO_HOST_KEY_AUTO_ADD"],
            ["paramiko_connection.host_key_auto_add"]),
        Setting(
            "PARAMIKO_LOOK_FOR_KEYS", .flag, default: "true", ["ANSIBLE_PARAMIKO_LOOK_FOR_KEYS"],
            ["paramiko_connection.look_for_keys"]),
        Setting(
            "PERSISTENT_COMMAND_TIMEOUT", .number, default: "30", ["ANSIBLE_PERSISTENT_COMMAND_TIMEOUT"],
            ["persistent_connection.command_timeout"]),
        Setting(
            "PERSISTENT_CONNECT_RETRY_TIMEOUT", .number, default: "15", ["ANSIBLE_PERSISTENT_CONNECT_RETRY_TIMEOUT"],
            ["persistent_connection.connect_retry_timeout"]),
        Setting(
            "PERSISTENT_CONNECT_TIMEOUT", .number, default: "30", ["ANSIBLE_PERSISTENT_CONNECT_TIMEOUT"],
            ["persistent_connection.connect_timeout"]),
        Setting(
            "PERSISTENT_CONTROL_PATH_DIR", .path, default: "~/.ansible/pc", ["ANSIBLE_PERSISTENT_CONTROL_PATH_DIR"],
            ["persistent_connection.control_path_dir"]),
        Setting(
            "PYTHON_MODULE_RLIMIT_NOFILE", .text, default: "0", ["ANSIBLE_PYTHON_MODULE_RLIMIT_NOFILE"],
            ["defaults.python_module_rlimit_nofile"]),
        Setting(
            "SSH_AGENT_EXECUTABLE", .text, default: "ssh-agent", ["ANSIBLE_SSH_AGENT_EXECUTABLE"],
            ["connection.ssh_agent_executable"]),
        Setting("SYSTEM_WARNINGS", .flag, default: "true", ["ANSIBLE_SYSTEM_WARNINGS"], ["defaults.system_warnings"]),
        Setting(
            "USE_PERSISTENT_CONNECTIONS", .flag, default: "false", ["ANSIBLE_USE_PERSISTENT_CONNECTIONS"],
            ["defaults.use_persistent_connections"]),
        Setting(
            "VALIDATE_ACTION_GROUP_METADATA", .flag, default: "true", ["ANSIBLE_VALIDATE_ACTION_GROUP_METADATA"],
            ["defaults.validate_action_group_metadata"]),
        Setting(
            "WIN_ASYNC_STARTUP_TIMEOUT", .number, default: "5", ["ANSIBLE_WIN_ASYNC_STARTUP_TIMEOUT"],
            ["defaults.win_async_startup_timeout"]),
        Setting("WORKER_SHUTDOWN_POLL_COUNT", .number, default: "0", ["ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT"], []),
        Setting("WORKER_SHUTDOWN_POLL_DELAY", .decimal, default: "0.1", ["ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY"], []),
        Setting("sh.admin_users", .list, default: "root, toor", ["ANSIBLE_ADMIN_USERS"], ["defaults.admin_users"]),
        Setting("sh.async_dir", .text, default: "~/.ansible_async", ["ANSIBLE_ASYNC_DIR"], ["defaults.async_dir"]),
        Setting(
            "sh.common_remote_group", .text, default: nil, ["ANSIBLE_COMMON_REMOTE_GROUP"],
            ["defaults.common_remote_group"]),
        Setting(
            "sh.remote_tmp", .text, default: "~/.ansible/tmp", ["ANSIBLE_REMOTE_TEMP", "ANSIBLE_REMOTE_TMP"],
            ["defaults.remote_tmp"]),
        Setting(
            "sh.system_tmpdirs", .list, default: "/var/tmp, /tmp", ["ANSIBLE_SYSTEM_TMPDIRS"],
            ["defaults.system_tmpdirs"]),
        Setting(
            "sh.world_readable_temp", .flag, default: "false", ["ANSIBLE_SHELL_ALLOW_WORLD_READABLE_TEMP"],
            ["defaults.allow_world_readable_tmpfiles"]),
        Setting("ssh.control_path", .text, default: nil, ["ANSIBLE_SSH_CONTROL_PATH"], ["ssh_connection.control_path"]),
        Setting(
            "ssh.control_path_dir", .text, default: "~/.ansible/cp", ["ANSIBLE_SSH_CONTROL_PATH_DIR"],
            ["ssh_connection.control_path_dir"]),
        Setting(
            "ssh.password_mechanism", .text, default: "ssh_askpass", ["ANSIBLE_SSH_PASSWORD_MECHANISM"],
            ["ssh_connection.password_mechanism"], choices: ["ssh_askpass", "sshpass", "disable"]),
        Setting(
            "ssh.scp_executable", .text, default: "scp", ["ANSIBLE_SCP_EXECUTABLE"], ["ssh_connection.scp_executable"]),
        Setting(
            "ssh.scp_extra_args", .text, default: "", ["ANSIBLE_SCP_EXTRA_ARGS"], ["ssh_connection.scp_extra_args"]),
        // Gone from ansible-core, and still in the configuration that Molecule writes.
        Setting("ssh.scp_if_ssh", .text, default: "smart", ["ANSIBLE_SCP_IF_SSH"], ["ssh_connection.scp_if_ssh"]),
        Setting(
            "ssh.sftp_batch_mode", .flag, default: "true", ["ANSIBLE_SFTP_BATCH_MODE"],
            ["ssh_connection.sftp_batch_mode"]),
        Setting(
            "ssh.sftp_executable", .text, default: "sftp", ["ANSIBLE_SFTP_EXECUTABLE"],
            ["ssh_connection.sftp_executable"]),
        Setting(
            "ssh.sftp_extra_args", .text, default: "", ["ANSIBLE_SFTP_EXTRA_ARGS"], ["ssh_connection.sftp_extra_args"]),
        Setting(
            "ssh.ssh_executable", .text, default: "ssh", ["ANSIBLE_SSH_EXECUTABLE"], ["ssh_connection.ssh_executable"]),
        Setting(
            "ssh.ssh_transfer_method", .text, default: "smart", ["ANSIBLE_SSH_TRANSFER_METHOD"],
            ["ssh_connection.transfer_method"], choices: ["piped", "scp", "sftp", "smart"]),
        Setting(
            "ssh.sshpass_prompt", .text, default: "", ["ANSIBLE_SSHPASS_PROMPT"], ["ssh_connection.sshpass_prompt"]),
        Setting("ssh.use_tty", .flag, default: "true", ["ANSIBLE_SSH_USETTY"], ["ssh_connection.usetty"]),
        Setting(
            "su.prompt_l10n", .list, default: "", ["ANSIBLE_SU_PROMPT_L10N"], ["su_become_plugin.localized_prompts"]),
    ]

    /// Whoever sets one of these is told that it has no effect.
    static let lacking: [Setting] = [
        Setting(
            "ALLOW_EMBEDDED_TEMPLATES", .flag, default: "true", ["ANSIBLE_ALLOW_EMBEDDED_TEMPLATES"],
            ["defaults.allow_embedded_templates"]),
        Setting(
            "ANSIBLE_CONNECTION_PATH", .path, default: nil, ["ANSIBLE_CONNECTION_PATH"],
            ["persistent_connection.ansible_connection_path"]),
        Setting(
            "BECOME_ALLOW_SAME_USER", .flag, default: "false", ["ANSIBLE_BECOME_ALLOW_SAME_USER"],
            ["privilege_escalation.become_allow_same_user"]),
        Setting(
            "BECOME_PLUGIN_PATH", .searchPath, default: "~/.ansible/plugins/become:/usr/share/ansible/plugins/become",
            ["ANSIBLE_BECOME_PLUGINS"], ["defaults.become_plugins"]),
        Setting("COLOR_CHANGED", .text, default: "yellow", ["ANSIBLE_COLOR_CHANGED"], ["colors.changed"]),
        Setting(
            "COLOR_CONSOLE_PROMPT", .text, default: "white", ["ANSIBLE_COLOR_CONSOLE_PROMPT"], ["colors.console_prompt"]
        ),
        Setting("COLOR_DEBUG", .text, default: "dark gray", ["ANSIBLE_COLOR_DEBUG"], ["colors.debug"]),
        Setting("COLOR_DEPRECATE", .text, default: "purple", ["ANSIBLE_COLOR_DEPRECATE"], ["colors.deprecate"]),
        Setting("COLOR_DIFF_ADD", .text, default: "green", ["ANSIBLE_COLOR_DIFF_ADD"], ["colors.diff_add"]),
        Setting("COLOR_DIFF_LINES", .text, default: "cyan", ["ANSIBLE_COLOR_DIFF_LINES"], ["colors.diff_lines"]),
        Setting("COLOR_DIFF_REMOVE", .text, default: "red", ["ANSIBLE_COLOR_DIFF_REMOVE"], ["colors.diff_remove"]),
        Setting(
            "COLOR_DOC_CONSTANT", .text, default: "dark gray", ["ANSIBLE_COLOR_DOC_CONSTANT"], ["colors.doc_constant"]),
        Setting(
            "COLOR_DOC_DEPRECATED", .text, default: "magenta", ["ANSIBLE_COLOR_DOC_DEPRECATED"],
            ["colors.doc_deprecated"]),
        Setting("COLOR_DOC_LINK", .text, default: "cyan", ["ANSIBLE_COLOR_DOC_LINK"], ["colors.doc_link"]),
        Setting("COLOR_DOC_MODULE", .text, default: "yellow", ["ANSIBLE_COLOR_DOC_MODULE"], ["colors.doc_module"]),
        Setting("COLOR_DOC_PLUGIN", .text, default: "yellow", ["ANSIBLE_COLOR_DOC_PLUGIN"], ["colors.doc_plugin"]),
        Setting(
            "COLOR_DOC_REFERENCE", .text, default: "magenta", ["ANSIBLE_COLOR_DOC_REFERENCE"], ["colors.doc_reference"]),
        Setting("COLOR_ERROR", .text, default: "red", ["ANSIBLE_COLOR_ERROR"], ["colors.error"]),
        Setting("COLOR_HIGHLIGHT", .text, default: "white", ["ANSIBLE_COLOR_HIGHLIGHT"], ["colors.highlight"]),
        Setting("COLOR_INCLUDED", .text, default: "cyan", ["ANSIBLE_COLOR_INCLUDED"], ["colors.included"]),
        Setting("COLOR_OK", .text, default: "green", ["ANSIBLE_COLOR_OK"], ["colors.ok"]),
        Setting("COLOR_SKIP", .text, default: "cyan", ["ANSIBLE_COLOR_SKIP"], ["colors.skip"]),
        Setting(
            "COLOR_UNREACHABLE", .text, default: "bright red", ["ANSIBLE_COLOR_UNREACHABLE"], ["colors.unreachable"]),
        Setting("COLOR_VERBOSE", .text, default: "blue", ["ANSIBLE_COLOR_VERBOSE"], ["colors.verbose"]),
        Setting("COLOR_WARN", .text, default: "bright purple", ["ANSIBLE_COLOR_WARN"], ["colors.warn"]),
        Setting("CONNECTION_FACTS_MODULES", .text, default: nil, [], []),
        Setting(
            "DEFAULT_ACTION_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/action:/usr/share/ansible/plugins/action", ["ANSIBLE_ACTION_PLUGINS"],
            ["defaults.action_plugins"]),
        Setting("DEFAULT_ALLOW_UNSAFE_LOOKUPS", .flag, default: "false", [], ["defaults.allow_unsafe_lookups"]),
        Setting(
            "DEFAULT_CACHE_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/cache:/usr/share/ansible/plugins/cache", ["ANSIBLE_CACHE_PLUGINS"],
            ["defaults.cache_plugins"]),
        Setting(
            "DEFAULT_CALLBACK_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/callback:/usr/share/ansible/plugins/callback", ["ANSIBLE_CALLBACK_PLUGINS"],
            ["defaults.callback_plugins"]),
        Setting(
            "DEFAULT_CLICONF_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/cliconf:/usr/share/ansible/plugins/cliconf", ["ANSIBLE_CLICONF_PLUGINS"],
            ["defaults.cliconf_plugins"]),
        Setting(
            "DEFAULT_CONNECTION_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/connection:/usr/share/ansible/plugins/connection",
            ["ANSIBLE_CONNECTION_PLUGINS"], ["defaults.connection_plugins"]),
        Setting("DEFAULT_DEBUG", .flag, default: "false", ["ANSIBLE_DEBUG"], ["defaults.debug"]),
        Setting(
            "DEFAULT_FILTER_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/filter:/usr/share/ansible/plugins/filter", ["ANSIBLE_FILTER_PLUGINS"],
            ["defaults.filter_plugins"]),
        Setting(
            "DEFAULT_HTTPAPI_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/httpapi:/usr/share/ansible/plugins/httpapi", ["ANSIBLE_HTTPAPI_PLUGINS"],
            ["defaults.httpapi_plugins"]),
        Setting(
            "DEFAULT_INVENTORY_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/inventory:/usr/share/ansible/plugins/inventory", ["ANSIBLE_INVENTORY_PLUGINS"],
            ["defaults.inventory_plugins"]),
        Setting(
            "DEFAULT_JINJA2_EXTENSIONS", .list, default: "", ["ANSIBLE_JINJA2_EXTENSIONS"],
            ["defaults.jinja2_extensions"]),
        Setting(
            "DEFAULT_LIBVIRT_LXC_NOSECLABEL", .flag, default: "false", ["ANSIBLE_LIBVIRT_LXC_NOSECLABEL"],
            ["selinux.libvirt_lxc_noseclabel"]),
        Setting("DEFAULT_LOG_FILTER", .list, default: "", ["ANSIBLE_LOG_FILTER"], ["defaults.log_filter"]),
        Setting(
            "DEFAULT_LOOKUP_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/lookup:/usr/share/ansible/plugins/lookup", ["ANSIBLE_LOOKUP_PLUGINS"],
            ["defaults.lookup_plugins"]),
        Setting(
            "DEFAULT_MODULE_UTILS_PATH", .searchPath,
            default: "~/.ansible/plugins/module_utils:/usr/share/ansible/plugins/module_utils",
            ["ANSIBLE_MODULE_UTILS"], ["defaults.module_utils"]),
        Setting(
            "DEFAULT_NETCONF_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/netconf:/usr/share/ansible/plugins/netconf", ["ANSIBLE_NETCONF_PLUGINS"],
            ["defaults.netconf_plugins"]),
        Setting(
            "DEFAULT_NULL_REPRESENTATION", .text, default: nil, ["ANSIBLE_NULL_REPRESENTATION"],
            ["defaults.null_representation"]),
        Setting("DEFAULT_POLL_INTERVAL", .number, default: "15", ["ANSIBLE_POLL_INTERVAL"], ["defaults.poll_interval"]),
        Setting(
            "DEFAULT_PRIVATE_ROLE_VARS", .flag, default: "false", ["ANSIBLE_PRIVATE_ROLE_VARS"],
            ["defaults.private_role_vars"]),
        Setting(
            "DEFAULT_STRATEGY_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/strategy:/usr/share/ansible/plugins/strategy", ["ANSIBLE_STRATEGY_PLUGINS"],
            ["defaults.strategy_plugins"]),
        Setting("DEFAULT_SU", .flag, default: "false", ["ANSIBLE_SU"], ["defaults.su"]),
        Setting(
            "DEFAULT_TERMINAL_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/terminal:/usr/share/ansible/plugins/terminal", ["ANSIBLE_TERMINAL_PLUGINS"],
            ["defaults.terminal_plugins"]),
        Setting(
            "DEFAULT_TEST_PLUGIN_PATH", .searchPath, default: "~/.ansible/plugins/test:/usr/share/ansible/plugins/test",
            ["ANSIBLE_TEST_PLUGINS"], ["defaults.test_plugins"]),
        Setting(
            "DEFAULT_UNDEFINED_VAR_BEHAVIOR", .flag, default: "true", ["ANSIBLE_ERROR_ON_UNDEFINED_VARS"],
            ["defaults.error_on_undefined_vars"]),
        Setting(
            "DEFAULT_VARS_PLUGIN_PATH", .searchPath, default: "~/.ansible/plugins/vars:/usr/share/ansible/plugins/vars",
            ["ANSIBLE_VARS_PLUGINS"], ["defaults.vars_plugins"]),
        Setting("DIFF_CONTEXT", .number, default: "3", ["ANSIBLE_DIFF_CONTEXT"], ["diff.context"]),
        Setting(
            "DISPLAY_ARGS_TO_STDOUT", .flag, default: "false", ["ANSIBLE_DISPLAY_ARGS_TO_STDOUT"],
            ["defaults.display_args_to_stdout"]),
        Setting(
            "DOC_FRAGMENT_PLUGIN_PATH", .searchPath,
            default: "~/.ansible/plugins/doc_fragments:/usr/share/ansible/plugins/doc_fragments",
            ["ANSIBLE_DOC_FRAGMENT_PLUGINS"], ["defaults.doc_fragment_plugins"]),
        Setting(
            "DUPLICATE_YAML_DICT_KEY", .text, default: "warn", ["ANSIBLE_DUPLICATE_YAML_DICT_KEY"],
            ["defaults.duplicate_dict_key"], choices: ["error", "ignore", "warn"]),
        Setting(
            "ERROR_ON_MISSING_HANDLER", .flag, default: "true", ["ANSIBLE_ERROR_ON_MISSING_HANDLER"],
            ["defaults.error_on_missing_handler"]),
        Setting("FACTS_MODULES", .list, default: "smart", ["ANSIBLE_FACTS_MODULES"], ["defaults.facts_modules"]),
        Setting(
            "INVALID_TASK_ATTRIBUTE_FAILED", .flag, default: "true", ["ANSIBLE_INVALID_TASK_ATTRIBUTE_FAILED"],
            ["defaults.invalid_task_attribute_failed"]),
        Setting("LOG_VERBOSITY", .number, default: nil, ["ANSIBLE_LOG_VERBOSITY"], ["defaults.log_verbosity"]),
        Setting(
            "MAX_FILE_SIZE_FOR_DIFF", .number, default: "104448", ["ANSIBLE_MAX_DIFF_SIZE"], ["defaults.max_diff_size"]),
        Setting(
            "NETWORK_GROUP_MODULES", .list,
            default:
                "eos, nxos, ios, iosxr, junos, enos, ce, vyos, sros, dellos9, dellos10, dellos6, asa, aruba, aireos, bigip, ironware, onyx, netconf, exos, voss, slxos",
            ["ANSIBLE_NETWORK_GROUP_MODULES"], ["defaults.network_group_modules"]),
        Setting(
            "PLAYBOOK_VARS_ROOT", .text, default: "top", ["ANSIBLE_PLAYBOOK_VARS_ROOT"],
            ["defaults.playbook_vars_root"], choices: ["all", "bottom", "top"]),
        Setting("PLUGIN_FILTERS_CFG", .path, default: nil, [], ["defaults.plugin_filters_cfg"]),
        Setting(
            "RUN_VARS_PLUGINS", .text, default: "demand", ["ANSIBLE_RUN_VARS_PLUGINS"], ["defaults.run_vars_plugins"],
            choices: ["demand", "start"]),
        Setting("SSH_AGENT", .text, default: "none", ["ANSIBLE_SSH_AGENT"], ["connection.ssh_agent"]),
        Setting(
            "SSH_AGENT_KEY_LIFETIME", .number, default: nil, ["ANSIBLE_SSH_AGENT_KEY_LIFETIME"],
            ["connection.ssh_agent_key_lifetime"]),
        Setting(
            "STRING_TYPE_FILTERS", .list,
            default: "string, to_json, to_nice_json, to_yaml, to_nice_yaml, ppretty, json",
            ["ANSIBLE_STRING_TYPE_FILTERS"], ["jinja2.dont_type_filters"]),
        Setting("TARGET_LOG_INFO", .text, default: nil, ["ANSIBLE_TARGET_LOG_INFO"], ["defaults.target_log_info"]),
        Setting(
            "TASK_DEBUGGER_IGNORE_ERRORS", .flag, default: "true", ["ANSIBLE_TASK_DEBUGGER_IGNORE_ERRORS"],
            ["defaults.task_debugger_ignore_errors"]),
        Setting(
            "VERBOSE_TO_STDERR", .flag, default: "false", ["ANSIBLE_VERBOSE_TO_STDERR"], ["defaults.verbose_to_stderr"]),
        Setting(
            "default.pretty_results", .flag, default: nil, ["ANSIBLE_CALLBACK_FORMAT_PRETTY"],
            ["defaults.callback_format_pretty"]),
        Setting(
            "default.result_format", .text, default: "json", ["ANSIBLE_CALLBACK_RESULT_FORMAT"],
            ["defaults.callback_result_format"], choices: ["json", "yaml"]),
        Setting(
            "default.show_per_host_start", .flag, default: "false", ["ANSIBLE_SHOW_PER_HOST_START"],
            ["defaults.show_per_host_start"]),
        Setting(
            "default.show_task_path_on_failure", .flag, default: "false", ["ANSIBLE_SHOW_TASK_PATH_ON_FAILURE"],
            ["defaults.show_task_path_on_failure"]),
        Setting(
            "host_group_vars.stage", .text, default: nil, ["ANSIBLE_VARS_PLUGIN_STAGE"], ["vars_host_group_vars.stage"],
            choices: ["all", "task", "inventory"]),
        Setting(
            "ssh.pkcs11_provider", .text, default: "", ["ANSIBLE_PKCS11_PROVIDER"], ["ssh_connection.pkcs11_provider"]),
        Setting("ssh.private_key", .text, default: nil, ["ANSIBLE_PRIVATE_KEY"], []),
        Setting("ssh.private_key_passphrase", .text, default: nil, ["ANSIBLE_PRIVATE_KEY_PASSPHRASE"], []),
        Setting("ssh.verbosity", .number, default: "0", ["ANSIBLE_SSH_VERBOSITY"], ["ssh_connection.verbosity"]),
        Setting("su.become_exe", .text, default: "su", ["ANSIBLE_SU_EXE"], ["su_become_plugin.executable"]),
        Setting("su.become_flags", .text, default: "", ["ANSIBLE_SU_FLAGS"], ["su_become_plugin.flags"]),
        Setting(
            "su.become_pass", .text, default: nil, ["ANSIBLE_BECOME_PASS", "ANSIBLE_SU_PASS"],
            ["su_become_plugin.password"]),
        Setting("su.become_user", .text, default: "root", ["ANSIBLE_SU_USER"], ["su_become_plugin.user"]),
        Setting("sudo.become_exe", .text, default: "sudo", ["ANSIBLE_SUDO_EXE"], ["sudo_become_plugin.executable"]),
        Setting("sudo.become_flags", .text, default: "-H -S -n", ["ANSIBLE_SUDO_FLAGS"], ["sudo_become_plugin.flags"]),
        Setting("sudo.become_pass", .text, default: nil, ["ANSIBLE_SUDO_PASS"], ["sudo_become_plugin.password"]),
        Setting("sudo.become_user", .text, default: "root", ["ANSIBLE_SUDO_USER"], ["sudo_become_plugin.user"]),
        Setting("sudo.sudo_chdir", .text, default: nil, ["ANSIBLE_SUDO_CHDIR"], ["sudo_become_plugin.chdir"]),
    ]
}
