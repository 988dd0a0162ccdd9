//! `drover.core.image_build`: an image on a host, built from a folder of the control node.

import Connections
import Diagnostics
import Values

package struct DroverImageBuildModule: Module {
    package static let spec = ModuleSpec(
        ["drover.core.image_build"], "Builds an image on a host from a folder of the control node",
        arguments: [
            ArgumentSpec("name", .string, "Image, with or without tag", required: true),
            ArgumentSpec(
                "context", .string, "Folder of the control node, without what .dockerignore names", required: true),
            ArgumentSpec("dockerfile", .string, "The Dockerfile, relative to context", default: "Dockerfile"),
            ArgumentSpec("args", .dict, "Build arguments; they stay visible in the image, so no secrets"),
            ArgumentSpec("target", .string, "Stage to build"),
            ArgumentSpec("platform", .string, "Platform: os[/arch[/variant]]"),
            ArgumentSpec("network", .string, "Network of the steps"),
            ArgumentSpec(
                "bases", .dict,
                "Digests of base images by name with tag; the tags in the Dockerfile do not count"),
            ArgumentSpec("build", .string, "Checksum of what is built, if it is known already"),
        ] + DockerEndpoint.arguments)

    /// The label of an image that says what it was built from.
    package static let label = "drover.build"

    private let image: String
    private let source: BuildSource
    private let checksum: String
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let name = arguments.string("name") ?? ""
        guard !ImageReference.isID(name), ImageReference(name).digest == nil else {
            throw arguments.invalid("name", "what is built gets a name, not an id or a digest")
        }
        image = ImageReference(name).withTag("latest").text
        let folder: String
        do throws(Diagnostic) {
            folder = try context.controller.path(of: arguments.string("context") ?? "", in: .files)
        } catch {
            throw arguments.invalid("context", error.message, help: error.help)
        }
        var source = BuildSource(
            folder: folder, dockerfile: arguments.string("dockerfile") ?? "Dockerfile",
            arguments: arguments.dict("args") ?? [:], target: arguments.string("target"),
            platform: arguments.string("platform"), network: arguments.string("network"))
        for (name, digest) in arguments.dict("bases") ?? [:] {
            source.bases[ImageReference(name.string ?? "").familiar] = digest.string
        }
        self.source = source
        do throws(Diagnostic) {
            if let known = arguments.string("build") { checksum = known } else { checksum = try source.checksum() }
        } catch {
            throw arguments.invalid("context", error.message, help: error.help)
        }
        endpoint = try DockerEndpoint(arguments)
    }

    private var inspect: String { "dk image inspect --format 'image {{json .}}' \(image.shellQuoted) </dev/null\n" }

    package func start() throws(Diagnostic) -> Step {
        .observe(endpoint.probe(inspect + ":")) { observation throws(Diagnostic) in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint { return failed(Observation(errorOutput: Array(complaint.utf8))) }
            let present = reply.object("image")
            if let present, present.at("Config", "Labels", Self.label)?.string == checksum {
                return .done(ModuleResult(fields: fields(present)))
            }
            return try build(before: present)
        }
    }

    private func fields(_ image: OrderedMap?) -> OrderedMap {
        ["build": .string(checksum), "image": image.map { .dict($0) } ?? [:]]
    }

    private func build(before: OrderedMap?) throws(Diagnostic) -> Step {
        let old = before?.at("Config", "Labels", Self.label)?.string
        let difference = Difference(
            beforeHeader: image, afterHeader: image,
            before: before == nil ? "" : "build: \(old ?? "not one of drover")\n", after: "build: \(checksum)\n")
        var script = endpoint.script(
            "dk build --tag \(image.shellQuoted) --label \("\(Self.label)=\(checksum)".shellQuoted) "
                + "\(source.words) - || exit 1\n" + inspect, environment: source.environment)
        script.stream = PartStream(try source.archive(), files: LocalFiles())
        return .apply(Change(differences: [difference], fields: ["build": .string(checksum)]), script) { output in
            guard output.status == 0, let after = DockerReply(output).object("image") else { return failed(output) }
            return .done(ModuleResult(changed: true, fields: fields(after)))
        }
    }

    private func failed(_ output: Observation) -> Step {
        var result = BuildFailure(output: output.text, errors: output.errorText).result(of: image)
        if output.errorText.contains("command not found"), let message = result.fields["msg"]?.string {
            result.fields["msg"] = .string(
                "\(message) there, or build on a host that has it (delegate_to; `on` of a service)")
        }
        return .done(result)
    }
}
