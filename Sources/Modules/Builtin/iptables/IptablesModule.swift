//! `iptables`: single rules, policies and chains of the kernel's packet filter.

import Connections
import Diagnostics
import Values

package struct IptablesModule: Module {
    private let arguments: ModuleArguments
    private let programs: [String]
    private let rule: [String]
    private let isPresent: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        isPresent = arguments.string("state") != "absent"
        rule = try IptablesRule.words(arguments)
        programs =
            switch arguments.string("ip_version") {
            case "ipv6": ["ip6tables"]
            case "both": ["iptables", "ip6tables"]
            default: ["iptables"]
            }
        let flushes = arguments.bool("flush") ?? false
        if arguments["chain"] == nil, !flushes {
            throw Diagnostic(
                .missingArgument, "Either chain or flush parameter must be specified.", at: arguments.range)
        }
        if arguments["rule_num"] != nil, arguments.string("action") != "insert" {
            throw arguments.invalid("rule_num", "rule_num is for action=insert")
        }
        if arguments["jump"] != nil, arguments["reject_with"] != nil, arguments.string("jump") != "REJECT" {
            throw arguments.invalid("reject_with", "reject_with needs jump REJECT, or none")
        }
    }

    private var chain: String { arguments.string("chain") ?? "" }
    private func isOn(_ name: String) -> Bool { arguments.bool(name) ?? false }

    /// `-t TABLE` and the lock that every call waits for.
    private var table: String {
        let wait = arguments.string("wait").map { " -w \($0.shellQuoted)" } ?? ""
        return "\(wait) -t \((arguments.string("table") ?? "filter").shellQuoted)"
    }

    private func call(_ program: String, _ act: [String]) -> String {
        "\(program)\(table) " + act.map(\.shellQuoted).joined(separator: " ")
    }

    /// For each program: whether the rule is there, whether the chain is, and how the chain is listed.
    package func start() throws(Diagnostic) -> Step {
        var lines = ["export LC_ALL=C"]
        for program in programs {
            lines.append("command -v \(program) >/dev/null || { echo \(program) >&2; exit 127; }")
            if !rule.isEmpty {
                lines.append("\(call(program, ["-C", chain] + rule)) >/dev/null 2>&1 && echo '\(program) rule'")
            }
            let list = chain.isEmpty ? ["-S"] : ["-S", chain]
            lines.append("\(call(program, list)) 2>\"/dev/null\" | sed 's/^/\(program) /'")
            lines.append("\(call(program, ["-S"])) >/dev/null || exit 1")
        }
        return .observe(Probe(lines.joined(separator: "\n"))) { found in
            switch found.status {
            case 0: return decide(found.text.split(separator: "\n").map(String.init))
            case 127: return .done(.failure("this host has no \(found.errorText.trimmed)"))
            default:
                return .done(.failure("the packet filter cannot be read (is root needed?): \(found.errorText.trimmed)"))
            }
        }
    }

    private func decide(_ lines: [String]) -> Step {
        var commands: [String] = []
        for program in programs {
            let mine = lines.filter { $0.hasPrefix(program + " ") }.map { String($0.dropFirst(program.count + 1)) }
            commands += acts(mine).map { call(program, $0) }
        }
        var fields: OrderedMap = [
            "ip_version": arguments["ip_version"] ?? "ipv4", "table": arguments["table"] ?? "filter",
            "chain": arguments["chain"] ?? Value.none, "flush": .bool(isOn("flush")),
            "rule": .string(rule.joined(separator: " ")), "state": .string(isPresent ? "present" : "absent"),
        ]
        fields["chain_management"] = .bool(isOn("chain_management"))
        return CommandList(commands: commands, fields: fields, complaint: "the packet filter did not take the change")
            .step()
    }

    private func acts(_ listed: [String]) -> [[String]] {
        if isOn("flush") {
            let holdsRules = listed.contains { $0.hasPrefix("-A ") }
            return holdsRules ? [chain.isEmpty ? ["-F"] : ["-F", chain]] : []
        }
        if let policy = arguments.string("policy") {
            return listed.contains("-P \(chain) \(policy)") ? [] : [["-P", chain, policy]]
        }
        let hasChain = listed.contains { $0 == "-N \(chain)" || $0.hasPrefix("-P \(chain) ") }
        var acts: [[String]] = []
        if isOn("chain_management"), isPresent, !hasChain { acts.append(["-N", chain]) }
        if !rule.isEmpty, listed.contains("rule") != isPresent {
            let number = arguments.string("rule_num").map { [$0] } ?? []
            let isInserted = arguments.string("action") == "insert"
            acts.append(
                !isPresent ? ["-D", chain] + rule : (isInserted ? ["-I", chain] + number : ["-A", chain]) + rule)
        }
        if isOn("chain_management"), !isPresent, hasChain, rule.isEmpty { acts.append(["-X", chain]) }
        return acts
    }
}
