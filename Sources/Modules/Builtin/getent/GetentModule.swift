//! `getent`: entries of the system's databases as facts.

import Connections
import Diagnostics
import Values

package struct GetentModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.getent"], "Reads entries of passwd, group, hosts and other databases",
        arguments: [
            ArgumentSpec("database", .string, "Name of the database", required: true),
            ArgumentSpec("key", .string, "The entry; all of them if absent", default: ""),
            ArgumentSpec("service", .string, "Where to look instead of nsswitch.conf"),
            ArgumentSpec("split", .string, "What stands between fields"),
            ArgumentSpec("fail_key", .bool, "Fail where the entry does not exist", default: true),
        ])

    private let database: String
    private let key: String
    private let service: String?
    private let separator: String?
    private let failsWithoutKey: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        database = arguments.string("database") ?? ""
        key = arguments.string("key") ?? ""
        service = arguments.string("service")
        let colons = ["passwd", "shadow", "group", "gshadow"]
        separator = arguments.string("split") ?? (colons.contains(database) ? ":" : nil)
        failsWithoutKey = arguments.bool("fail_key") ?? true
        if database.isEmpty || database.hasPrefix("-") {
            throw arguments.invalid(
                "database", "'\(database)' is no database", help: "for example: passwd, group, hosts")
        }
    }

    package func start() throws(Diagnostic) -> Step {
        var words = ["LC_ALL=C getent"]
        if let service { words.append("-s \(service.shellQuoted)") }
        words.append(database.shellQuoted)
        if !key.isEmpty { words.append("-- \(key.shellQuoted)") }
        // musl's getent takes no options at all.
        let plain = (["LC_ALL=C getent", database.shellQuoted] + (key.isEmpty ? [] : [key.shellQuoted])).joined(
            separator: " ")
        return .observe(Probe(service == nil && !key.hasPrefix("-") ? plain : words.joined(separator: " "))) {
            observation in
            .done(result(observation))
        }
    }

    private func result(_ observation: Observation) -> ModuleResult {
        let name = "getent_\(database)"
        let notFound = "One or more supplied key could not be found in the database."
        switch observation.status {
        case 0: return facts([name: .dict(entries(observation.text))])
        case 1: return .failure("Missing arguments, or database unknown.")
        case 2 where failsWithoutKey: return .failure(notFound)
        case 2:
            var result = facts([name: .dict([key: .none])])
            result.fields["msg"] = .string(notFound)
            return result
        case 3: return .failure("Enumeration not supported on this database.")
        case 127: return .failure("this host has no getent")
        default: return .failure("Unexpected failure! \(observation.errorText.withoutOuterBlanks)")
        }
    }

    private func facts(_ facts: OrderedMap) -> ModuleResult {
        ModuleResult(fields: ["ansible_facts": .dict(facts)], effects: [.facts(facts)])
    }

    /// First field → further fields; a key that occurs again gets a list of such lists.
    private func entries(_ text: String) -> OrderedMap {
        var entries: OrderedMap = [:]
        var repeated: Set<String> = []
        for line in text.split(separator: "\n") {
            let fields = fields(of: line)
            guard let key = fields.first else { continue }
            let rest = Value.strings(fields.dropFirst())
            guard let before = entries[key] else {
                entries[key] = rest
                continue
            }
            let list = repeated.insert(key).inserted ? [before] : before.list ?? []
            entries[key] = .list(list + [rest])
        }
        return entries
    }

    private func fields(of line: Substring) -> [String] {
        guard let separator, !separator.isEmpty else { return line.blankSeparatedWords }
        return line.split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }
}
