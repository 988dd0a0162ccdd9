//! `docker_image_export`: images of the host in an archive.

import Connections
import Diagnostics
import Values

package struct DockerImageExportModule: Module {
    package static let spec = ModuleSpec(
        DockerEndpoint.names("docker_image_export"), "Saves images to an archive on the host",
        arguments: [
            ArgumentSpec("names", .list(of: .string), "Images, or their ids", required: true, aliases: ["name"]),
            ArgumentSpec("tag", .string, "Tag, where a name has none", default: "latest"),
            ArgumentSpec("path", .path, "The archive", required: true),
            ArgumentSpec("force", .bool, "Write it even if it holds these images already", default: false),
        ] + DockerEndpoint.arguments)

    private let images: [String]
    private let path: String
    private let forces: Bool
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let tag = arguments.string("tag") ?? "latest"
        images = (arguments.strings("names") ?? []).map {
            ImageReference.isID($0) ? $0 : ImageReference($0).withTag(tag).text
        }
        guard !images.isEmpty else { throw arguments.invalid("names", "no image is named") }
        path = arguments.string("path") ?? ""
        forces = arguments.bool("force") ?? false
        endpoint = try DockerEndpoint(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        let place = RemotePath(path).shellWord
        let inspect = images.map { "dk image inspect --format 'image {{json .}}' \($0.shellQuoted) </dev/null\n" }
        let probe = endpoint.probe(
            inspect.joined() + """
                [ -e \(place) ] && echo 'archive yes'
                m=$(tar -xOf \(place) manifest.json 2>/dev/null) && printf 'manifest %s\\n' "$m"
                :
                """)
        return .observe(probe) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint { return failure("cannot ask the Docker engine", complaint) }
            let found = reply.texts("image").compactMap { (try? JSON.parse($0))?.dict }
            guard found.count == images.count else {
                return .done(.failure("not all of these images are on the host: \(images.joined(separator: ", "))"))
            }
            let fields: OrderedMap = ["images": .list(found.map { .dict($0) })]
            if !forces, let kept = reply.value("manifest")?.list, holds(kept, found) {
                return .done(ModuleResult(fields: fields))
            }
            return save(fields, replaces: reply.text("archive") != nil)
        }
    }

    private func failure(_ act: String, _ text: String) -> Step {
        .done(DockerFailure.result(.init(text, image: images.first), doing: act))
    }

    /// Whether an archive's list names exactly these images.
    private func holds(_ manifest: [Value], _ found: [OrderedMap]) -> Bool {
        guard manifest.count == Set(found.compactMap { $0["Id"]?.string }).count else { return false }
        return zip(images, found).allSatisfy { name, image in
            let id = (image["Id"]?.string ?? "").split(separator: ":").last.map(String.init) ?? ""
            return manifest.contains { entry in
                let isIt = entry["Config"]?.string?.contains(id) == true
                let tags = (entry["RepoTags"]?.list ?? []).compactMap(\.string)
                return isIt && (ImageReference.isID(name) || tags.contains(ImageReference(name).familiar))
            }
        }
    }

    /// Beside the target, so that nobody finds half an archive.
    private func save(_ fields: OrderedMap, replaces: Bool) -> Step {
        let place = RemotePath(path).shellWord
        let script = endpoint.script(
            """
            dk image save --output \(place).drover-new \(shellWords(images)) </dev/null &&
            mv -f \(place).drover-new \(place) || { rm -f \(place).drover-new; exit 1; }
            """)
        let difference = Difference(
            beforeHeader: path, afterHeader: path, before: replaces ? "other images\n" : "",
            after: images.map { "\($0)\n" }.joined())
        return .apply(Change(differences: [difference], fields: fields, provides: [.path(path)]), script) { output in
            output.status == 0
                ? .done(ModuleResult(changed: true, fields: fields))
                : failure("cannot save to '\(path)'", output.errorText)
        }
    }
}
