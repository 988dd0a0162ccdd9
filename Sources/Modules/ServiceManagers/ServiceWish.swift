//! The arguments of `service` and `systemd_service`.

import Diagnostics
import Values

struct ServiceWish: Sendable {
    enum State: String, Sendable { case started, stopped, restarted, reloaded }

    /// nil where only systemd itself is to read its files again.
    let name: String?
    let state: State?
    let enabled: Bool?
    let masked: Bool?
    let reloadsManager: Bool
    let reexecutesManager: Bool
    let scope: String
    let noBlock: Bool
    let force: Bool
    /// Seconds between stop and start of a restart.
    let pause: Int?
    /// What the process list shows of a service without a status command.
    let pattern: String?
    let extra: String
    let runlevel: String
    /// The manager that the task names; nil to look for it.
    let manager: String?

    init(_ arguments: ModuleArguments, manager: String? = nil) throws(Diagnostic) {
        name = arguments.string("name")
        state = arguments.string("state").flatMap(State.init(rawValue:))
        enabled = arguments.bool("enabled")
        masked = arguments.bool("masked")
        reloadsManager = arguments.bool("daemon_reload") ?? false
        reexecutesManager = arguments.bool("daemon_reexec") ?? false
        scope = arguments.string("scope") ?? "system"
        noBlock = arguments.bool("no_block") ?? false
        force = arguments.bool("force") ?? false
        pause = arguments.int("sleep")
        pattern = arguments.string("pattern")
        extra = arguments.string("arguments") ?? ""
        runlevel = arguments.string("runlevel") ?? "default"
        let used = arguments.string("use") ?? "auto"
        self.manager = manager ?? (used == "auto" || used == "service" ? nil : used)
        guard name != nil || (state == nil && enabled == nil && masked == nil) else {
            throw Diagnostic(
                .missingArgument, "a unit is needed for state, enabled and masked", at: arguments.range,
                help: "name the unit with name")
        }
        guard state != nil || enabled != nil || masked != nil || reloadsManager || reexecutesManager else {
            throw Diagnostic(
                .missingArgument, "nothing is asked of \(name.map { "'\($0)'" } ?? "the service manager")",
                at: arguments.range, help: "give state or enabled")
        }
        if let name, name.isEmpty || name.hasPrefix("-") || name.contains(where: { " \n\t;/".contains($0) }) {
            throw arguments.invalid("name", "'\(name)' cannot be the name of a service")
        }
    }

    /// What systemd alone can do.
    static let systemdArguments: [ArgumentSpec] = [
        ArgumentSpec(
            "daemon_reload", .bool, "Read unit files again first", default: false, aliases: ["daemon-reload"]),
        ArgumentSpec(
            "daemon_reexec", .bool, "Start the manager itself again first", default: false, aliases: ["daemon-reexec"]),
        ArgumentSpec("masked", .bool, "Whether it is made impossible to start"),
        ArgumentSpec(
            "scope", .string, "Which manager", default: "system", choices: ["system", "user", "global"]),
        ArgumentSpec("no_block", .bool, "Do not wait for the job to finish", default: false),
        ArgumentSpec("force", .bool, "Replace links that are in the way", default: false),
    ]

    static let commonArguments: [ArgumentSpec] = [
        ArgumentSpec(
            "state", .string, "What to reach", choices: ["reloaded", "restarted", "started", "stopped"]),
        ArgumentSpec("enabled", .bool, "Whether it starts with the host"),
    ]
}
