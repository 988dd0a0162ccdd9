//! The whole fleet of services: boxes on hosts, and the lines between them.

import Diagnostics
import Values

/// Everything that `services.yml` says, for all hosts.
package struct Fleet: Sendable {
    /// In the order of the file.
    package internal(set) var roles: [ServiceRole]
    /// The only ones that images may come from; nil where any will do.
    var allowedRegistries: [String]?

    package subscript(name: String) -> ServiceRole? { roles.first { $0.name == name } }

    package var services: [Service] { roles.flatMap(\.services) }

    /// Services by host, hosts in the order in which the file first names them.
    package var servers: [(host: String, services: [Service])] {
        var order: [String] = []
        var byHost: [String: [Service]] = [:]
        for service in services {
            if byHost[service.host] == nil { order.append(service.host) }
            byHost[service.host, default: []].append(service)
        }
        return order.map { ($0, byHost[$0] ?? []) }
    }

    /// Every line, each once.
    package var lines: [FleetLine] {
        roles.flatMap { role in
            role.needs.map { FleetLine(consumer: role.name, provider: $0.provider, port: $0.port, range: $0.range) }
        }
    }

    /// Roles such that every provider comes before its consumers; nil where lines go in a circle.
    package var inOrderOfLines: [ServiceRole]? {
        var rest = roles
        var sorted: [ServiceRole] = []
        while !rest.isEmpty {
            let waiting = Set(rest.map(\.name))
            guard
                let next = rest.firstIndex(where: { role in
                    role.needs.allSatisfy { $0.provider == role.name || !waiting.contains($0.provider) }
                })
            else { return nil }
            sorted.append(rest.remove(at: next))
        }
        return sorted
    }

    /// What templates see as `services`.
    package var variable: Value {
        .dict(OrderedMap(pairs: roles.map { (.string($0.name), .dict($0.variable)) }))
    }
}

/// A service on all of its hosts.
package struct ServiceRole: Sendable {
    package let name: String
    package let hosts: [String]
    package internal(set) var services: [Service]
    package let rollout: ServiceRollout
    package let place: SourceRange
    package var supply = ServiceSupply()

    /// The lines of any of its hosts, each once.
    package var needs: [ServiceNeed] {
        var needs: [ServiceNeed] = []
        for need in services.flatMap(\.needs)
        where !needs.contains(where: { $0.provider == need.provider && $0.port == need.port }) {
            needs.append(need)
        }
        return needs
    }

    /// The ports of any of its hosts by name.
    package var portNames: [String] {
        var names: [String] = []
        for port in services.flatMap(\.ports) where !names.contains(port.name) { names.append(port.name) }
        return names
    }

    fileprivate var variable: OrderedMap {
        var ports: OrderedMap = [:]
        for port in services.first?.ports ?? [] { ports[port.name] = .int(port.number) }
        return [
            "hosts": .list(hosts.map { .string($0) }),
            "addresses": .list(services.map { .string($0.address) }),
            "ports": .dict(ports),
        ]
    }
}

/// A consumer that talks to a provider's port.
package struct FleetLine: Sendable {
    package let consumer: String
    package let provider: String
    package let port: String
    package let range: SourceRange
}

/// How a new version gets to the hosts of a service.
package struct ServiceRollout: Sendable {
    package enum Failure: String, Sendable, CaseIterable {
        /// Hosts that this run has switched go back as well.
        case rollback
        /// They stay; only the failed ones go back.
        case halt
    }

    /// Sizes of batches as `serial` takes them.
    package var batches: Value = .int(1)
    /// Task files around the switch of each host.
    package var before: String?
    package var after: String?
    /// Task files that have to succeed on every host before anything is touched.
    package var preflight: [String] = []
    /// Task files that have to succeed after each batch.
    package var verify: [String] = []
    /// Releases that stay on the host beside the current one.
    package var keep = 3
    package var onFailure = Failure.rollback

    /// All task files of its author.
    package var taskFiles: [String] { preflight + [before, after].compactMap(\.self) + verify }

    package init() {}
}
