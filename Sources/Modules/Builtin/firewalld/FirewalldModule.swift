//! `firewalld`: what zones of firewalld let through, now and for good.

import Connections
import Diagnostics
import Values

package struct FirewalldModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.posix.firewalld"], "Opens and closes services and ports with firewalld",
        arguments: [
            ArgumentSpec("service", .string, "A service that firewalld knows"),
            ArgumentSpec("port", .string, "PORT/PROTOCOL or PORT-PORT/PROTOCOL"),
            ArgumentSpec("protocol", .string, "An IP protocol"),
            ArgumentSpec("source", .string, "A network whose packets belong to the zone"),
            ArgumentSpec("interface", .string, "An interface that belongs to the zone"),
            ArgumentSpec("rich_rule", .string, "A rule in firewalld's language"),
            ArgumentSpec("icmp_block", .string, "An ICMP type that is kept out"),
            ArgumentSpec("icmp_block_inversion", .bool, "Only blocked ICMP types pass"),
            ArgumentSpec("masquerade", .bool, "Outgoing packets get the host's address"),
            ArgumentSpec("forward", .bool, "Packets pass between interfaces of the zone"),
            ArgumentSpec(
                "port_forward", .list(of: .dict), "One forwarding with port, proto, toport and perhaps toaddr"),
            ArgumentSpec(
                "target", .string, "What becomes of packets that no rule takes",
                choices: ["default", "ACCEPT", "DROP", "%%REJECT%%"]),
            ArgumentSpec("zone", .string, "The zone; firewalld's default one if absent"),
            ArgumentSpec(
                "state", .string, "Whether it passes; present and absent are for zones and targets", required: true,
                choices: ["absent", "disabled", "enabled", "present"]),
            ArgumentSpec("permanent", .bool, "For good; needs a reload or immediate to act now", default: false),
            ArgumentSpec("immediate", .bool, "Now; the default unless permanent", default: false),
            ArgumentSpec("timeout", .int, "Seconds after which it ends, if not permanent", default: 0),
            ArgumentSpec("offline", .bool, "Only the permanent configuration if firewalld is down", default: false),
        ],
        mutuallyExclusive: [
            [
                "icmp_block", "icmp_block_inversion", "service", "protocol", "port", "port_forward", "rich_rule",
                "interface", "forward", "masquerade", "source", "target",
            ]
        ])

    /// What is switched, as firewall-cmd spells it: `--query-X`, `--add-X`, `--remove-X`.
    private enum Subject: Sendable {
        case item(name: String, value: String?)
        case target(String)
        case zone
    }

    private let arguments: ModuleArguments
    private let subject: Subject
    private let isWanted: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        let state = arguments.string("state") ?? ""
        var isWanted = state == "enabled" || state == "present"
        subject = try Self.subject(arguments, &isWanted)
        self.isWanted = isWanted
        let isAboutZones = state == "present" || state == "absent"
        switch subject {
        case .item where isAboutZones:
            throw arguments.invalid(
                "state", "absent and present state can only be used in zone level operations",
                help: "use enabled or disabled")
        case .zone where arguments["zone"] == nil:
            throw Diagnostic(
                .missingArgument, "nothing to switch: name a service, a port, a zone, …", at: arguments.range)
        case .zone where !isAboutZones:
            throw arguments.invalid("state", "a zone is present or absent, not \(state)")
        case .zone, .target:
            guard arguments.bool("permanent") ?? false else {
                throw arguments.invalid(
                    "permanent", "Zones and their targets can only be changed for good", help: "add `permanent: true`")
            }
        default: break
        }
        if let timeout = arguments.int("timeout"), timeout > 0, arguments.bool("permanent") ?? false {
            throw arguments.invalid("timeout", "timeout can not be used with permanent")
        }
    }

    private static func subject(_ arguments: ModuleArguments, _ isWanted: inout Bool) throws(Diagnostic) -> Subject {
        for name in ["service", "port", "protocol", "source", "interface", "icmp_block", "rich_rule"] {
            guard let value = arguments.string(name) else { continue }
            if name == "port", !value.contains("/") {
                throw arguments.invalid(
                    "port", "improper port format (missing protocol?): '\(value)'", help: "write \(value)/tcp")
            }
            return .item(name: name.replacing("_", with: "-"), value: value)
        }
        for name in ["masquerade", "icmp_block_inversion", "forward"] {
            guard let isOn = arguments.bool(name) else { continue }
            if !isOn { isWanted.toggle() }
            return .item(name: name.replacing("_", with: "-"), value: nil)
        }
        if let target = arguments.string("target") { return .target(isWanted ? target : "default") }
        guard let forwards = arguments.list("port_forward") else { return .zone }
        guard forwards.count == 1, let map = forwards.first?.dict else {
            throw arguments.invalid("port_forward", "Only one port forward supported at a time")
        }
        func text(_ key: String) -> String { map[.string(key)].flatMap { try? $0.text() } ?? "" }
        var value = "port=\(text("port")):proto=\(text("proto")):toport=\(text("toport"))"
        if !text("toaddr").isEmpty { value += ":toaddr=\(text("toaddr"))" }
        return .item(name: "forward-port", value: value)
    }

    // MARK: - Steps

    private var isPermanent: Bool { arguments.bool("permanent") ?? false }
    private var isImmediate: Bool { arguments.bool("immediate") ?? false || !isPermanent }
    private var zone: String { arguments.string("zone").map { " " + "--zone=\($0)".shellQuoted } ?? "" }

    private func option(_ act: String) -> String {
        guard case .item(let name, let value) = subject else { return "" }
        return " " + "--\(act)-\(name)\(value.map { "=\($0)" } ?? "")".shellQuoted
    }

    /// Prints what holds at the moment: `now yes`, `kept no`.
    private var question: String {
        let kept = "$c"
        return switch subject {
        case .item:
            """
            \(isImmediate ? "[ -n \"$down\" ] || { firewall-cmd\(zone)\(option("query")) 2>&1 | sed 's/^/now /'; }" : ":")
            \(isPermanent ? "\(kept)\(zone)\(option("query")) 2>&1 | sed 's/^/kept /'" : ":")
            """
        case .target: "\(kept)\(zone) --get-target 2>&1 | sed 's/^/kept /'"
        case .zone: "\(kept) --get-zones 2>&1 | tr ' ' '\\n' | sed 's/^/zone /'"
        }
    }

    package func start() throws(Diagnostic) -> Step {
        let probe = """
            export LC_ALL=C; command -v firewall-cmd >/dev/null || exit 127
            down=; c='firewall-cmd --permanent'; firewall-cmd --state >/dev/null 2>&1 || { down=1; c=firewall-offline-cmd; echo down; }
            \(question)
            """
        return .observe(Probe(probe)) { found in
            guard found.status != 127 else {
                return .done(.failure("this host has no firewall-cmd: install firewalld"))
            }
            return decide(found.text.split(separator: "\n").map(String.init))
        }
    }

    private func decide(_ lines: [String]) -> Step {
        let isDown = lines.first == "down"
        if isDown, !(arguments.bool("offline") ?? false && isPermanent) {
            return .done(
                .failure(
                    "firewall is not currently running, unable to perform immediate actions without a running firewall daemon"
                ))
        }
        if let complaint = lines.first(where: { $0.contains("Error:") }) {
            return .done(.failure(String(complaint.drop { $0 != " " }.dropFirst())))
        }
        let program = isDown ? "firewall-offline-cmd" : "firewall-cmd --permanent"
        var commands: [String] = []
        var messages: [String] = []
        func differs(_ prefix: String) -> Bool { lines.contains("\(prefix) yes") != isWanted }
        switch subject {
        case .item(let name, let value):
            let act = option(isWanted ? "add" : "remove")
            if isPermanent, differs("kept") { commands.append("\(program)\(zone)\(act)") }
            if isImmediate, !isDown, differs("now") {
                let seconds = arguments.int("timeout") ?? 0
                commands.append("firewall-cmd\(zone)\(act)\(isWanted && seconds > 0 ? " --timeout=\(seconds)" : "")")
            }
            messages.append("Changed \(name)\(value.map { " \($0)" } ?? "") to \(isWanted ? "enabled" : "disabled")")
        case .target(let target):
            if !lines.contains("kept \(target)") {
                commands.append("\(program)\(zone) \("--set-target=\(target)".shellQuoted)")
                messages.append("Changed zone target to \(target)")
            }
        case .zone:
            let name = arguments.string("zone") ?? ""
            if lines.contains("zone \(name)") != isWanted {
                commands.append("\(program) \("--\(isWanted ? "new" : "delete")-zone=\(name)".shellQuoted)")
                messages.append("\(isWanted ? "Added" : "Removed") zone \(name)")
            }
        }
        let kind =
            isPermanent
            ? (isImmediate ? "Permanent and Non-Permanent(immediate) operation" : "Permanent operation")
            : "Non-permanent operation"
        let message = ([kind] + (commands.isEmpty ? [] : messages)).joined(separator: ", ")
        // What firewall-cmd prints is no result of the task.
        return CommandList(
            commands: commands.map { "\($0) >/dev/null" }, fields: ["msg": .string(message)],
            complaint: "firewalld did not take the change"
        ).step()
    }
}
