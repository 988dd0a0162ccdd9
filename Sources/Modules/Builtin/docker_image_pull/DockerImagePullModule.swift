//! `docker_image_pull`: an image of a registry, on the host.

import Connections
import Diagnostics
import Values

package struct DockerImagePullModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_image_pull"), "Pulls an image from a registry",
        arguments: [
            ArgumentSpec("name", .string, "Image, with or without tag or digest", required: true),
            ArgumentSpec("tag", .string, "Tag, where the name has none", default: "latest"),
            ArgumentSpec("platform", .string, "Platform: os[/arch[/variant]]"),
            ArgumentSpec(
                "pull", .string, "Ask the registry always, or only for a missing image", default: "always",
                choices: ["always", "not_present"]),
        ] + DockerEndpoint.arguments,
        pinnable: [.image("name", tag: "tag")])

    private let pull: ImagePull
    private let always: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let name = arguments.string("name") ?? ""
        guard !ImageReference.isID(name) else {
            throw arguments.invalid(
                "name", "an image cannot be pulled by its id", help: "give name and tag, or a digest")
        }
        let image = ImageReference(name).withTag(arguments.string("tag") ?? "latest").text
        pull = ImagePull(image: image, platform: arguments.string("platform"), endpoint: try DockerEndpoint(arguments))
        always = arguments.string("pull") != "not_present"
    }

    package func start() throws(Diagnostic) -> Step { pull.start(always: always) }
}
