//! `assert`: conditions that have to hold.

import Diagnostics
import Values

package struct AssertModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.assert"], "Fails unless all conditions hold",
        arguments: [
            ArgumentSpec("that", .raw, "A condition or a list of them", required: true, takesNull: true),
            ArgumentSpec("fail_msg", .raw, "What to say if one does not hold", aliases: ["msg"], takesNull: true),
            ArgumentSpec("success_msg", .raw, "What to say if all hold", takesNull: true),
            ArgumentSpec("quiet", .bool, "Shows the message of what holds only with -v", default: false),
        ], needsHost: false)

    private let result: ModuleResult

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let that = arguments["that"] ?? .none
        let failure = try Self.message(arguments, "fail_msg") ?? "Assertion failed"
        let quiet = arguments.bool("quiet") ?? false
        for condition in that.list ?? [that] {
            let holds: Bool
            do { holds = try context.controller.isTrue(condition) } catch {
                throw error.located(at: arguments.ranges["that"] ?? arguments.range)
            }
            guard !holds else { continue }
            result = Self.result(
                failed: true, ["assertion": condition, "evaluated_to": false, "msg": failure], isQuiet: quiet)
            return
        }
        let success = try Self.message(arguments, "success_msg") ?? "All assertions passed"
        result = Self.result(failed: false, ["msg": success], isQuiet: quiet)
    }

    private static func result(failed: Bool, _ fields: OrderedMap, isQuiet: Bool) -> ModuleResult {
        var result = ModuleResult(failed: failed, fields: fields)
        result.isTalkative = !isQuiet
        return result
    }

    private static func message(_ arguments: ModuleArguments, _ name: String) throws(Diagnostic) -> Value? {
        guard let value = arguments[name] else { return nil }
        if value.string != nil || value.list?.allSatisfy({ $0.string != nil }) == true { return value }
        throw arguments.invalid(
            name,
            "argument '\(name)' is of type \(value.typeName) and we were unable to convert to str_or_list_of_str: "
                + "a string or list of strings is required")
    }

    package func start() throws(Diagnostic) -> Step { .done(result) }
}
