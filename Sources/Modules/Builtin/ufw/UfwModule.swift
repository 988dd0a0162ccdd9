//! `ufw`: rules and policies of the uncomplicated firewall.

import Connections
import Diagnostics
import Values

package struct UfwModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.ufw"], "Manages the uncomplicated firewall",
        arguments: [
            ArgumentSpec(
                "state", .string, "enabled, disabled, reloaded or reset",
                choices: ["disabled", "enabled", "reloaded", "reset"]),
            ArgumentSpec(
                "default", .string, "Policy for a direction", choices: ["allow", "deny", "reject"], aliases: ["policy"]),
            ArgumentSpec(
                "direction", .string, "Direction of the rule or policy",
                choices: ["in", "incoming", "out", "outgoing", "routed"]),
            ArgumentSpec(
                "logging", .string, "How much is logged", choices: ["on", "off", "low", "medium", "high", "full"]),
            ArgumentSpec("rule", .string, "What happens to packets", choices: ["allow", "deny", "limit", "reject"]),
            ArgumentSpec("delete", .bool, "Removes the rule", default: false),
            ArgumentSpec("insert", .int, "Number that the rule gets, from 1"),
            ArgumentSpec("insert_relative_to", .string, "Only zero is supported", default: "zero", choices: ["zero"]),
            ArgumentSpec("route", .bool, "The rule is for packets that pass through", default: false),
            ArgumentSpec("log", .bool, "Log connections that match", default: false),
            ArgumentSpec("from_ip", .string, "Source address", default: "any", aliases: ["from", "src"]),
            ArgumentSpec("from_port", .string, "Source port"),
            ArgumentSpec("to_ip", .string, "Destination address", default: "any", aliases: ["dest", "to"]),
            ArgumentSpec("to_port", .string, "Destination port", aliases: ["port"]),
            ArgumentSpec(
                "proto", .string, "Protocol",
                choices: ["any", "tcp", "udp", "ipv6", "esp", "ah", "gre", "igmp", "vrrp"], aliases: ["protocol"]),
            ArgumentSpec("name", .string, "Application profile", aliases: ["app"]),
            ArgumentSpec("interface", .string, "Interface, its direction is 'direction'", aliases: ["if"]),
            ArgumentSpec("interface_in", .string, "Interface that packets come in by", aliases: ["if_in"]),
            ArgumentSpec("interface_out", .string, "Interface that they leave by", aliases: ["if_out"]),
            ArgumentSpec("comment", .string, "A comment"),
        ],
        mutuallyExclusive: [
            ["name", "proto", "logging"], ["interface", "interface_in"], ["interface", "interface_out"],
            ["direction", "interface_in"], ["direction", "interface_out"],
        ],
        requiredOneOf: [["default", "logging", "rule", "state"]])

    private let arguments: ModuleArguments
    private let rule: [String]?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        rule = try Self.rule(arguments)
        if arguments["interface"] != nil, arguments["direction"] == nil {
            throw arguments.invalid(
                "interface", "an interface needs a direction", help: "add `direction: in` or use interface_in")
        }
        if arguments["default"] != nil, arguments["direction"] == nil, arguments["rule"] == nil {
            return
        }
        if arguments["default"] != nil, ["in", "out"].contains(arguments.string("direction")) {
            throw arguments.invalid("direction", "a policy is for incoming, outgoing or routed packets")
        }
    }

    /// The rule in ufw's own words.
    private static func rule(_ arguments: ModuleArguments) throws(Diagnostic) -> [String]? {
        guard let action = arguments.string("rule") else { return nil }
        let direction = arguments.string("direction")
        let isRouted = arguments.bool("route") ?? false || direction == "routed"
        if !isRouted, arguments["interface_in"] != nil, arguments["interface_out"] != nil {
            throw arguments.invalid("interface_out", "Only route rules can combine interface_in and interface_out")
        }
        var words: [String] = isRouted ? ["route"] : []
        let deletes = arguments.bool("delete") ?? false
        if deletes { words.append("delete") }
        if !deletes, let number = arguments.int("insert") { words += ["insert", String(number)] }
        words.append(action)
        switch direction {
        case "in", "incoming": words.append("in")
        case "out", "outgoing": words.append("out")
        default: break
        }
        if let name = arguments.string("interface") { words += ["on", name] }
        if let name = arguments.string("interface_in") { words += ["in", "on", name] }
        if let name = arguments.string("interface_out") { words += ["out", "on", name] }
        if arguments.bool("log") ?? false { words.append("log") }
        if let proto = arguments.string("proto") { words += ["proto", proto] }
        words += ["from", arguments.string("from_ip") ?? "any"]
        if let port = arguments.string("from_port") { words += ["port", port] }
        words += ["to", arguments.string("to_ip") ?? "any"]
        if let port = arguments.string("to_port") { words += ["port", port] }
        if let name = arguments.string("name") { words += ["app", name] }
        if !deletes, let comment = arguments.string("comment") { words += ["comment", comment] }
        return words
    }

    private var ruleWords: String { (rule ?? []).map { " " + $0.shellQuoted }.joined() }

    package func start() throws(Diagnostic) -> Step {
        let probe = """
            export LC_ALL=C; command -v ufw >/dev/null || exit 127
            ufw status verbose >&2 || exit 1
            sed -n 's/^\\(ENABLED\\|LOGLEVEL\\)=/setting &/p' /etc/ufw/ufw.conf
            sed -n 's/^DEFAULT_.*_POLICY=/setting &/p' /etc/default/ufw
            for f in /etc/ufw/user.rules /lib/ufw/user.rules; do [ ! -r $f ] || sed -n 's/^### tuple ### /old4 /p' $f; done
            for f in /etc/ufw/user6.rules /lib/ufw/user6.rules; do [ ! -r $f ] || sed -n 's/^### tuple ### /old6 /p' $f; done
            \(rule == nil ? ":" : "ufw --dry-run\(ruleWords) 2>&1 | sed 's/^/dry /'")
            """
        return .observe(Probe(probe)) { found in
            switch found.status {
            case 0: return decide(UfwState(found.text))
            case 127: return .done(.failure("this host has no ufw: install it"))
            default: return .done(.failure("ufw cannot be asked (is root needed?): \(found.errorText.trimmed)"))
            }
        }
    }

    private func decide(_ state: UfwState) -> Step {
        if let complaint = state.complaint { return .done(.failure(complaint)) }
        var commands: [String] = []
        if let level = arguments.string("logging"), state.logging != level, !(level == "on" && state.logging != "off") {
            commands.append("ufw logging \(level)")
        }
        if let policy = arguments.string("default") {
            let written = arguments.string("direction") ?? "incoming"
            let direction = written == "in" ? "incoming" : written == "out" ? "outgoing" : written
            if state.policy(direction) != policy { commands.append("ufw default \(policy) \(direction)") }
        }
        if rule != nil, state.ruleDiffers { commands.append("ufw\(ruleWords)") }
        switch arguments.string("state") {
        case "enabled" where !state.isEnabled: commands.append("ufw -f enable")
        case "disabled" where state.isEnabled: commands.append("ufw -f disable")
        case "reloaded" where state.isEnabled: commands.append("ufw -f reload")
        case "reset": commands.append("ufw -f reset")
        default: break
        }
        return CommandList(
            commands: commands.map { "\($0) 2>&1 </dev/null" },
            fields: ["commands": .strings(commands)], complaint: "ufw did not take the change"
        ).step()
    }
}
