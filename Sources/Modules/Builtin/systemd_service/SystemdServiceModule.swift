//! `systemd_service`, alias `systemd`: units of systemd.

import Diagnostics
import Values

package struct SystemdServiceModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.systemd_service", "ansible.builtin.systemd"], "Starts, stops, enables and masks units",
        arguments: [ArgumentSpec("name", .string, "Name of the unit", aliases: ["service", "unit"])]
            + ServiceWish.commonArguments + ServiceWish.systemdArguments, readsAhead: true)

    private let wish: ServiceWish

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        wish = try ServiceWish(arguments, manager: "systemd")
    }

    package func start() throws(Diagnostic) -> Step { ServicePlan(wish).start() }
}
