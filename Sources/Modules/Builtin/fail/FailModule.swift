//! `fail`: stops a host on purpose.

import Diagnostics
import Values

package struct FailModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.fail"], "Fails with a message",
        arguments: [
            ArgumentSpec("msg", .raw, "Why", default: "Failed as requested from task", takesNull: true)
        ], needsHost: false)

    private let message: Value

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        message = arguments["msg"] ?? ""
    }

    package func start() throws(Diagnostic) -> Step { .done(ModuleResult(failed: true, fields: ["msg": message])) }
}
