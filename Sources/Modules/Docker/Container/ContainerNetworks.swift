//! The networks of a container: what is asked, what is connected, and how the command line says it.

import Connections
import Diagnostics
import Values

/// One entry of the argument `networks`.
struct ContainerNetwork: Sendable {
    let name: String
    let ipv4: String?
    let ipv6: String?
    let aliases: [String]
    let links: [String]
    let driverOptions: [String]

    private static let keys = ["name", "ipv4_address", "ipv6_address", "aliases", "links", "driver_opts"]

    init(_ value: Value, _ arguments: ModuleArguments) throws(Diagnostic) {
        for case let key? in (value.dict ?? [:]).keys.map(\.scalarText) where !Self.keys.contains(key) {
            throw arguments.invalid(
                "networks", "'\(key)' is no option of a network",
                help: key == "mac_address"
                    ? "use the argument 'mac_address'" : Suggestion.help(for: key, among: Self.keys))
        }
        guard let name = value["name"]?.string else {
            throw arguments.invalid("networks", "each entry of 'networks' needs a 'name'")
        }
        self.name = name
        ipv4 = value["ipv4_address"]?.string
        ipv6 = value["ipv6_address"]?.string
        aliases = (value["aliases"]?.list ?? []).compactMap(\.scalarText)
        links = (value["links"]?.list ?? []).compactMap(\.scalarText)
        driverOptions = (value["driver_opts"]?.dict ?? [:]).map {
            "\($0.key.scalarText ?? "")=\($0.value.scalarText ?? "")"
        }
    }

    /// Options of `docker network connect`.
    var connectFlags: [String] {
        addresses + aliases.flatMap { ["--alias", $0] } + links.flatMap { ["--link", $0] }
            + driverOptions.flatMap { ["--driver-opt", $0] }
    }

    /// Options of `docker create`, which spells aliases otherwise and takes driver options with the name.
    var createFlags: [String] {
        let options = driverOptions.map { ",driver-opt=\($0)" }.joined()
        return addresses + aliases.flatMap { ["--network-alias", $0] } + links.flatMap { ["--link", $0] }
            + ["--network", options.isEmpty ? name : "name=\(name)\(options)"]
    }

    private var addresses: [String] {
        (ipv4.map { ["--ip", $0] } ?? []) + (ipv6.map { ["--ip6", $0] } ?? [])
    }

    /// Whether a connection of the container is as asked.
    func matches(_ endpoint: Value) -> Bool {
        let actual = { (value: Value?) in Set((value?.list ?? []).compactMap(\.string)) }
        let options = endpoint["DriverOpts"]?.dict ?? [:]
        return (ipv4 == nil || endpoint["IPAMConfig"]?["IPv4Address"]?.string == ipv4)
            && (ipv6 == nil || endpoint["IPAMConfig"]?["IPv6Address"]?.string == ipv6)
            && actual(endpoint["Aliases"]).isSuperset(of: aliases) && actual(endpoint["Links"]).isSuperset(of: links)
            && driverOptions.allSatisfy { wanted in
                options.contains { "\($0.key.scalarText ?? "")=\($0.value.scalarText ?? "")" == wanted }
            }
    }
}

/// What has to be done to the networks of an existing container.
struct ContainerNetworkChanges: Sendable {
    var connect: [ContainerNetwork] = []
    var disconnect: [String] = []

    var isEmpty: Bool { connect.isEmpty && disconnect.isEmpty }

    init(_ wanted: [ContainerNetwork]?, of state: ContainerState, rule: ContainerComparison) {
        guard let wanted, rule != .ignore else { return }
        let connected = state.container.at("NetworkSettings", "Networks")?.dict ?? [:]
        var kept: Set<String> = []
        for network in wanted {
            let present = connected.first { name, endpoint in
                name.string == network.name
                    || network.name.count >= 12 && endpoint["NetworkID"]?.string?.hasPrefix(network.name) == true
            }
            guard let present else {
                connect.append(network)
                continue
            }
            kept.insert(present.0.string ?? "")
            if !network.matches(present.1) {
                disconnect.append(network.name)
                connect.append(network)
            }
        }
        if rule == .strict { disconnect += connected.keys.compactMap(\.string).filter { !kept.contains($0) } }
    }

    /// Commands for the script; `container` is a shell word.
    func commands(container: String) -> [String] {
        disconnect.map { "dk network disconnect --force \($0.shellQuoted) \(container)" }
            + connect.map { "dk network connect \(shellWords($0.connectFlags + [$0.name])) \(container)" }
    }
}
