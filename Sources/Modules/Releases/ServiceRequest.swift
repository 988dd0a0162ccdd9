//! What a task asks of a service, read from its arguments once.

import Diagnostics
import Digests
import Values

/// The arguments of `drover.core.service`, checked.
struct ServiceRequest: Sendable {
    enum State: String, Sendable { case started, absent, previous }

    let name: String
    let state: State
    /// Where records and configuration files live on the host.
    let directory: String
    let image: String?
    let digest: String?
    let folders: [ServiceFolder]
    let environment: OrderedMap
    let secrets: OrderedMap
    let files: [ServiceFile]
    /// nil where the task says nothing of it.
    let health: HealthCheck?
    let keep: Int
    /// The release to go back to.
    let target: String?
    /// Goes back only if this run made what is live.
    let ofRun: String?
    let fence: Int?
    /// What the plan found that is being carried out; a host that is not so any more is refused.
    let planned: OrderedMap?
    /// The container, with options, ports and volumes, without environment.
    let container: ContainerRequest?
    /// This deployment, as the record will name it.
    let release: Release

    init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = try Self.word("name", arguments) ?? ""
        state = arguments.string("state").flatMap(State.init) ?? .started
        directory = try StateDirectory(arguments).path
        digest = try Self.digest(arguments)
        image = arguments.string("image").map {
            ImageReference.isID($0) ? $0 : ImageReference($0).withTag("latest").text
        }
        let ports = try ServicePublication.all(arguments)
        let folders = try ServiceFolder.all(arguments)
        self.folders = folders
        environment =
            try ContainerOption.texts(arguments["environment"] ?? [:], of: "environment", arguments).dict ?? [:]
        secrets = try ContainerOption.texts(arguments["secrets"] ?? [:], of: "secrets", arguments).dict ?? [:]
        files = try ServiceFile.all(arguments, context: context)
        health = arguments["health"] == nil ? nil : try HealthCheck(arguments, ports: ports)
        keep = arguments.int("keep") ?? 3
        guard keep >= 1 else { throw arguments.invalid("keep", "one release at least has to be kept") }
        target = try Self.word("to", arguments)
        ofRun = arguments.string("of_run")
        fence = arguments.int("fence")
        planned = arguments.dict("planned")
        container =
            state == .started ? try Self.container(arguments, name: name, ports: ports, folders: folders) : nil
        var release = Release(
            id: try Self.word("release", arguments) ?? Instant.now.identifier, status: .switching)
        release.run = arguments.string("run") ?? ""
        release.who = arguments.string("who") ?? ""
        release.message = arguments.string("message") ?? ""
        release.when = Instant.now.universalText
        release.image = image ?? ""
        self.release = release
        try checkEnvironment(arguments)
    }

    /// Options of the container that have arguments of their own, or that would take the container out of our hands.
    private static let reserved = [
        "env", "published_ports", "volumes", "publish_all_ports", "auto_remove", "volumes_from", "links",
        "volume_driver",
    ]

    private static func word(_ name: String, _ arguments: ModuleArguments) throws(Diagnostic) -> String? {
        guard let text = arguments.string(name) else { return nil }
        let allowed = text.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        guard allowed, let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
            first != UInt8(ascii: "_"), !text.hasPrefix("drover-"), text.utf8.count <= 100
        else {
            throw arguments.invalid(
                name, "'\(text)' cannot be part of a container's name",
                help: "letters, digits, '_', '.' and '-', the first a letter or digit")
        }
        return text
    }

    private static func digest(_ arguments: ModuleArguments) throws(Diagnostic) -> String? {
        guard let digest = arguments.string("digest") else { return nil }
        guard digest.hasPrefix("sha256:"), ImageReference.isID(digest), digest.utf8.count == 71 else {
            throw arguments.invalid("digest", "'\(digest)' is not a digest", help: "sha256: and 64 hexadecimal digits")
        }
        return digest
    }

    private static func container(
        _ arguments: ModuleArguments, name: String, ports: [ServicePublication], folders: [ServiceFolder]
    ) throws(Diagnostic) -> ContainerRequest {
        guard let image = arguments.string("image") else {
            throw arguments.invalid("image", "a service that is started needs an 'image'")
        }
        let known = ContainerOptions.all.filter { !reserved.contains($0.name) }
        let names = known.flatMap { [$0.name] + $0.argument.aliases } + ["restart_retries"]
        var given: OrderedMap = ["name": .string(name), "image": .string(image)]
        given["restart_policy"] = "unless-stopped"
        for (key, value) in arguments.dict("options") ?? [:] {
            let key = key.scalarText ?? ""
            guard names.contains(key) else {
                let own = ["env": "environment", "published_ports": "ports", "volumes": "volumes"][key]
                throw arguments.invalid(
                    "options", "'\(key)' is no option of a service's container",
                    help: own.map { "use the argument '\($0)'" } ?? Suggestion.help(for: key, among: names))
            }
            let shares = ["network_mode", "ipc_mode", "pid_mode"].contains(key)
            if shares, value.string?.hasPrefix("container:") == true {
                throw arguments.invalid("options", "'\(key)' must not tie a service to another container")
            }
            given[key] = value
        }
        for case let label? in (given["labels"]?.dict ?? [:]).keys.map(\.scalarText) where label.hasPrefix("drover.") {
            throw arguments.invalid("options", "labels that begin with 'drover.' are drover's own")
        }
        given["published_ports"] = .list(ports.map { .string($0.text) })
        given["volumes"] = .list(folders.map { .string($0.text) })
        var places: [String: SourceRange] = [:]
        for name in names { places[name] = arguments.ranges["options"] }
        places["published_ports"] = arguments.ranges["ports"]
        places["volumes"] = arguments.ranges["volumes"]
        let validated = try ArgumentValidator(DockerContainerModule.spec)
            .validate(given, range: arguments.range, ranges: places)
        return try ContainerRequest(validated)
    }

    private func checkEnvironment(_ arguments: ModuleArguments) throws(Diagnostic) {
        if let twice = environment.keys.compactMap(\.string).first(where: { secrets[$0] != nil }) {
            throw arguments.invalid("secrets", "'\(twice)' is in 'environment' and in 'secrets'")
        }
        for name in (environment.keys + secrets.keys).compactMap(\.string)
        where name.isEmpty || name.contains("=") || name.contains(where: \.isWhitespace) {
            throw arguments.invalid("environment", "'\(name)' is not a name of an environment variable")
        }
        if let name = ContainerEnvironment(allEnvironment).impossibleNames.first {
            throw arguments.invalid(
                "environment", "the value of '\(name)' has line breaks, and a shell cannot export that name",
                help: "use letters, digits and '_' in the name")
        }
    }

    // MARK: What follows from the arguments

    var allEnvironment: OrderedMap { environment.merging(secrets) }

    /// Hash of all that makes the container; of secrets the names only.
    var specification: String {
        get throws(Diagnostic) {
            var options: OrderedMap = [:]
            for (option, value) in container?.options ?? [] { options[option.name] = value }
            let all: Value = .dict([
                "image": .string(image ?? ""), "options": .dict(options), "environment": .dict(environment),
                "secrets": .list(secrets.keys.compactMap(\.string).sorted().map { .string($0) }),
                "config": .list(files.map(\.target).sorted().map { .string($0) }),
            ])
            return MessageDigest.sha256.hex(of: Array(try all.json(sortKeys: true).utf8))
        }
    }

    /// Hash of the files that only a new container reads.
    var configuration: String {
        let fixed = files.filter { !$0.isReloadable }.sorted { $0.target < $1.target }
        return MessageDigest.sha256.hex(of: fixed.flatMap { Array($0.target.utf8) + [0] + $0.content + [0] })
    }
}
