//! `docker_image_info`: what the engine knows about images.

import Connections
import Diagnostics
import Values

package struct DockerImageInfoModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_image_info"), "Reports what the engine knows about images",
        arguments: [ArgumentSpec("name", .list(of: .string), "Images; all if none is named")]
            + DockerEndpoint.arguments)

    private let names: [String]
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        names = arguments.strings("name") ?? []
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        let inspect = "dk image inspect --format 'image {{json .}}' "
        let script =
            names.isEmpty
            ? "ids=$(dk image ls --quiet --no-trunc </dev/null | sort -u) && [ -n \"$ids\" ] && \(inspect) $ids </dev/null; :"
            : "\(inspect)\(shellWords(names)) </dev/null; :"
        return .observe(endpoint.probe(script)) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint {
                return .done(
                    DockerFailure.result(DockerFailure.Facts(complaint), doing: "cannot ask the Docker engine"))
            }
            return .done(
                ModuleResult(fields: ["images": .list(reply.texts("image").compactMap { try? JSON.parse($0) })]))
        }
    }
}
