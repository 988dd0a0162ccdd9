//! What a task asks of a container, read from its arguments once.

import Diagnostics
import Values

/// The arguments of `docker_container`, checked.
struct ContainerRequest: Sendable {
    enum State: String, Sendable { case absent, present, stopped, started, healthy }
    enum Pull: Sendable { case always, missing, never }

    let name: String
    let state: State
    let image: String?
    let pull: Pull
    let platform: String?
    /// Options that are asked for, in canonical form; env without what comes from a file.
    let options: [(option: ContainerOption, value: Value)]
    let environmentFile: String?
    let networks: [ContainerNetwork]?
    let comparisons: ContainerComparisons
    let recreate: Bool
    let restart: Bool
    let paused: Bool?
    let forceKill: Bool
    let killSignal: String?
    let keepVolumes: Bool
    let stopTimeout: Int?
    let detach: Bool
    let cleanup: Bool
    let outputLogs: Bool
    let ignoresImageName: Bool
    let comparesCurrentImage: Bool
    let healthTimeout: Int

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        name = try Self.name(arguments)
        state = arguments.string("state").flatMap(State.init) ?? .started
        image = arguments.string("image").map {
            ImageReference.isID($0) ? $0 : ImageReference($0).withTag("latest").text
        }
        pull = try Self.pull(arguments)
        platform = arguments.string("platform")
        comparisons = try ContainerComparisons(arguments, options: ContainerOptions.all)
        environmentFile = arguments.string("env_file")
        let networks = try Self.networks(arguments)
        self.networks = networks
        options = try Self.options(arguments, networks: networks)
        recreate = arguments.bool("recreate") ?? false
        restart = arguments.bool("restart") ?? false
        paused = arguments.bool("paused")
        forceKill = arguments.bool("force_kill") ?? false
        killSignal = arguments.string("kill_signal")
        keepVolumes = arguments.bool("keep_volumes") ?? true
        stopTimeout = arguments.int("stop_timeout")
        detach = arguments.bool("detach") ?? true
        cleanup = arguments.bool("cleanup") ?? false
        outputLogs = arguments.bool("output_logs") ?? false
        ignoresImageName = arguments.string("image_name_mismatch") == "ignore"
        comparesCurrentImage = arguments.string("image_comparison") == "current-image"
        healthTimeout = arguments.int("healthy_wait_timeout") ?? 300
        if cleanup, detach {
            throw arguments.invalid("cleanup", "'cleanup' needs 'detach: false'")
        }
    }

    private static func name(_ arguments: ModuleArguments) throws(Diagnostic) -> String {
        let text = arguments.string("name") ?? ""
        let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
        let allowed = name.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        guard let first = name.first, allowed, first.isLetter || first.isNumber else {
            throw arguments.invalid(
                "name", "'\(text)' is not a container's name", help: "letters, digits, '_', '.' and '-'")
        }
        return name
    }

    private static func pull(_ arguments: ModuleArguments) throws(Diagnostic) -> Pull {
        switch arguments["pull"] {
        case nil, .some(.bool(false)), "missing", "not_present", "false", "no": return .missing
        case .some(.bool(true)), "always", "true", "yes": return .always
        case "never": return .never
        default: throw arguments.invalid("pull", "'pull' must be one of always, missing, never, true, false")
        }
    }

    private static func networks(_ arguments: ModuleArguments) throws(Diagnostic) -> [ContainerNetwork]? {
        guard let list = arguments.list("networks") else { return nil }
        var networks: [ContainerNetwork] = []
        for value in list { networks.append(try ContainerNetwork(value, arguments)) }
        return networks
    }

    private static func options(
        _ arguments: ModuleArguments, networks: [ContainerNetwork]?
    ) throws(Diagnostic) -> [(option: ContainerOption, value: Value)] {
        var given = arguments.values
        if arguments.string("network_mode") == nil, let first = networks?.first,
            arguments.bool("networks_cli_compatible") ?? true
        {
            given["network_mode"] = .string(first.name)
        }
        if arguments.strings("published_ports")?.contains("all") == true { given["publish_all_ports"] = true }
        if given["env"] == nil, arguments.string("env_file") != nil { given["env"] = .dict([:]) }
        if arguments.string("container_default_behavior") == "compatibility" {
            for name in ["auto_remove", "init", "interactive", "privileged", "read_only", "tty"]
            where given[name] == nil {
                given[name] = false
            }
            given["memory"] = given["memory"] ?? "0"
        }
        var options: [(ContainerOption, Value)] = []
        for option in ContainerOptions.all {
            guard let value = given[option.name], !value.isNone else { continue }
            options.append((option, try option.wanted(value, arguments)))
        }
        return options
    }

    /// Names of other containers whose namespaces are to be shared.
    var references: [String] {
        options.compactMap { option, value in
            guard ["network_mode", "ipc_mode", "pid_mode"].contains(option.name),
                let mode = value.string, mode.hasPrefix("container:")
            else { return nil }
            return String(mode.dropFirst(10))
        }
    }

    /// How many words the task gives as entrypoint.
    var entrypointWords: Int { value(of: "entrypoint")?.list?.count ?? 0 }

    func value(of name: String) -> Value? { options.first { $0.option.name == name }?.value }
}
