//! `drover.core.service_preflight`: whether a server can run its services; only looks.

import Diagnostics
import Values

package struct DroverServicePreflightModule: Module {
    package static let spec = ModuleSpec(
        ["drover.core.service_preflight"], "Checks that a host can run its services, before anything is changed",
        arguments: [
            ArgumentSpec(
                "services", .list(of: .dict), "The services, each as drover.core.service takes it", required: true,
                secret: true)
        ] + DockerEndpoint.arguments)

    private let services: [PreflightService]
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        services = try PreflightService.all(arguments)
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(PreflightView.probe(services, endpoint)) { observation in
            let view = PreflightView(observation, asked: .now)
            let complaints = Preflight(services: services, view: view).complaints
            let fields: OrderedMap = [
                "problems": .list(complaints.map { .string($0) }), "engine": view.server?["Version"] ?? .none,
            ]
            guard complaints.isEmpty else {
                return .done(.failure(complaints.joined(separator: "\n"), fields: fields))
            }
            return .done(ModuleResult(fields: fields))
        }
    }
}
