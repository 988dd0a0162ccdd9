//! One service on one host, as `services.yml` says after its templates were rendered.

import Diagnostics
import Values

/// A box of the fleet: the container of a role on a server.
package struct Service: Sendable {
    package let name: String
    package let host: String
    /// How other hosts reach this one.
    package let address: String
    package internal(set) var image: String
    package let ports: [ServicePort]
    package let volumes: [ServiceVolume]
    /// Plain environment, without what lines add.
    package let environment: OrderedMap
    package let secrets: OrderedMap
    package let needs: [ServiceNeed]
    package let configuration: [ServiceConfiguration]
    package let health: ServiceHealth?
    /// Further options of the container, under the names of `docker_container`.
    package let options: OrderedMap
    /// May share its server with other services.
    package let isColocated: Bool
    package let place: ServicePlace
}

/// Where the parts of a service are written.
package struct ServicePlace: Sendable {
    package let name: SourceRange
    package let image: SourceRange
    package let hosts: SourceRange
    /// By name of the variable.
    package var environment: [String: SourceRange] = [:]
    /// By name of the option.
    package var options: [String: SourceRange] = [:]
}

/// A port that a service listens on.
package struct ServicePort: Sendable, Equatable {
    package enum TransportProtocol: String, Sendable, CaseIterable { case tcp, udp, sctp }

    package let name: String
    /// On the host.
    package let number: Int
    /// In the container.
    package let container: Int
    /// The host's address that it is bound to; nil for all.
    package let address: String?
    package let transport: TransportProtocol
    package let range: SourceRange

    package static func == (left: ServicePort, right: ServicePort) -> Bool {
        left.name == right.name && left.number == right.number && left.container == right.container
            && left.address == right.address && left.transport == right.transport
    }

    /// Whether both cannot be on one host.
    func collides(with other: ServicePort) -> Bool {
        guard number == other.number, transport == other.transport else { return false }
        let wildcards: Set<String?> = [nil, "0.0.0.0", "::", ""]
        return wildcards.contains(address) || wildcards.contains(other.address) || address == other.address
    }

    /// `5432`, `53/udp`, `127.0.0.1:5432`.
    package var text: String {
        (address.map { "\($0):" } ?? "") + "\(number)" + (transport == .tcp ? "" : "/\(transport.rawValue)")
    }
}

/// A directory of the host that the container keeps its data in.
package struct ServiceVolume: Sendable {
    package let source: String
    package let target: String
    package let isReadOnly: Bool
    package let owner: String?
    package let group: String?
    package let mode: String?
    package let range: SourceRange
}

/// A line: this service talks to that port of another.
package struct ServiceNeed: Sendable {
    package let provider: String
    package let port: String
    package let range: SourceRange
}

/// A file that the service reads, rendered on the control node.
package struct ServiceConfiguration: Sendable {
    package let template: String
    /// In the container.
    package let target: String
    /// A command in the image that has to accept `{file}`.
    package let check: String?
    package let reload: Reload
    package let range: SourceRange

    package enum Reload: Sendable, Equatable {
        case restart
        case signal(String)
        case command(String)
    }
}

/// When a service counts as up.
package struct ServiceHealth: Sendable {
    package enum Check: Sendable, Equatable {
        case tcp(port: String)
        case http(path: String, port: String, status: Int)
        case command([String])
        /// The health check of the image.
        case image
    }

    package let check: Check
    /// Seconds until it has to be up.
    package let within: Int
    package let interval: Int
}
