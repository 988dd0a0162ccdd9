//! `wait_for_connection`: until a host can be reached. The engine tries; this is the declaration.

import Diagnostics
import Values

package struct WaitForConnectionModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.wait_for_connection"], "Waits until a host can be reached and used",
        arguments: [
            ArgumentSpec("timeout", .int, "Seconds after which to give up", default: 600),
            ArgumentSpec("connect_timeout", .int, "Seconds for one attempt", default: 5),
            ArgumentSpec("delay", .int, "Seconds before the first attempt", default: 0),
            ArgumentSpec("sleep", .int, "Seconds between attempts", default: 1),
        ], needsHost: false, supportsCheckMode: false)

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {}

    package func start() throws(Diagnostic) -> Step { .done(ModuleResult()) }
}
