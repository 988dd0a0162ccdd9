//! `add_host`: a host that the inventory gets while running.

import Diagnostics
import Values

package struct AddHostModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.add_host"], "Adds a host to the inventory of this run",
        arguments: [
            ArgumentSpec("name", .string, "The host", required: true, aliases: ["host", "hostname"]),
            ArgumentSpec("groups", .list(of: .string), "Its groups", aliases: ["group", "groupname"]),
        ], needsHost: false, acceptsAnyArgument: true)

    private let name: String
    private let groups: [String]
    private let variables: OrderedMap

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        guard !name.isEmpty else { throw arguments.invalid("name", "name, host or hostname needs to be provided") }
        groups = (arguments.strings("groups") ?? []).filter { !$0.isEmpty }
        var variables = arguments.values
        variables.removeValue(forKey: "name")
        variables.removeValue(forKey: "groups")
        self.variables = variables
    }

    package func start() throws(Diagnostic) -> Step {
        let added: OrderedMap = [
            "host_name": .string(name), "groups": .list(groups.map { .string($0) }), "host_vars": .dict(variables),
        ]
        return .done(
            ModuleResult(
                changed: true, fields: ["add_host": .dict(added)],
                effects: [.addHost(name: name, groups: groups, variables: variables)]))
    }
}
