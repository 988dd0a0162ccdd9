//! What `service` and `systemd_service` do: look, then mask, enable and start with one script.

import Connections
import Values

struct ServicePlan: Sendable {
    private let wish: ServiceWish

    init(_ wish: ServiceWish) { self.wish = wish }

    private var name: String { wish.name ?? "" }

    func start() -> Step {
        let reloads = ServiceCommands.managerReload(wish)
        guard !reloads.isEmpty else { return look() }
        // Nothing to read again where systemd does not run.
        let lines =
            [ServiceCommands.variables(wish), "[ -d /run/systemd/system ] || exit 0"]
            + reloads.map { "\($0) || exit $?" }
        return .apply(Change(.upkeep), Script(lines.joined(separator: "\n"), origin: .user)) { [self] outcome in
            if outcome.status != 0 {
                return .done(
                    .failure("failure \(outcome.status) during daemon-reload: \(outcome.errorText.withoutOuterBlanks)"))
            }
            return wish.name == nil ? .done(ModuleResult(fields: ["name": .none, "status": [:]])) : look()
        }
    }

    private func look() -> Step {
        .observe(Probe(ServiceHost.probe(wish))) { [self] in decide(ServiceHost($0.text)) }
    }

    private func decide(_ host: ServiceHost) -> Step {
        guard host.exists else { return missing(host) }
        var commands: [(what: String, command: String)] = []
        if let masked = wish.masked, masked != host.isMasked {
            guard host.manager == .systemd else {
                return .done(
                    .failure("only systemd can mask services, and it does not run on this host", fields: fields(host)))
            }
            let verb = masked ? "mask" : "unmask"
            commands.append((verb, "\(ServiceCommands.systemctl(wish)) \(verb) \"$n\""))
        }
        if let enabled = wish.enabled, enabled != host.isEnabled, !host.isMasked || wish.masked == false {
            guard let command = ServiceCommands.enable(enabled, wish, host) else {
                return .done(
                    .failure(
                        "this host has no systemctl, update-rc.d or chkconfig to enable '\(name)' with",
                        fields: fields(host)))
            }
            commands.append((enabled ? "enable" : "disable", command))
        }
        if let action = ServiceCommands.action(wish, isRunning: host.isRunning) {
            if host.isMasked, wish.masked != false, action != "stop" {
                return .done(.failure("Unable to \(action) service \(name): it is masked", fields: fields(host)))
            }
            commands.append((action, ServiceCommands.run(action, wish, host.manager)))
        }
        guard !commands.isEmpty else { return .done(ModuleResult(fields: fields(host))) }
        return apply(commands, host)
    }

    private func apply(_ commands: [(what: String, command: String)], _ host: ServiceHost) -> Step {
        var lines = ["export LC_ALL=C", ServiceCommands.variables(wish), "n=\(name.shellQuoted)"]
        // The status tells which command failed.
        for (index, entry) in commands.enumerated() { lines.append("\(entry.command) || exit \(100 + index)") }
        let before = "enabled: \(host.isEnabled)\nstate: \(host.isRunning ? "started" : "stopped")\n"
        let isRunning = wish.state.map { $0 != .stopped } ?? host.isRunning
        let after = "enabled: \(wish.enabled ?? host.isEnabled)\nstate: \(isRunning ? "started" : "stopped")\n"
        let difference = Difference(beforeHeader: name, afterHeader: name, before: before, after: after)
        let change = Change(differences: [difference], fields: fields(host))
        return .apply(change, Script(lines.joined(separator: "\n"), origin: .user)) { [self] outcome in
            guard outcome.status != 0 else { return .done(ModuleResult(changed: true, fields: fields(host))) }
            let index = Int(outcome.status) - 100
            let what = commands.indices.contains(index) ? commands[index].what : "change"
            let reason = [outcome.errorText, outcome.text].map(\.withoutOuterBlanks).first { !$0.isEmpty }
            var message = "Unable to \(what) service \(name): \(reason ?? "exit status \(outcome.status)")"
            if host.isOffline { message += "; systemd does not run on this host, so its init script was used" }
            return .done(.failure(message, fields: fields(host)))
        }
    }

    /// Check mode takes it that a package will bring the service; a real run says that it is not there.
    private func missing(_ host: ServiceHost) -> Step {
        let expectation: OrderedMap = [
            "msg": .string("Service \(name) not found on host, assuming it will exist on full run")
        ]
        var message = "Could not find the requested service \(name): host"
        if host.isOffline || host.manager == .sysvinit {
            message +=
                "; no service manager runs here (a container?), and there is no /etc/init.d/\(name) to use instead"
        }
        return .apply(Change(fields: expectation), Script(":")) { [message] _ in
            .done(.failure(message, fields: ["name": .string(name)]))
        }
    }

    private func fields(_ host: ServiceHost) -> OrderedMap {
        var fields: OrderedMap = ["name": .string(name)]
        if let state = wish.state { fields["state"] = state == .stopped ? "stopped" : "started" }
        if let enabled = wish.enabled { fields["enabled"] = .bool(enabled) }
        if host.manager == .systemd { fields["status"] = .dict(host.properties) }
        if host.isOffline {
            fields["warnings"] = ["systemd does not run on this host: the service's init script was used instead"]
        }
        return fields
    }
}
