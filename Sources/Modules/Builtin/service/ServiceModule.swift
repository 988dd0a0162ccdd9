//! `service`: starts, stops and enables services, whichever manager the host has.

import Diagnostics
import Values

package struct ServiceModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.service", "ansible.builtin.sysvinit"], "Starts, stops and enables services",
        arguments: [
            ArgumentSpec("name", .string, "Name of the service", required: true),
            ArgumentSpec("sleep", .int, "Seconds between stop and start of a restart"),
            ArgumentSpec("pattern", .string, "Text in the process list that shows it runs"),
            ArgumentSpec("runlevel", .string, "Run level to enable it in (OpenRC)", default: "default"),
            ArgumentSpec("arguments", .string, "Further arguments for the init script", default: "", aliases: ["args"]),
            ArgumentSpec(
                "use", .string, "The manager instead of the one found", default: "auto",
                choices: ["auto", "systemd", "sysvinit", "openrc", "service"]),
        ] + ServiceWish.commonArguments + ServiceWish.systemdArguments, readsAhead: true)

    private let wish: ServiceWish

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        wish = try ServiceWish(arguments)
    }

    package func start() throws(Diagnostic) -> Step { ServicePlan(wish).start() }
}
