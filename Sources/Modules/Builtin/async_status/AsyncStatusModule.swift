//! `async_status`: how a task with `async` and `poll: 0` is getting on. The engine answers; this is the declaration.

import Diagnostics
import Values

package struct AsyncStatusModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.async_status"], "Asks for the state of an asynchronous task",
        arguments: [
            ArgumentSpec("jid", .string, "The `ansible_job_id` of the task", required: true),
            ArgumentSpec(
                "mode", .string, "Ask, or forget the job", default: "status", choices: ["status", "cleanup"]),
        ], needsHost: false)

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {}

    package func start() throws(Diagnostic) -> Step { .done(ModuleResult()) }
}
