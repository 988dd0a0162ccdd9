//! `validate_argument_spec`: variables against a specification, as roles have it in `meta/argument_specs.yml`.

import Diagnostics
import Values

package struct ValidateArgumentSpecModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.validate_argument_spec"], "Checks variables against a specification",
        arguments: [
            ArgumentSpec("argument_spec", .dict, "Options by name, each with its type and rules", required: true),
            ArgumentSpec("provided_arguments", .dict, "Values that win over the variables of those names"),
            ArgumentSpec("validate_args_context", .dict, "What is being checked, told in the result", default: [:]),
        ], needsHost: false)

    private let result: ModuleResult

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let specification = arguments.dict("argument_spec") ?? [:]
        let table: OptionTable
        do { table = try OptionTable(specification) } catch {
            throw error.located(at: arguments.ranges["argument_spec"] ?? arguments.range)
        }
        var given = OrderedMap()
        for name in table.names { given[name] = try context.controller.variable(name) }
        given.merge(arguments.dict("provided_arguments") ?? [:])
        let errors = try table.errors(in: given)
        let about = arguments["validate_args_context"] ?? [:]
        guard !errors.isEmpty else {
            let passed: OrderedMap = ["msg": "The arg spec validation passed", "validate_args_context": about]
            result = ModuleResult(fields: passed)
            return
        }
        result = .failure(
            "Validation of arguments failed:\n" + errors.joined(separator: "\n"),
            fields: [
                "argument_errors": .list(errors.map { .string($0) }), "argument_spec_data": .dict(specification),
                "validate_args_context": about,
            ])
    }

    package func start() throws(Diagnostic) -> Step { .done(result) }
}
