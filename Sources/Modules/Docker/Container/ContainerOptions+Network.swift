//! Options of a container's network: ports, names, the namespace. The networks themselves are in ContainerNetworks.

import Diagnostics
import Values

extension ContainerOptions {
    static let network: [ContainerOption] = [
        publishedPorts, exposedPorts, publishAllPorts, networkMode, etcHosts, links, macAddress,
        .text("hostname", "Host name inside", at: ["Config", "Hostname"], flag: "--hostname"),
        .text("domainname", "Domain name inside", at: ["Config", "Domainname"], flag: "--domainname"),
        .items("dns_servers", "Name servers", .list, at: ["HostConfig", "Dns"], flag: "--dns"),
        .items("dns_opts", "Options of name resolution", .set, at: ["HostConfig", "DnsOptions"], flag: "--dns-option"),
        .items(
            "dns_search_domains", "Search domains", .list, at: ["HostConfig", "DnsSearch"], flag: "--dns-search"),
    ]

    private static let publishedPorts = ContainerOption(
        argument: ArgumentSpec(
            "published_ports", .list(of: .string), "Ports to publish: [[address:]host:]container[/protocol]",
            aliases: ["ports"]),
        shape: .dict,
        wanted: { (value, arguments) throws(Diagnostic) in
            var mappings: [PortMapping] = []
            for text in (value.list ?? []).compactMap(\.scalarText) where text != "all" {
                let fallback = arguments.string("default_host_ip") ?? ""
                guard let parsed = PortMapping.parse(text, defaultAddress: fallback) else {
                    throw arguments.invalid(
                        "published_ports", "'\(text)' is not a port to publish",
                        help: "[[address:]host port:]container port[/tcp|udp|sctp], quoted")
                }
                mappings += parsed
            }
            return PortMapping.canonical(mappings)
        },
        actual: { PortMapping.canonical(PortMapping.actual($0.hostConfig("PortBindings")?.dict ?? [:])) },
        flags: PortMapping.flags)

    private static let exposedPorts = ContainerOption(
        argument: ArgumentSpec(
            "exposed_ports", .list(of: .string), "Ports to expose without publishing", aliases: ["exposed", "expose"]),
        shape: .set,
        wanted: { (value, arguments) throws(Diagnostic) in
            var ports: [Value] = []
            for text in (value.list ?? []).compactMap(\.scalarText) {
                let halves = text.split(separator: "/", maxSplits: 1).map(String.init)
                guard let first = halves.first, let range = PortMapping.range(first) else {
                    throw arguments.invalid("exposed_ports", "'\(text)' is not a port or a range of ports")
                }
                ports += range.map { .string("\($0)/\(halves.count == 2 ? halves[1] : "tcp")") }
            }
            return .list(ports)
        },
        actual: { .list($0.config("ExposedPorts")?.dict?.keys ?? []) },
        inherited: { state in
            // Whatever is published is exposed as well.
            let published = state.hostConfig("PortBindings")?.dict?.keys ?? []
            return .list((state.imageConfig("ExposedPorts")?.dict?.keys ?? []) + published)
        },
        flags: { value in (value.list ?? []).flatMap { ["--expose", $0.string ?? ""] } })

    private static let publishAllPorts = ContainerOption.toggle(
        "publish_all_ports", "Publish all exposed ports on free ports of the host",
        at: ["HostConfig", "PublishAllPorts"], flag: "--publish-all")

    private static let networkMode = ContainerOption(
        argument: ArgumentSpec(
            "network_mode", .string, "default, bridge, host, none, container:NAME, or a network"),
        shape: .value, wanted: { value, _ in .string(plainMode(value.string ?? "default")) },
        actual: { namespace($0, $0.hostConfig("NetworkMode")?.string ?? "default", plain: plainMode) },
        flags: { ["--network", $0.string ?? "default"] })

    @Sendable private static func plainMode(_ mode: String) -> String { mode == "bridge" ? "default" : mode }

    /// A namespace option; another container is named as the task names it, although the engine knows its id.
    static func namespace(
        _ state: ContainerState, _ mode: String, plain: (String) -> String = { $0 }
    ) -> Value {
        let prefix = "container:"
        guard mode.hasPrefix(prefix) else { return .string(plain(mode)) }
        let id = String(mode.dropFirst(prefix.count))
        let name = state.identifiers.first { $0.value == id }?.key ?? id
        return .string(prefix + name)
    }

    private static let etcHosts = ContainerOption(
        argument: ArgumentSpec("etc_hosts", .dict, "Names for /etc/hosts and their addresses"), shape: .set,
        wanted: { (value, arguments) throws(Diagnostic) in
            let hosts = try ContainerOption.texts(value, of: "etc_hosts", arguments).dict ?? [:]
            return .list(hosts.map { .string("\($0.key.string ?? ""):\($0.value.string ?? "")") })
        },
        actual: { state in
            .list(
                (state.hostConfig("ExtraHosts")?.list ?? []).compactMap(\.string).map { text in
                    .string(text.replacing("=", with: ":", maxReplacements: text.contains(":") ? 0 : 1))
                })
        },
        flags: { value in (value.list ?? []).flatMap { ["--add-host", $0.string ?? ""] } })

    /// `other:alias`; the engine lists `/other:/this/alias`.
    private static let links = ContainerOption(
        argument: ArgumentSpec("links", .list(of: .string), "Legacy links, container:alias"), shape: .set,
        wanted: { value, _ in
            .list(
                (value.list ?? []).compactMap(\.string).map {
                    .string($0.contains(":") ? $0 : "\($0):\($0)")
                })
        },
        actual: { state in
            .list(
                (state.hostConfig("Links")?.list ?? []).compactMap(\.string).map { text in
                    let halves = text.split(separator: ":", maxSplits: 1).map { $0.split(separator: "/").last ?? "" }
                    return .string(halves.joined(separator: ":"))
                })
        },
        flags: { value in (value.list ?? []).flatMap { ["--link", $0.string ?? ""] } })

    private static let macAddress = ContainerOption(
        argument: ArgumentSpec("mac_address", .string, "MAC address"), shape: .value,
        wanted: { value, _ in .string((value.string ?? "").lowercased()) },
        actual: { state in
            let address = state.config("MacAddress") ?? state.container.at("NetworkSettings", "MacAddress")
            return .string((address?.string ?? "").lowercased())
        },
        flags: { ["--mac-address", $0.string ?? ""] })
}
