//! What a server has to offer for a service, from the arguments of the service.

import Diagnostics
import Values

/// The parts of a service's arguments that a host is checked for.
struct PreflightService: Sendable {
    struct Port: Sendable {
        let number: Int
        let transport: String
        /// nil for all.
        let address: String?

        var text: String { "\(number)/\(transport)" }
    }

    struct Volume: Sendable {
        let source: String
        let isReadOnly: Bool
    }

    let name: String
    let image: String
    let ports: [Port]
    let volumes: [Volume]
    /// Chosen by the author; the engine then may run what is not its own.
    let platform: String?

    /// The argument `services`: each as `drover.core.service` takes it.
    static func all(_ arguments: ModuleArguments) throws(Diagnostic) -> [PreflightService] {
        var services: [PreflightService] = []
        for item in arguments.list("services") ?? [] {
            services.append(try PreflightService(item.dict ?? [:], arguments))
        }
        return services
    }

    private init(_ service: OrderedMap, _ arguments: ModuleArguments) throws(Diagnostic) {
        guard let name = service["name"]?.string, !name.isEmpty else {
            throw arguments.invalid("services", "a service has no 'name'")
        }
        self.name = name
        image = service["image"]?.string ?? ""
        platform = service["options"]?["platform"]?.string
        var ports: [Port] = []
        for (key, value) in service["ports"]?.dict ?? [:] {
            let written = value.dict == nil ? value : value["host"] ?? value["container"] ?? .none
            guard let number = written.scalarText.flatMap({ Int($0) }), (1...65535).contains(number) else {
                throw arguments.invalid(
                    "services", "port '\(key.scalarText ?? "")' of service '\(name)' needs a number from 1 to 65535")
            }
            ports.append(
                Port(
                    number: number, transport: value["protocol"]?.string ?? "tcp", address: value["address"]?.string))
        }
        self.ports = ports
        var volumes: [Volume] = []
        for value in service["volumes"]?.list ?? [] {
            let parts = (value.string ?? "").split(separator: ":").map(String.init)
            guard let source = value["source"]?.string ?? parts.first, source.hasPrefix("/") else {
                throw arguments.invalid(
                    "services", "a volume of service '\(name)' has no directory of the host",
                    help: "'/srv/data:/data', or {source, target}")
            }
            let flags = parts.dropFirst(2).first?.split(separator: ",").map(String.init) ?? []
            volumes.append(
                Volume(source: source, isReadOnly: value["read_only"]?.bool ?? flags.contains("ro")))
        }
        self.volumes = volumes
    }
}
