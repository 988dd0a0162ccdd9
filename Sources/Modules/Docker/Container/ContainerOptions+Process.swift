//! Options of the program that a container runs.

import Diagnostics
import Values

extension ContainerOptions {
    static let process: [ContainerOption] = [
        command, entrypoint, environment, healthcheck, restartPolicy,
        .text("user", "User or uid:gid of the program", at: ["Config", "User"], flag: "--user"),
        .text("working_dir", "Working directory of the program", at: ["Config", "WorkingDir"], flag: "--workdir"),
        .toggle("tty", "Allocate a terminal", at: ["Config", "Tty"], flag: "--tty"),
        .toggle("interactive", "Keep standard input open", at: ["Config", "OpenStdin"], flag: "--interactive"),
        .toggle("init", "Run an init that forwards signals and reaps", at: ["HostConfig", "Init"], flag: "--init"),
        .text("stop_signal", "Signal that stops the program", at: ["Config", "StopSignal"], flag: "--stop-signal"),
        stopTimeout,
        .dict(
            "labels", "Labels", at: ["Config", "Labels"], flag: "--label",
            inherited: { $0.imageConfig("Labels") ?? .none }),
        .text(
            "log_driver", "Where the program's output goes", at: ["HostConfig", "LogConfig", "Type"],
            flag: "--log-driver"),
        .dict(
            "log_options", "Options of the log driver", at: ["HostConfig", "LogConfig", "Config"], flag: "--log-opt"),
        .text("runtime", "Runtime that runs the container", at: ["HostConfig", "Runtime"], flag: "--runtime"),
        .toggle(
            "auto_remove", "Remove the container when its program ends", at: ["HostConfig", "AutoRemove"],
            flag: "--rm"),
    ]

    private static let command = ContainerOption(
        argument: ArgumentSpec("command", .raw, "Command: a list, or a text that is split as a shell would"),
        shape: .list,
        wanted: { (value, arguments) throws(Diagnostic) in try words(value, of: "command", arguments) },
        actual: { state in .list(argv(state).command) },
        // Positional, behind the image: spelt by the script.
        flags: { _ in [] })

    private static let entrypoint = ContainerOption(
        argument: ArgumentSpec("entrypoint", .list(of: .string), "Program in front of the command"), shape: .list,
        wanted: { (value, arguments) throws(Diagnostic) in try words(value, of: "entrypoint", arguments) },
        actual: { state in .list(argv(state).entrypoint) },
        // The command line takes one word only; the others go in front of the command.
        flags: { value in ["--entrypoint", value.list?.first?.string ?? ""] })

    /// The words of a command given as text or list.
    private static func words(
        _ value: Value, of name: String, _ arguments: ModuleArguments
    ) throws(Diagnostic) -> Value {
        if let items = value.list {
            return .list(items.map { .string($0.scalarText ?? "") })
        }
        guard let text = value.scalarText, let words = ShellWords.split(text) else {
            throw arguments.invalid(name, "'\(name)' has a quote that is not closed")
        }
        return .list(words.map(Value.string))
    }

    /// Entrypoint and command of a container. Our own containers have only the first word as entrypoint, the others
    /// in front of the command, so they are told apart again by the number of words that are asked for.
    private static func argv(_ state: ContainerState) -> (entrypoint: [Value], command: [Value]) {
        let entrypoint = (state.config("Entrypoint")?.list ?? []).filter { $0 != "" }
        let command = state.config("Cmd")?.list ?? []
        guard entrypoint.count == 1, state.entrypointWords > 1 else { return (entrypoint, command) }
        let all = entrypoint + command
        return (Array(all.prefix(state.entrypointWords)), Array(all.dropFirst(state.entrypointWords)))
    }

    private static let environment = ContainerOption(
        argument: ArgumentSpec("env", .dict, "Environment of the program; values are never on a command line"),
        shape: .dict,
        wanted: { (value, arguments) throws(Diagnostic) in try ContainerOption.texts(value, of: "env", arguments) },
        actual: { environmentDict($0.config("Env")) }, inherited: { environmentDict($0.imageConfig("Env")) },
        // Handed over through a private stream: spelt by the script.
        flags: { _ in [] })

    private static func environmentDict(_ value: Value?) -> Value {
        var result: OrderedMap = [:]
        for text in (value?.list ?? []).compactMap(\.string) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            result[String(parts[0])] = .string(parts.count > 1 ? String(parts[1]) : "")
        }
        return .dict(result)
    }

    private static let stopTimeout: ContainerOption = {
        var option = ContainerOption.number(
            "stop_timeout", "Seconds to wait between the stop signal and killing", at: ["Config", "StopTimeout"],
            flag: "--stop-timeout")
        option.ignoredByDefault = true
        return option
    }()

    private static let restartPolicy = ContainerOption(
        argument: ArgumentSpec(
            "restart_policy", .string, "When the engine restarts the program",
            choices: ["no", "on-failure", "always", "unless-stopped"]),
        shape: .value, updatable: true,
        wanted: { value, arguments in
            let name = value.string ?? "no"
            guard name == "on-failure", let retries = arguments.int("restart_retries"), retries > 0 else {
                return .string(name)
            }
            return .string("\(name):\(retries)")
        },
        actual: { state in
            let name = state.hostConfig("RestartPolicy", "Name")?.string ?? ""
            let retries = state.hostConfig("RestartPolicy", "MaximumRetryCount")?.int ?? 0
            return .string(name.isEmpty ? "no" : retries > 0 ? "\(name):\(retries)" : name)
        },
        flags: { ["--restart", $0.string ?? "no"] })

    private static let healthcheck = ContainerOption(
        argument: ArgumentSpec(
            "healthcheck", .dict,
            "Check of health: test, interval, timeout, retries, start_period, start_interval"),
        shape: .dict,
        wanted: { (value, arguments) throws(Diagnostic) in try Healthcheck.wanted(value, arguments) },
        actual: { Healthcheck.actual($0.config("Healthcheck")) }, flags: Healthcheck.flags)
}
