//! `debug`: prints a message or a value.

import Diagnostics
import Values

package struct DebugModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.debug"], "Prints a message or a value",
        arguments: [
            ArgumentSpec("msg", .raw, "What to print", default: "Hello world!", takesNull: true),
            ArgumentSpec("var", .raw, "An expression whose value is printed", takesNull: true),
            ArgumentSpec("verbosity", .int, "Prints only from this number of -v on", default: 0),
        ], needsHost: false)

    private let fields: OrderedMap
    private let isSilent: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        isSilent = (arguments.int("verbosity") ?? 0) > context.verbosity
        guard !isSilent else {
            fields = ["skipped_reason": "Verbosity threshold not met."]
            return
        }
        guard let variable = arguments["var"], !variable.isNone else {
            fields = ["msg": arguments["msg"] ?? ""]
            return
        }
        guard arguments.values["msg"] == Self.spec.arguments[0].fallback else {
            throw arguments.invalid("msg", "'msg' and 'var' are incompatible options")
        }
        guard let expression = variable.string else {
            fields = [try variable.text(): variable]
            return
        }
        do { fields = [expression: try context.controller.evaluate(expression)] } catch {
            // As Ansible does: what is not there is part of the answer, not a reason to stop.
            guard error.code == .undefinedVariable else {
                throw error.located(at: arguments.ranges["var"] ?? arguments.range)
            }
            fields = [expression: .string("<< error 1 - \(error.message) >>")]
        }
    }

    package func start() throws(Diagnostic) -> Step {
        var result = ModuleResult(skipped: isSilent, fields: fields)
        result.isTalkative = !isSilent
        return .done(result)
    }
}
