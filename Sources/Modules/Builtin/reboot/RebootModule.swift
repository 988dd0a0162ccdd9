//! `reboot`: starts a host anew and waits for it. The engine does it; this is the declaration.

import Diagnostics
import Values

package struct RebootModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.reboot"], "Restarts a host and waits until it can be used again",
        arguments: [
            ArgumentSpec("pre_reboot_delay", .int, "Seconds before it goes down", default: 0),
            ArgumentSpec("post_reboot_delay", .int, "Seconds before the first attempt to connect", default: 0),
            ArgumentSpec("reboot_timeout", .int, "Seconds after which to give up", default: 600),
            ArgumentSpec("connect_timeout", .int, "Seconds for one attempt"),
            ArgumentSpec("test_command", .string, "What has to succeed on the new system", default: "whoami"),
            ArgumentSpec("msg", .string, "What users are told", default: "Reboot initiated by Ansible"),
            ArgumentSpec(
                "search_paths", .list(of: .string), "Where shutdown is searched",
                default: ["/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/sbin"]),
            ArgumentSpec(
                "boot_time_command", .string, "What prints another text after a restart",
                default: "cat /proc/sys/kernel/random/boot_id"),
            ArgumentSpec("reboot_command", .string, "The command, instead of shutdown"),
        ], needsHost: false)

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {}

    package func start() throws(Diagnostic) -> Step { .done(ModuleResult()) }
}
