//! The commands of each service manager.

import Connections

/// Shell text that acts on the service named by `$n`.
enum ServiceCommands {
    /// The script, through `service` where there is one, for that cleans the environment.
    static let initScript = "$(command -v service >/dev/null && echo service \"$n\" || echo \"/etc/init.d/$n\")"

    static func systemctl(_ wish: ServiceWish) -> String {
        switch wish.scope {
        case "user": "systemctl --user"
        case "global": "systemctl --global"
        default: "systemctl"
        }
    }

    /// A user's own manager is found through its runtime folder.
    static func variables(_ wish: ServiceWish) -> String {
        wish.scope == "user" ? "export XDG_RUNTIME_DIR=\"${XDG_RUNTIME_DIR:-/run/user/$(id -u)}\"" : ":"
    }

    /// Reading unit files again is no change in itself.
    static func managerReload(_ wish: ServiceWish) -> [String] {
        var commands: [String] = []
        if wish.reexecutesManager { commands.append("\(systemctl(wish)) daemon-reexec") }
        if wish.reloadsManager { commands.append("\(systemctl(wish)) daemon-reload") }
        return commands
    }

    /// `start`, `stop`, `restart` or `reload`; nil where the state is as wished.
    static func action(_ wish: ServiceWish, isRunning: Bool) -> String? {
        switch wish.state {
        case nil: nil
        case .started: isRunning ? nil : "start"
        case .stopped: isRunning ? "stop" : nil
        case .restarted: isRunning ? "restart" : "start"
        case .reloaded: isRunning ? "reload" : "start"
        }
    }

    static func run(_ action: String, _ wish: ServiceWish, _ manager: ServiceHost.Manager) -> String {
        if action == "restart", let pause = wish.pause, manager != .systemd {
            let stop = run("stop", wish, manager)
            return "{ \(stop); sleep \(pause); \(run("start", wish, manager)); }"
        }
        let extra =
            wish.extra.isEmpty ? "" : " " + wish.extra.blankSeparatedWords.map(\.shellQuoted).joined(separator: " ")
        switch manager {
        case .systemd: return "\(systemctl(wish))\(wish.noBlock ? " --no-block" : "") \(action) \"$n\""
        case .openrc: return "rc-service \"$n\" \(action)\(extra)"
        case .sysvinit: return "\(initScript) \(action)\(extra)"
        }
    }

    static func enable(_ enabled: Bool, _ wish: ServiceWish, _ host: ServiceHost) -> String? {
        let verb = enabled ? "enable" : "disable"
        switch host.manager {
        case .systemd: return "\(systemctl(wish)) \(verb)\(wish.force ? " --force" : "") \"$n\""
        case .openrc: return "rc-update \(enabled ? "add" : "del") \"$n\" \(wish.runlevel.shellQuoted)"
        case .sysvinit:
            switch host.enabler {
            case "systemctl": return "systemctl \(verb) \"$n\""
            case "update-rc.d":
                return enabled
                    ? "update-rc.d \"$n\" defaults && update-rc.d \"$n\" enable" : "update-rc.d \"$n\" disable"
            case "chkconfig": return "chkconfig \"$n\" \(enabled ? "on" : "off")"
            default: return nil
            }
        }
    }
}
