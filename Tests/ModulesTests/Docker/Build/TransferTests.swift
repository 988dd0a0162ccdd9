//! An image on its way: which layers are missing, and an archive without the others.

import Connections
import Testing
import Values

@testable import Modules

@Suite struct TransferTests {
    private func image(_ id: String, _ layers: [String], label: String = "x") -> ImageLayers {
        ImageLayers([
            "Id": .string(id), "Os": "linux", "Architecture": "amd64", "Created": "2026-01-01T00:00:00Z",
            "RootFS": ["Layers": .list(layers.map { .string($0) })],
            "Config": ["Labels": ["drover.build": .string(label)]],
        ])
    }

    @Test func aLayerCountsOnlyOnTheSameBase() {
        let image = image("i", ["a", "b", "c"])
        #expect(image.shared(with: []) == 0)
        #expect(image.shared(with: [["x", "b", "c"]]) == 0)
        #expect(image.shared(with: [["a"], ["a", "b", "x"], []]) == 2)
        #expect(image.shared(with: [["a", "b", "c", "d"]]) == 3)
    }

    @Test func theSameImageHasOtherIdsInOtherStores() {
        #expect(image("i", ["a"]).isSame(as: image("j", ["a"])))
        #expect(!image("i", ["a"]).isSame(as: image("j", ["b"])))
        #expect(!image("i", ["a"]).isSame(as: image("j", ["a"], label: "y")))
    }

    @Test func containerdTakesCompleteArchivesOnly() {
        func shelf(_ store: String) -> ImageShelf {
            let lines = [
                "engine linux/amd64", "store [[\"driver-type\",\"\(store)\"]]", "stack [\"a\",\"b\"]", "stack null",
            ]
            return ImageShelf(Observation(output: Array(lines.joined(separator: "\n").utf8)))
        }
        #expect(shelf("overlay2").stacks == [["a", "b"]])
        #expect(shelf("io.containerd.snapshotter.v1").stacks.isEmpty)
        #expect(shelf("overlay2").platform == "linux/amd64")
    }

    private func depot(_ folder: TemporaryFolder, configuration: String = "c.json") -> ImageDepot? {
        let manifest = #"[{"Config":"\#(configuration)","RepoTags":null,"Layers":["1/layer.tar","2/layer.tar"]}]"#
        return ImageDepot(Observation(output: Array("folder \(folder.path)\nmanifest \(manifest)\n".utf8)))
    }

    @Test func theArchiveHasWhatIsMissingAndNamesTheRest() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let shell = LocalShell.all()[0]
        _ = try shell.run(Script("cd \(folder.path) && mkdir 1 2 && echo one >1/layer.tar && echo two >2/layer.tar"))
        folder.write("{}", to: "c.json")
        let laidOut = try #require(depot(folder))
        let prepared = try shell.run(laidOut.preparation(of: 1..<2))
        #expect(prepared.status == 0, "\(prepared.errorText)")
        let parts = try #require(laidOut.archive(of: 1..<2, named: "app:1", prepared))
        var bytes: [UInt8] = []
        let stream = PartStream(parts, files: LocalFiles())
        while let piece = try await stream.next() { bytes += piece }
        #expect(parts.reduce(0) { $0 + $1.size } == bytes.count)
        let listed = try shell.run(Script("tar -t", input: bytes))
        #expect(listed.text == "config.json\n1/layer.tar\nmanifest.json\n", "\(listed.errorText)")
        let layer = try shell.run(Script("tar -xO 1/layer.tar | gzip -d", input: bytes))
        #expect(layer.text == "two\n")
        let manifest = try JSON.parse(try shell.run(Script("tar -xO manifest.json", input: bytes)).text)
        #expect(
            manifest == [
                ["Config": "config.json", "RepoTags": ["app:1"], "Layers": ["0/layer.tar", "1/layer.tar"]]
            ])
    }

    @Test func namesThatLeadOutOfTheFolderAreRefused() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        #expect(depot(folder, configuration: "../x") == nil)
        #expect(depot(folder, configuration: "/etc/shadow") == nil)
    }

    private func send(_ source: ImageLayers, sizes: [Int] = [], to shelf: [String]) throws -> (Change, Script)? {
        let arguments = try ArgumentValidator(DroverImageSendModule.spec).validate(["name": "app:1"])
        let module = try DroverImageSendModule(
            arguments,
            source: .init(
                host: "build1", image: source, sizes: sizes, stream: { _ in PartStream([], files: LocalFiles()) }))
        guard case .observe(_, let then) = try module.start() else { return nil }
        let answer = Observation(output: Array((shelf.joined(separator: "\n") + "\n").utf8))
        guard case .apply(let change, let script, _) = try then(answer) else { return nil }
        return (change, script)
    }

    @Test func tellsWhatWillBeSent() throws {
        let sent = try #require(
            try send(
                image("i", ["a", "b", "c"]), sizes: [100_000_000, 12_300_000, 60_000],
                to: ["engine linux/amd64", "stack [\"a\"]"]))
        #expect(sent.0.fields["actions"] == ["2 of 3 layers to be sent from build1, 12.4 MB before compression"])
        #expect(sent.1.stream != nil)
        let unknown = try #require(try send(image("i", ["a", "b"]), sizes: [1], to: ["engine linux/amd64"]))
        #expect(unknown.0.fields["actions"] == ["2 of 2 layers to be sent from build1"])
    }

    @Test func anotherPlatformIsRefused() throws {
        #expect(try send(image("i", ["a"]), to: ["engine linux/arm64"]) == nil)
    }
}
