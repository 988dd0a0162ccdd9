//! `drover.core.image_send`: an image from one engine to another, only the layers that are missing there.

import Connections
import Diagnostics
import Values

package struct DroverImageSendModule: Module {
    package static let spec = ModuleSpec(
        ["drover.core.image_send"], "Sends an image to a host over its connection, only the layers that it lacks",
        arguments: [
            ArgumentSpec("name", .string, "Image, with or without tag", required: true),
            ArgumentSpec(
                "from", .string, "Host whose engine has the image; localhost is the control node",
                default: "localhost"),
            ArgumentSpec("build", .string, "Checksum that the label drover.build of the image has to have"),
        ] + DockerEndpoint.arguments)

    /// The image on the sending side.
    package struct Source: Sendable {
        package let host: String
        package let image: ImageLayers
        /// Of the layers before compression, the base first; empty where that cannot be told.
        package let sizes: [Int]
        /// The archive with the layers of a range.
        package let stream: @Sendable (Range<Int>) -> any ByteSource

        package init(
            host: String, image: ImageLayers, sizes: [Int], stream: @escaping @Sendable (Range<Int>) -> any ByteSource
        ) {
            self.host = host
            self.image = image
            self.sizes = sizes
            self.stream = stream
        }
    }

    private let image: String
    private let source: Source?
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        try self.init(arguments, source: nil)
    }

    package init(_ arguments: ModuleArguments, source: Source?) throws(Diagnostic) {
        image = try Self.image(arguments)
        self.source = source
        endpoint = try DockerEndpoint(arguments)
    }

    /// The image's name with its tag.
    package static func image(_ arguments: ModuleArguments) throws(Diagnostic) -> String {
        let name = arguments.string("name") ?? ""
        guard !ImageReference.isID(name), ImageReference(name).digest == nil else {
            throw arguments.invalid(
                "name", "an image is sent by its name, not by an id or a registry's digest",
                help: "give name and tag")
        }
        return ImageReference(name).withTag("latest").text
    }

    package func start() throws(Diagnostic) -> Step {
        guard let source else {
            return .done(.failure("image '\(image)' has no source: nothing can be sent"))
        }
        return look(source, attempt: 1)
    }

    private func look(_ source: Source, attempt: Int) -> Step {
        .observe(ImageShelf.probe(image, endpoint)) { observation in
            let shelf = ImageShelf(observation)
            if let complaint = shelf.complaint { return failure("cannot ask the Docker engine", complaint) }
            if let there = shelf.image, there.isSame(as: source.image) {
                return .done(ModuleResult(fields: fields(there, source, sent: 0)))
            }
            guard shelf.platform == source.image.platform || shelf.platform.isEmpty else {
                return .done(
                    .failure(
                        "image '\(image)' is for \(source.image.platform), the host is \(shelf.platform); build it "
                            + "with 'platform: \(shelf.platform)'"))
            }
            // Once more from the base: what was there may have been pruned meanwhile.
            let first = attempt == 1 ? source.image.shared(with: shelf.stacks) : 0
            return send(source, from: first, attempt)
        }
    }

    private func failure(_ act: String, _ text: String) -> Step {
        .done(DockerFailure.result(.init(text, image: image), doing: act))
    }

    private func fields(_ there: ImageLayers?, _ source: Source, sent: Int) -> OrderedMap {
        [
            "from": .string(source.host), "layers": .int(source.image.layers.count), "layers_sent": .int(sent),
            "bytes": 0, "image": .dict((there ?? source.image).inspected),
        ]
    }

    private func send(_ source: Source, from first: Int, _ attempt: Int) -> Step {
        let count = source.image.layers.count
        let range = first..<count
        let size =
            source.sizes.count == count
            ? ", \(source.sizes[range].reduce(0, +).inMegabytes) before compression" : ""
        let difference = Difference(
            beforeHeader: image, afterHeader: image, before: "",
            after: "layers: \(range.count) of \(count) to be sent from \(source.host)\(size)\n")
        var script = endpoint.script(
            "dk image load --quiet >/dev/null || exit 1\ndk image inspect --format 'image {{json .}}' "
                + "\(image.shellQuoted) </dev/null")
        script.stream = source.stream(range)
        let change = Change(differences: [difference], fields: fields(nil, source, sent: range.count))
        return .apply(change, script) { output in
            guard output.status == 0, let after = DockerReply(output).object("image").map(ImageLayers.init) else {
                let isPruned = output.errorText.contains("no such file or directory")
                if isPruned, first > 0, attempt == 1 { return look(source, attempt: 2) }
                return failure("cannot load image '\(image)'", output.errorText)
            }
            guard after.isSame(as: source.image) else {
                return .done(
                    .failure("image '\(image)' was sent, and the host has another one of that name; run again"))
            }
            return .done(ModuleResult(changed: true, fields: fields(after, source, sent: range.count)))
        }
    }
}

extension Int {
    /// `12.4 MB`.
    package var inMegabytes: String {
        let tenths = (self + 50_000) / 100_000
        return "\(tenths / 10).\(tenths % 10) MB"
    }
}
