//! `group_by`: groups made from what is known about hosts.

import Diagnostics
import Values

package struct GroupByModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.group_by"], "Puts the host into a group of this run",
        arguments: [
            ArgumentSpec("key", .string, "The group", required: true),
            ArgumentSpec("parents", .list(of: .string), "Groups that the group belongs to", default: ["all"]),
        ], needsHost: false)

    private let key: String
    private let parents: [String]

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        key = (arguments.string("key") ?? "").replacing(" ", with: "-")
        parents = (arguments.strings("parents") ?? []).map { $0.replacing(" ", with: "-") }
    }

    package func start() throws(Diagnostic) -> Step {
        .done(
            ModuleResult(
                changed: true,
                fields: ["add_group": .string(key), "parent_groups": .list(parents.map { .string($0) })],
                effects: [.groupBy(key: key, parents: parents)]))
    }
}
