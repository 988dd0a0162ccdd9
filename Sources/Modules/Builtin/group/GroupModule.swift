//! `group`: makes, changes and removes groups.

import Connections
import Diagnostics
import Values

package struct GroupModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.group"], "Makes, changes and removes groups",
        arguments: [
            ArgumentSpec("name", .string, "Name of the group", required: true),
            ArgumentSpec("state", .string, "Whether it exists", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("gid", .int, "Its number"),
            ArgumentSpec("system", .bool, "A new group gets a number of the system's range", default: false),
            ArgumentSpec("local", .bool, "Look at the host's own files only", default: false),
            ArgumentSpec("non_unique", .bool, "Allow a number that another group has", default: false),
            ArgumentSpec("force", .bool, "Remove it even if it is a user's primary group", default: false),
            ArgumentSpec("gid_min", .int, "Lowest number for a new group"),
            ArgumentSpec("gid_max", .int, "Highest number for a new group"),
        ], readsAhead: true)

    private let name: String
    private let absent: Bool
    private let gid: Int?
    private let arguments: ModuleArguments

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        name = arguments.string("name") ?? ""
        try AccountName.check(name, "name", in: arguments)
        absent = arguments.string("state") == "absent"
        gid = arguments.int("gid")
        if isOn("non_unique"), gid == nil {
            throw arguments.invalid("non_unique", "non_unique needs gid", help: "say which number with gid")
        }
    }

    private func isOn(_ argument: String) -> Bool { arguments.bool(argument) ?? false }

    package func start() throws(Diagnostic) -> Step {
        .observe(Probe(AccountHost.probe(user: nil, local: isOn("local")))) { observation in
            decide(AccountHost(observation.text))
        }
    }

    private func decide(_ host: AccountHost) -> Step {
        let group = host.groups.first { $0.name == name }
        if absent {
            guard group != nil else { return .done(ModuleResult(fields: fields(nil))) }
            let tool = host.hasShadowTools ? "groupdel\(isOn("force") ? " -f" : "")" : "delgroup"
            return change("\(tool) \(name.shellQuoted)", host, state: "absent")
        }
        guard let group else { return create(host) }
        guard let gid, gid != group.gid else { return .done(ModuleResult(fields: fields(group.gid))) }
        guard host.hasShadowTools else {
            return .done(.failure("this host has no groupmod: the number of group '\(name)' cannot be changed"))
        }
        return change(
            "groupmod -g \(gid)\(isOn("non_unique") ? " -o" : "") \(name.shellQuoted)", host, state: "present")
    }

    private func create(_ host: AccountHost) -> Step {
        var words = [host.hasShadowTools ? "groupadd" : "addgroup"]
        if isOn("system") { words.append(host.hasShadowTools ? "-r" : "-S") }
        if let gid { words.append("-g \(gid)") }
        if host.hasShadowTools {
            if isOn("non_unique") { words.append("-o") }
            for limit in ["gid_min", "gid_max"] {
                if let number = arguments.int(limit) { words.append("-K \(limit.uppercased())=\(number)") }
            }
        }
        words.append(name.shellQuoted)
        return change(words.joined(separator: " "), host, state: "present")
    }

    private func change(_ command: String, _ host: AccountHost, state: String) -> Step {
        let before = host.groups.contains { $0.name == name } ? "present" : "absent"
        let difference = Difference(
            beforeHeader: name, afterHeader: name, before: "state: \(before)\n", after: "state: \(state)\n")
        let script = Script("export LC_ALL=C\n\(command) || exit $?\n\(AccountHost.probe(user: nil, local: false))")
        let change = Change(differences: [difference], fields: fields(gid), provides: absent ? [] : [.group(name)])
        return .apply(change, script) { outcome in
            guard outcome.status == 0 else {
                return .done(.failure(outcome.errorText.withoutOuterBlanks, fields: fields(nil)))
            }
            let number = AccountHost(outcome.text).groups.first { $0.name == name }?.gid
            return .done(ModuleResult(changed: true, fields: fields(number)))
        }
    }

    private func fields(_ gid: Int?) -> OrderedMap {
        var fields: OrderedMap = ["name": .string(name), "state": absent ? "absent" : "present"]
        if !absent {
            fields["system"] = .bool(isOn("system"))
            if let gid { fields["gid"] = .int(gid) }
        }
        return fields
    }
}
