//! When a service counts as up: what is asked of it, and for how long.

import Diagnostics
import Values

/// A service's health check with its ports resolved; small enough for a container's label.
struct HealthCheck: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Nothing is asked: the program has to keep running.
        case running
        /// The health check that the image brings along.
        case image
        case command([String])
        case tcp(Endpoint)
        case http(path: String, Endpoint, status: Int)
    }

    /// A port, as the host reaches it and as the container knows it.
    struct Endpoint: Sendable, Equatable {
        let address: String
        let port: Int
        let container: Int

        /// For the authority of a URL.
        var authority: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
    }

    let kind: Kind
    /// Seconds until it has to be up.
    let within: Double
    /// Seconds between two questions.
    let interval: Double

    private static let keys = ["tcp", "http", "port", "status", "command", "image", "within", "interval"]

    init(kind: Kind, within: Double, interval: Double) {
        self.kind = kind
        self.within = within
        self.interval = interval
    }

    /// The argument `health`.
    init(_ arguments: ModuleArguments, ports: [ServicePublication]) throws(Diagnostic) {
        let health = arguments.dict("health") ?? [:]
        for case let key? in health.keys.map(\.scalarText) where !Self.keys.contains(key) {
            throw arguments.invalid(
                "health", "'\(key)' is no option of 'health'", help: Suggestion.help(for: key, among: Self.keys))
        }
        let kinds = ["tcp", "http", "command", "image"].filter { health[$0] != nil && health[$0] != false }
        guard kinds.count <= 1 else {
            throw arguments.invalid(
                "health", "'health' says \(kinds.joined(separator: " and "))",
                help: "one of tcp, http, command and image")
        }
        within = try Self.seconds(health["within"], arguments) ?? 60
        interval = try Self.seconds(health["interval"], arguments) ?? 1
        switch kinds.first {
        case "tcp":
            kind = .tcp(try ServicePublication.endpoint(health["tcp"], in: ports, arguments))
        case "http":
            guard let path = health["http"]?.string, path.hasPrefix("/"), !path.contains(where: \.isWhitespace) else {
                throw arguments.invalid("health", "'http' of 'health' is a path, such as /healthz")
            }
            let status = health["status"]?.scalarText.flatMap { Int($0) } ?? 200
            kind = .http(
                path: path, try ServicePublication.endpoint(health["port"], in: ports, arguments), status: status)
        case "command":
            let words = health["command"]?.list?.compactMap(\.scalarText)
            guard let words = words ?? health["command"]?.string.flatMap(ShellWords.split), !words.isEmpty else {
                throw arguments.invalid("health", "'command' of 'health' is a list of words")
            }
            kind = .command(words)
        case "image": kind = .image
        default: kind = .running
        }
    }

    private static func seconds(_ value: Value?, _ arguments: ModuleArguments) throws(Diagnostic) -> Double? {
        guard let value else { return nil }
        if case .float(let seconds) = value, seconds > 0 { return seconds }
        guard let nanoseconds = value.scalarText.flatMap(DockerQuantity.nanoseconds), nanoseconds > 0 else {
            throw arguments.invalid("health", "'\(value.scalarText ?? "")' is not a length of time", help: "e.g. 30s")
        }
        return Double(nanoseconds) / 1e9
    }

    // MARK: In a container's label

    var label: String {
        get throws(Diagnostic) {
            var fields: OrderedMap = ["within": .float(within), "interval": .float(interval)]
            switch kind {
            case .running: break
            case .image: fields["image"] = true
            case .command(let words): fields["command"] = .list(words.map { .string($0) })
            case .tcp(let endpoint): fields["tcp"] = Self.value(endpoint)
            case .http(let path, let endpoint, let status):
                fields["http"] = Self.value(endpoint)
                fields["path"] = .string(path)
                fields["status"] = .int(status)
            }
            return try Value.dict(fields).json()
        }
    }

    /// What a label says; a container without one has to run, no more.
    init(label: String) {
        let value = try? JSON.parse(label)
        let number = { (key: String) -> Double? in
            switch value?[key] {
            case .float(let number): number
            case .int(let number): Double(number)
            default: nil
            }
        }
        within = number("within") ?? 60
        interval = number("interval") ?? 1
        if value?["image"]?.bool == true {
            kind = .image
        } else if let words = value?["command"]?.list {
            kind = .command(words.compactMap(\.string))
        } else if let endpoint = value?["tcp"].flatMap(Self.endpoint) {
            kind = .tcp(endpoint)
        } else if let endpoint = value?["http"].flatMap(Self.endpoint) {
            kind = .http(path: value?["path"]?.string ?? "/", endpoint, status: value?["status"]?.int ?? 200)
        } else {
            kind = .running
        }
    }

    private static func value(_ endpoint: Endpoint) -> Value {
        .dict([
            "address": .string(endpoint.address), "port": .int(endpoint.port), "container": .int(endpoint.container),
        ])
    }

    private static func endpoint(_ value: Value) -> Endpoint? {
        guard let address = value["address"]?.string, let port = value["port"]?.int,
            let container = value["container"]?.int
        else { return nil }
        return Endpoint(address: address, port: port, container: container)
    }

    /// What is waited for, in words.
    var text: String {
        switch kind {
        case .running: "keep running"
        case .image: "pass the image's health check"
        case .command(let words): "pass '\(words.joined(separator: " "))'"
        case .tcp(let endpoint): "listen on port \(endpoint.container)"
        case .http(let path, let endpoint, let status): "answer \(status) at http://\(endpoint.authority)\(path)"
        }
    }
}
