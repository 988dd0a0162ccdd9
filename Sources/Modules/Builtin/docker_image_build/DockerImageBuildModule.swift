//! `docker_image_build`: an image, built from a folder of the host.

import Connections
import Diagnostics
import Values

package struct DockerImageBuildModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_image_build"), "Builds an image from a folder of the host",
        arguments: [
            ArgumentSpec("name", .string, "Image, with or without tag", required: true),
            ArgumentSpec("tag", .string, "Tag, where the name has none", default: "latest"),
            ArgumentSpec("path", .path, "Folder of the host that it is built from", required: true),
            ArgumentSpec("dockerfile", .string, "The Dockerfile, relative to path"),
            ArgumentSpec("args", .dict, "Build arguments; they stay visible in the image, so no secrets"),
            ArgumentSpec("target", .string, "Stage to build"),
            ArgumentSpec("platform", .list(of: .string), "Platform: os[/arch[/variant]]; one"),
            ArgumentSpec("network", .string, "Network of the steps"),
            ArgumentSpec("labels", .dict, "Labels of the image"),
            ArgumentSpec("cache_from", .list(of: .string), "Images to take layers from"),
            ArgumentSpec("etc_hosts", .dict, "Further lines of /etc/hosts: name → address"),
            ArgumentSpec("shm_size", .string, "Size of /dev/shm"),
            ArgumentSpec("pull", .bool, "Ask registries for newer base images", default: false),
            ArgumentSpec("nocache", .bool, "Take nothing from the cache", default: false),
            ArgumentSpec(
                "rebuild", .string, "Whether an image that is there is built again", default: "never",
                choices: ["never", "always"]),
        ] + DockerEndpoint.arguments)

    private let image: String
    private let build: ImageBuild
    private let always: Bool
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let name = arguments.string("name") ?? ""
        guard !ImageReference.isID(name), ImageReference(name).digest == nil else {
            throw arguments.invalid("name", "what is built gets a name, not an id or a digest")
        }
        image = ImageReference(name).withTag(arguments.string("tag") ?? "latest").text
        let platforms = arguments.strings("platform") ?? []
        guard platforms.count < 2 else {
            throw arguments.invalid(
                "platform", "an engine's store has one platform of an image",
                help: "build one image for each platform, with names of their own")
        }
        var options: OrderedMap = [:]
        let same = [
            "path", "dockerfile", "args", "target", "network", "labels", "cache_from", "etc_hosts", "shm_size", "pull",
            "nocache",
        ]
        for key in same { if let value = arguments[key] { options[key] = value } }
        if let platform = platforms.first { options["platform"] = .string(platform) }
        build = try ImageBuild(options, arguments)
        always = arguments.string("rebuild") == "always"
        endpoint = try DockerEndpoint(arguments)
    }

    private var inspect: String { "dk image inspect --format 'image {{json .}}' \(image.shellQuoted) </dev/null" }

    package func start() throws(Diagnostic) -> Step {
        .observe(endpoint.probe("\(inspect); :")) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint { return failed(Observation(errorOutput: Array(complaint.utf8))) }
            if let present = reply.object("image"), !always {
                return .done(ModuleResult(fields: ["image": .dict(present), "actions": []]))
            }
            return make(before: reply.object("image"))
        }
    }

    private func make(before: OrderedMap?) -> Step {
        let fields: OrderedMap = ["actions": [.string("Built image \(image)")]]
        let script = endpoint.script(
            build.command(image, quietly: false) + " || exit 1\n" + inspect, environment: build.secrets)
        // Whether building it again makes another image, only the builder knows.
        return .apply(Change(before == nil ? .changes : .unknown, fields: fields), script) { output in
            guard output.status == 0, let after = DockerReply(output).object("image") else { return failed(output) }
            var fields = fields
            fields["image"] = .dict(after)
            return .done(ModuleResult(changed: before?["Id"] != after["Id"], fields: fields))
        }
    }

    private func failed(_ output: Observation) -> Step {
        .done(BuildFailure(output: output.text, errors: output.errorText).result(of: image))
    }
}
