//! The ports and directories of a service, as its arguments say them.

import Connections
import Diagnostics
import Values

/// A named port: explicit on the host and in the container.
struct ServicePublication: Sendable {
    let name: String
    let host: Int
    let container: Int
    let address: String?
    let transport: String

    private static let keys = ["host", "container", "address", "protocol"]

    /// The argument `ports`.
    static func all(_ arguments: ModuleArguments) throws(Diagnostic) -> [ServicePublication] {
        var ports: [ServicePublication] = []
        for (key, value) in arguments.dict("ports") ?? [:] {
            ports.append(try ServicePublication(key.scalarText ?? "", value, arguments))
        }
        return ports
    }

    private init(_ name: String, _ value: Value, _ arguments: ModuleArguments) throws(Diagnostic) {
        for case let key? in (value.dict ?? [:]).keys.map(\.scalarText) where !Self.keys.contains(key) {
            throw arguments.invalid(
                "ports", "'\(key)' is no option of a port", help: Suggestion.help(for: key, among: Self.keys))
        }
        func number(_ value: Value?) throws(Diagnostic) -> Int? {
            guard let value, !value.isNone else { return nil }
            guard let number = value.int ?? value.string.flatMap({ Int($0) }), (1...65535).contains(number) else {
                throw arguments.invalid(
                    "ports", "port '\(name)' needs a number from 1 to 65535", help: "every port is explicit")
            }
            return number
        }
        let inner = try number(value["container"])
        let outer = try number(value.dict == nil ? value : value["host"])
        guard let host = outer ?? inner else {
            throw arguments.invalid("ports", "port '\(name)' has no number", help: "`\(name): 8080`")
        }
        self.name = name
        self.host = host
        container = inner ?? host
        address = value["address"]?.string
        transport = value["protocol"]?.string ?? "tcp"
        guard ["tcp", "udp", "sctp"].contains(transport) else {
            throw arguments.invalid("ports", "the protocol of port '\(name)' is tcp, udp or sctp")
        }
    }

    /// For `published_ports`.
    var text: String {
        let front = address.map { $0.contains(":") ? "[\($0)]:" : "\($0):" } ?? ""
        return "\(front)\(host):\(container)/\(transport)"
    }

    /// The port that a health check means: by name, by number, or the only one.
    static func endpoint(
        _ value: Value?, in ports: [ServicePublication], _ arguments: ModuleArguments
    ) throws(Diagnostic) -> HealthCheck.Endpoint {
        let written = value?.scalarText
        let port: ServicePublication?
        if let written {
            port = ports.first { $0.name == written } ?? ports.first { String($0.host) == written }
        } else {
            port = ports.count == 1 ? ports[0] : nil
        }
        guard let port, port.transport == "tcp" else {
            let names = ports.filter { $0.transport == "tcp" }.map(\.name)
            throw arguments.invalid(
                "health",
                written.map { "'\($0)' in 'health' is no TCP port of the service" }
                    ?? "'health' does not say which port is asked",
                help: written.flatMap { Suggestion.help(for: $0, among: names) }
                    ?? "its ports are: \(names.joined(separator: ", "))")
        }
        let everywhere = ["0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"]
        let address = port.address ?? ""
        return HealthCheck.Endpoint(
            address: everywhere[address] ?? address, port: port.host, container: port.container)
    }
}

/// A directory of the host that holds the service's data.
struct ServiceFolder: Sendable {
    let source: String
    let target: String
    let isReadOnly: Bool
    let owner: String?
    let group: String?
    let mode: String?

    private static let keys = ["source", "target", "read_only", "owner", "group", "mode"]

    /// The argument `volumes`.
    static func all(_ arguments: ModuleArguments) throws(Diagnostic) -> [ServiceFolder] {
        var folders: [ServiceFolder] = []
        for value in arguments.list("volumes") ?? [] { folders.append(try ServiceFolder(value, arguments)) }
        return folders
    }

    private init(_ value: Value, _ arguments: ModuleArguments) throws(Diagnostic) {
        for case let key? in (value.dict ?? [:]).keys.map(\.scalarText) where !Self.keys.contains(key) {
            throw arguments.invalid(
                "volumes", "'\(key)' is no option of a volume", help: Suggestion.help(for: key, among: Self.keys))
        }
        let parts = (value.string ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        source = value["source"]?.string ?? parts[0]
        target = value["target"]?.string ?? (parts.count > 1 ? parts[1] : "")
        let option = parts.count > 2 ? parts[2] : "rw"
        isReadOnly = value["read_only"]?.bool ?? (option == "ro")
        owner = value["owner"]?.scalarText
        group = value["group"]?.scalarText
        mode = value["mode"]?.scalarText
        let isPlain = { (path: String) in
            path.hasPrefix("/") && path.count > 1 && !path.contains(":")
                && !path.split(separator: "/").contains("..")
        }
        guard isPlain(source), isPlain(target), parts.count <= 3, ["ro", "rw"].contains(option) else {
            throw arguments.invalid(
                "volumes", "'\(value.string ?? source)' is not a directory of the host and one of the container",
                help: "/host/directory:/container/directory[:ro]; data belongs to the host, not to a container")
        }
        if let mode, FileMode(mode) == nil {
            throw arguments.invalid("volumes", "'\(mode)' is not a mode", help: "write it as '0750'")
        }
    }

    /// For `volumes` of a container.
    var text: String { "\(source):\(target)\(isReadOnly ? ":ro" : "")" }

    /// Commands that make the directory where nothing is.
    var creation: String {
        let path = source.shellQuoted
        var lines = ["( umask 022; mkdir -p -- \(path) )"]
        if let owner { lines.append("chown \((owner + (group.map { ":\($0)" } ?? "")).shellQuoted) -- \(path)") }
        if owner == nil, let group { lines.append("chgrp \(group.shellQuoted) -- \(path)") }
        if let mode { lines.append("chmod \(mode.shellQuoted) -- \(path)") }
        return "if ! [ -e \(path) ]; then\n  \(lines.joined(separator: " && ")) || exit 1\nfi\n"
    }
}
