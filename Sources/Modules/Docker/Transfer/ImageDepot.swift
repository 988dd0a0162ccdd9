//! Where an image waits to be sent: unpacked into a private folder of the engine that has it, layers compressed.

import Connections
import Diagnostics
import Values

/// Scripts for the sending side, and the archive that is made of what they laid out.
package struct ImageDepot: Sendable {
    /// Private, and removed at the end of the run.
    package let folder: String
    private let configuration: String
    private let layers: [String]

    private static let endpoint = DockerEndpoint.plain

    // MARK: - Scripts

    /// The image and the sizes of its layers before compression.
    package static func question(_ image: String) -> Probe {
        endpoint.probe(
            """
            dk image inspect --format 'image {{json .}}' \(image.shellQuoted) </dev/null &&
            dk image history --no-trunc --human=false --format 'size {{.Size}}' \(image.shellQuoted) 2>/dev/null </dev/null
            :
            """)
    }

    /// Unpacks the image; also takes away what runs that were killed have left.
    package static func filling(with id: String) -> Script {
        endpoint.script(
            """
            umask 077
            b=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/drover/images
            mkdir -p "$b" || exit 1
            find "$b" -mindepth 1 -maxdepth 1 -mtime +0 -exec rm -rf {} + 2>/dev/null
            d=$(mktemp -d "$b/XXXXXX") || exit 1
            { dk image save \(id.shellQuoted) </dev/null || : >"$d/failed"; } | tar -xf - -C "$d" || : >"$d/failed"
            if [ -e "$d/failed" ] || ! [ -f "$d/manifest.json" ]; then rm -rf "$d"; exit 1; fi
            printf 'folder %s\\nmanifest ' "$d"
            tr -d '\\n' <"$d/manifest.json"
            echo
            """)
    }

    /// nil where the answer is not what an engine writes.
    package init?(_ output: Observation) {
        let reply = DockerReply(output)
        guard output.status == 0, let folder = reply.text("folder"), folder.hasPrefix("/"),
            let manifest = reply.value("manifest")?.list?.first?.dict, let configuration = manifest["Config"]?.string,
            let layers = manifest["Layers"]?.list?.compactMap(\.string),
            (layers + [configuration]).allSatisfy({ !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") })
        else { return nil }
        self.folder = folder
        self.configuration = configuration
        self.layers = layers
    }

    /// Compresses the layers of a range that are not compressed yet, and tells how big they are.
    package func preparation(of range: Range<Int>) -> Script {
        var text = """
            umask 077
            cd \(folder.shellQuoted) || exit 1
            size() { printf 'size %s ' "$1"; wc -c <"$1"; }
            size \(configuration.shellQuoted)

            """
        for index in range where layers.indices.contains(index) {
            let layer = layers[index].shellQuoted
            text += """
                if ! [ -e \(index).gz ]; then
                  case $(od -An -tx1 -N4 <\(layer) | tr -d ' ') in
                  1f8b*|28b52ffd) cp \(layer) \(index).part ;;
                  *) gzip -1 -n <\(layer) >\(index).part ;;
                  esac && mv \(index).part \(index).gz || exit 1
                fi
                size \(index).gz

                """
        }
        return Script(text)
    }

    package var removal: Script { Script("rm -rf \(folder.shellQuoted)") }

    // MARK: - Archive

    /// An archive for `docker load` without the layers below `range`; nil where a size is missing.
    package func archive(of range: Range<Int>, named name: String, _ prepared: Observation) -> [StreamPart]? {
        let sizes = DockerReply(prepared).texts("size").reduce(into: [String: Int]()) { sizes, line in
            let words = line.split(separator: " ")
            if words.count >= 2 { sizes[words.dropLast().joined(separator: " ")] = Int(words[words.count - 1]) }
        }
        var parts: [StreamPart] = []
        func add(_ file: String, as path: String) -> Bool {
            guard let size = sizes[file] else { return false }
            parts.append(.bytes(TarHeader(path: path, size: size).bytes))
            parts.append(.file(path: "\(folder)/\(file)", size: size))
            parts.append(.bytes(TarHeader.padding(after: size)))
            return true
        }
        guard add(configuration, as: "config.json") else { return nil }
        for index in range { guard add("\(index).gz", as: "\(index)/layer.tar") else { return nil } }
        let manifest: Value = [
            [
                "Config": "config.json", "RepoTags": [.string(name)],
                "Layers": .list(layers.indices.map { .string("\($0)/layer.tar") }),
            ]
        ]
        guard let text = try? manifest.json() else { return nil }
        let bytes = Array(text.utf8)
        // Last, so that what is cut off is no image.
        parts.append(.bytes(TarHeader(path: "manifest.json", size: bytes.count).bytes + bytes))
        return parts + [.bytes(TarHeader.padding(after: bytes.count)), .bytes(TarHeader.end)]
    }
}
