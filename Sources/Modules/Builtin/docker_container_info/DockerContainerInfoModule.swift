//! `docker_container_info`: what the engine knows about a container.

import Connections
import Diagnostics
import Values

package struct DockerContainerInfoModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_container_info"), "Reports what the engine knows about a container",
        arguments: [ArgumentSpec("name", .string, "Name or id", required: true)] + DockerEndpoint.arguments)

    private let name: String
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        name = arguments.string("name") ?? ""
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        let script = "dk container inspect --format 'container {{json .}}' \(name.shellQuoted) </dev/null; :"
        return .observe(endpoint.probe(script)) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint {
                return .done(
                    DockerFailure.result(DockerFailure.Facts(complaint), doing: "cannot ask the Docker engine"))
            }
            let container = reply.object("container")
            return .done(
                ModuleResult(fields: [
                    "exists": .bool(container != nil), "container": container.map(Value.dict) ?? .none,
                ]))
        }
    }
}
