//! `set_fact`: variables of a host for the rest of the run.

import Diagnostics
import Values

package struct SetFactModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.set_fact"], "Sets variables of the host",
        arguments: [ArgumentSpec("cacheable", .bool, "Keeps them in the fact cache, too", default: false)],
        needsHost: false, acceptsAnyArgument: true)

    private let variables: OrderedMap
    private let cacheable: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        var variables = arguments.values
        variables.removeValue(forKey: "cacheable")
        guard !variables.isEmpty else {
            throw Diagnostic(
                .missingArgument, "No key/value pairs provided, at least one is required for this action to succeed",
                at: arguments.range)
        }
        for name in variables.keys.compactMap(\.string) where !Self.isName(name) {
            throw arguments.invalid(
                name,
                "The variable name '\(name)' is not valid. Variables must start with a letter or underscore "
                    + "character, and contain only letters, numbers and underscores.")
        }
        self.variables = variables
        cacheable = arguments.bool("cacheable") ?? false
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.allSatisfy(\.isNameByte) && text.utf8.first.map { !$0.isDigit } == true
    }

    package func start() throws(Diagnostic) -> Step {
        .done(
            ModuleResult(
                fields: ["ansible_facts": .dict(variables)],
                effects: [.variables(variables, cacheable: cacheable)]))
    }
}
