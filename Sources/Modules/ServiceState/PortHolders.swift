//! Who listens on which port of a host.

import Values

/// Listening sockets and published ports, from the kernel's tables, `ss` and the engine.
struct PortHolders: Sendable {
    /// A container as `docker ps` tells it.
    struct Container: Sendable {
        let name: String
        let service: String?
        let isRunning: Bool
        let networks: String
        /// `0.0.0.0:8080->80/tcp, 127.0.0.1:53->53/udp`.
        let ports: String

        init?(_ value: Value?) {
            guard let value, let name = value["Names"]?.string else { return nil }
            self.name = name
            isRunning = value["State"]?.string.map { $0 == "running" || $0 == "paused" } ?? false
            networks = value["Networks"]?.string ?? ""
            ports = value["Ports"]?.string ?? ""
            let labels = (value["Labels"]?.string ?? "").split(separator: ",")
            service = labels.first { $0.hasPrefix("drover.service=") }.map { String($0.dropFirst(15)) }
        }

        func belongs(to service: String) -> Bool { self.service == service || name == service }

        /// Whether it publishes the port on an address that collides.
        func publishes(_ port: PreflightService.Port) -> Bool {
            ports.split(separator: ",").contains { part in
                let sides = part.trimmingBlanks.split(separator: "->", maxSplits: 1).map(String.init)
                guard sides.count == 2, sides[1].hasSuffix("/\(port.transport)"),
                    let colon = sides[0].lastIndex(of: ":"),
                    let numbers = PortMapping.range(String(sides[0][sides[0].index(after: colon)...]))
                else { return false }
                return numbers.contains(port.number) && port.collides(with: String(sides[0][..<colon]))
            }
        }
    }

    let containers: [Container]
    private let sockets: [(transport: String, address: String, port: Int)]
    /// Lines of `ss -lntup` or `netstat -lntup`.
    private let told: [String]

    /// Lines `socket:tcp …` of `/proc/net/tcp` and its kin, and `told …`.
    static let script = """
        for t in tcp udp; do
        case $t in tcp) s=0A;; *) s=07;; esac
        cat /proc/net/$t /proc/net/${t}6 2>/dev/null \\
        | while read -r n l r state rest; do [ "$state" != "$s" ] || echo "socket:$t $l"; done
        done
        { ss -H -lntup 2>/dev/null || netstat -lntup 2>/dev/null; } | sed 's/^/told /'

        """

    init(_ reply: DockerReply) {
        containers = reply.texts("container").compactMap { Container(try? JSON.parse($0)) }
        told = reply.texts("told")
        sockets = ["tcp", "udp"].flatMap { transport in
            reply.texts("socket:\(transport)").compactMap { text in
                Drain.address(text.trimmed).map { (transport, $0.address, $0.port) }
            }
        }
    }

    /// Who keeps `service` from the port; nil where nobody does.
    func stranger(on port: PreflightService.Port, for service: String) -> String? {
        let own = containers.filter { $0.isRunning && $0.belongs(to: service) }
        let others = containers.filter { $0.isRunning && !$0.belongs(to: service) }
        if let other = others.first(where: { $0.publishes(port) }) { return "container '\(other.name)'" }
        // What listens is the service's own container, through the engine or on the host's network.
        if own.contains(where: { $0.publishes(port) || $0.networks == "host" }) { return nil }
        let taken = sockets.contains {
            $0.transport == port.transport && $0.port == port.number && port.collides(with: $0.address)
        }
        return taken ? program(on: port) ?? "another program" : nil
    }

    /// `nginx (pid 17)`, where the host can tell.
    private func program(on port: PreflightService.Port) -> String? {
        for line in told where line.hasPrefix(port.transport) {
            let words = line.split(separator: " ").map(String.init)
            guard words.dropFirst(3).prefix(2).contains(where: { $0.hasSuffix(":\(port.number)") }) else { continue }
            if let start = line.firstRange(of: "((\"")?.upperBound {
                let parts = line[start...].split(whereSeparator: { "\",=()".contains($0) }).map(String.init)
                let pid = parts.firstIndex(of: "pid").flatMap { $0 + 1 < parts.count ? parts[$0 + 1] : nil }
                return (parts.first ?? "?") + (pid.map { " (pid \($0))" } ?? "")
            }
            // netstat: 17/nginx
            if let last = words.last(where: { $0.contains("/") && $0.first?.isNumber == true }) {
                let parts = last.split(separator: "/", maxSplits: 1).map(String.init)
                if parts.count == 2 { return "\(parts[1]) (pid \(parts[0]))" }
            }
        }
        return nil
    }
}

extension PreflightService.Port {
    /// Whether something on this address of the host keeps the port from us.
    fileprivate func collides(with other: String) -> Bool {
        let all: Set<String> = ["", "0.0.0.0", "::", "[::]", "*", "00000000000000000000000000000000"]
        return all.contains(other) || all.contains(address ?? "") || address == other
            || address.map { "[\($0)]" } == other
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String { String(self).trimmed }
}
