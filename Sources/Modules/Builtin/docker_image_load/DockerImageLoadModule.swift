//! `docker_image_load`: all images of an archive on the host.

import Connections
import Diagnostics
import Values

package struct DockerImageLoadModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_image_load"), "Loads images from an archive on the host",
        arguments: [ArgumentSpec("path", .path, "The archive", required: true)] + DockerEndpoint.arguments)

    private let path: String
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        path = arguments.string("path") ?? ""
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        let place = RemotePath(path).shellWord
        return .observe(Probe("[ -f \(place) ] && [ -r \(place) ]")) { found in
            let missing = ModuleResult.failure("there is no archive '\(path)' on the host that can be read")
            return found.status == 0 ? load() : .lacking([.anything], failure: missing, then: load())
        }
    }

    /// What is in the archive, the engine tells when it has been loaded.
    private func load() -> Step {
        let script = endpoint.script(
            """
            out=$(dk image load --input \(RemotePath(path).shellWord) </dev/null) || exit 1
            printf '%s\\n' "$out" | sed 's/^/out /'
            printf '%s\\n' "$out" | sed -n 's/^Loaded image\\( ID\\)*: //p' | while IFS= read -r name; do
              echo "name $name"
              dk image inspect --format 'image {{json .}}' "$name" </dev/null
            done
            """)
        return .apply(Change(fields: ["image_names": [], "images": []]), script) { output in
            guard output.status == 0 else {
                return .done(
                    DockerFailure.result(.init(output.errorText), doing: "cannot load images from '\(path)'"))
            }
            let reply = DockerReply(output)
            return .done(
                ModuleResult(
                    changed: true,
                    fields: [
                        "image_names": .list(reply.texts("name").map(Value.string)),
                        "images": .list(reply.texts("image").compactMap { try? JSON.parse($0) }),
                        "stdout": .string(reply.texts("out").joined(separator: "\n")),
                    ]))
        }
    }
}
