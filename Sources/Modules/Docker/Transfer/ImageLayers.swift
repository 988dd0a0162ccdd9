//! An image as a stack of layers, and how much of it another engine has already.

import Connections
import Values

/// An image as one engine knows it.
package struct ImageLayers: Sendable {
    package let inspected: OrderedMap

    package init(_ inspected: OrderedMap) { self.inspected = inspected }

    package var id: String { inspected["Id"]?.string ?? "" }
    /// Checksums of the unpacked layers, the base first.
    package var layers: [String] { (inspected.at("RootFS", "Layers")?.list ?? []).compactMap(\.string) }
    /// `linux/amd64`.
    package var platform: String {
        "\(inspected["Os"]?.string ?? "linux")/\(inspected["Architecture"]?.string ?? "")"
    }

    package func label(_ name: String) -> String? { inspected.at("Config", "Labels", name)?.string }

    private static let marks = ["Env", "Cmd", "Entrypoint", "Labels", "User", "WorkingDir"]

    /// Engines with another store give the same image another id.
    package func isSame(as other: ImageLayers) -> Bool {
        if id == other.id { return true }
        return layers == other.layers && inspected["Created"] == other.inspected["Created"]
            && Self.marks.allSatisfy { inspected.at("Config", $0) == other.inspected.at("Config", $0) }
    }

    /// How many layers, from the base on, are part of one of these stacks as well.
    package func shared(with stacks: [[String]]) -> Int {
        stacks.map { stack in zip(layers, stack).prefix { $0 == $1 }.count }.max() ?? 0
    }
}

/// What the receiving engine has.
struct ImageShelf: Sendable {
    let image: ImageLayers?
    let platform: String
    /// The layers of each of its images.
    let stacks: [[String]]
    let complaint: String?

    static func probe(_ image: String, _ endpoint: DockerEndpoint) -> Probe {
        endpoint.probe(
            """
            dk version --format 'engine {{.Server.Os}}/{{.Server.Arch}}' </dev/null || exit 0
            dk info --format 'store {{json .DriverStatus}}' 2>/dev/null </dev/null
            ids=$(dk image ls --all --quiet --no-trunc </dev/null | sort -u)
            [ -z "$ids" ] || dk image inspect --format 'stack {{json .RootFS.Layers}}' $ids 2>/dev/null </dev/null
            dk image inspect --format 'image {{json .}}' \(image.shellQuoted) 2>/dev/null </dev/null
            :
            """)
    }

    init(_ observation: Observation) {
        let reply = DockerReply(observation)
        complaint = reply.complaint
        image = reply.object("image").map(ImageLayers.init)
        platform = reply.text("engine") ?? ""
        // containerd's store takes complete archives only.
        let isContainerd = reply.text("store")?.contains("io.containerd.snapshotter") ?? false
        stacks =
            isContainerd
            ? [] : reply.texts("stack").compactMap { (try? JSON.parse($0))?.list?.compactMap(\.string) }
    }
}
