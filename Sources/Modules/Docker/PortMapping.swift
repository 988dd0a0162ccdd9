//! Published ports: all the ways to write them, and the one form in which they are compared.

import Diagnostics
import Values

/// One port of a container, published or exposed.
package struct PortMapping: Sendable, Equatable {
    /// `80/tcp`
    package let containerPort: String
    /// Empty for all addresses.
    package let hostAddress: String
    /// Empty for a free one; may be a range to choose from.
    package let hostPort: String

    /// Reads `9000`, `8080:80`, `127.0.0.1:8080:80/udp`, `127.0.0.1::80`, `[::1]:80:80`, `8001-8010:9001-9010` and
    /// `8000-8100:80`; nil if it is none of these.
    package static func parse(_ text: String, defaultAddress: String = "") -> [PortMapping]? {
        let halves = text.split(separator: "/", maxSplits: 1).map(String.init)
        let networkProtocol = halves.count == 2 ? halves[1].lowercased() : "tcp"
        guard let first = halves.first, ["tcp", "udp", "sctp"].contains(networkProtocol),
            let parts = split(first)
        else { return nil }
        guard let inner = range(parts.container) else { return nil }
        guard !parts.host.isEmpty else {
            return inner.map {
                PortMapping(containerPort: "\($0)/\(networkProtocol)", address: parts.address ?? defaultAddress, "")
            }
        }
        guard let outer = range(parts.host) else { return nil }
        let address = parts.address ?? defaultAddress
        if inner.count == 1, outer.count > 1 {
            return [PortMapping(containerPort: "\(inner.lowerBound)/\(networkProtocol)", address: address, parts.host)]
        }
        guard inner.count == outer.count else { return nil }
        return zip(inner, outer).map {
            PortMapping(containerPort: "\($0)/\(networkProtocol)", address: address, String($1))
        }
    }

    private init(containerPort: String, address: String, _ hostPort: String) {
        self.containerPort = containerPort
        hostAddress = address == "0.0.0.0" || address == "::" ? "" : address
        self.hostPort = hostPort == "0" ? "" : hostPort
    }

    /// What `docker inspect` lists under `PortBindings`.
    static func actual(_ bindings: OrderedMap) -> [PortMapping] {
        bindings.flatMap { port, hosts in
            (hosts.list ?? []).map {
                PortMapping(
                    containerPort: port.string ?? "", address: $0["HostIp"]?.string ?? "",
                    $0["HostPort"]?.string ?? "")
            }
        }
    }

    /// Container port → sorted `address:port` on the host.
    static func canonical(_ mappings: [PortMapping]) -> Value {
        var result: OrderedMap = [:]
        for mapping in mappings {
            let host: Value = .string("\(mapping.hostAddress):\(mapping.hostPort)")
            let hosts = (result[mapping.containerPort]?.list ?? []) + [host]
            result[mapping.containerPort] = .list(hosts.sorted { ($0.string ?? "") < ($1.string ?? "") })
        }
        return .dict(result)
    }

    /// `-p` for every entry of a canonical dict.
    static func flags(_ value: Value) -> [String] {
        (value.dict ?? [:]).flatMap { port, hosts in
            (hosts.list ?? []).compactMap(\.string).flatMap { host -> [String] in
                let colon = host.lastIndex(of: ":") ?? host.startIndex
                let address = String(host[..<colon])
                let hostPort = String(host[host.index(after: colon)...])
                let bracketed = address.contains(":") ? "[\(address)]" : address
                let front = address.isEmpty ? (hostPort.isEmpty ? "" : "\(hostPort):") : "\(bracketed):\(hostPort):"
                return ["--publish", front + (port.string ?? "")]
            }
        }
    }

    private static func split(_ text: String) -> (address: String?, host: String, container: String)? {
        var rest = text[...]
        var address: String?
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else { return nil }
            address = String(rest[rest.index(after: rest.startIndex)..<close])
            rest = rest[rest.index(after: close)...]
            guard rest.first == ":" else { return nil }
            rest = rest.dropFirst()
        }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts.count, address) {
        case (1, nil): return (nil, "", parts[0])
        case (2, _): return (address, parts[0], parts[1])
        case (3, nil): return (parts[0], parts[1], parts[2])
        default: return nil
        }
    }

    /// `80` or `80-90`.
    static func range(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1],
            (0...65535).contains(low), (low...65535).contains(high)
        else { return nil }
        return low...high
    }
}
