//! `docker_image_push`: an image of the host, in its registry.

import Connections
import Diagnostics
import Values

package struct DockerImagePushModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_image_push"), "Pushes an image to the registry of its name",
        arguments: [
            ArgumentSpec("name", .string, "Image, with or without tag", required: true),
            ArgumentSpec("tag", .string, "Tag, where the name has none", default: "latest"),
        ] + DockerEndpoint.arguments)

    private let image: String
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let name = arguments.string("name") ?? ""
        guard !ImageReference.isID(name), ImageReference(name).digest == nil else {
            throw arguments.invalid(
                "name", "an image cannot be pushed by its id or digest", help: "give name and tag")
        }
        image = ImageReference(name).withTag(arguments.string("tag") ?? "latest").text
        endpoint = try DockerEndpoint(arguments)
    }

    private var inspect: String { "dk image inspect --format 'image {{json .}}' \(image.shellQuoted) </dev/null" }

    package func start() throws(Diagnostic) -> Step {
        .observe(endpoint.probe("\(inspect); :")) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint { return failure("cannot ask the Docker engine", complaint) }
            guard reply.object("image") != nil else {
                let missing = ModuleResult.failure("cannot push image '\(image)': it is not on the host")
                return .lacking([.anything], failure: missing, then: push())
            }
            return push()
        }
    }

    private func failure(_ act: String, _ text: String) -> Step {
        .done(DockerFailure.result(.init(text, image: image), doing: act))
    }

    /// Whether the registry has it already, only the registry knows.
    private func push() -> Step {
        let fields: OrderedMap = ["actions": [.string("Pushed image \(image)")]]
        let script = endpoint.script(
            "out=$(dk push \(image.shellQuoted) </dev/null) || exit 1\nprintf '%s\\n' \"$out\" | sed 's/^/out /'\n"
                + inspect)
        return .apply(Change(.unknown, fields: fields), script) { output in
            guard output.status == 0, let image = DockerReply(output).object("image") else {
                return failure("cannot push image '\(self.image)'", output.errorText)
            }
            var fields = fields
            fields["image"] = .dict(image)
            return .done(
                ModuleResult(
                    changed: DockerReply(output).texts("out").contains { $0.hasSuffix(": Pushed") }, fields: fields))
        }
    }
}
