//! One look at a host: the containers of a service, its image, its record, its configuration files.

import Connections
import Digests
import Values

/// A container of a service, live or kept.
struct ServiceContainer: Sendable {
    let inspected: OrderedMap

    var id: String { inspected["Id"]?.string ?? "" }
    var name: String { String((inspected["Name"]?.string ?? "").drop { $0 == "/" }) }
    var image: String { inspected["Image"]?.string ?? "" }
    var imageName: String { inspected.at("Config", "Image")?.string ?? "" }
    var isRunning: Bool { inspected.at("State", "Running")?.bool ?? false }
    /// nil for a container that was not made here.
    var release: String? { label("release") }
    var health: HealthCheck { HealthCheck(label: label("health") ?? "") }
    var creation: String { inspected["Created"]?.string ?? "" }

    func label(_ name: String) -> String? { inspected.at("Config", "Labels", "drover.\(name)")?.string }

    /// The name it gets when another one takes its place.
    func keptName(of service: String) -> String { "\(service).\(release ?? "unmanaged")" }

    /// What it had before it was kept.
    var restartPolicy: String {
        if let policy = label("restart") { return policy }
        let name = inspected.at("HostConfig", "RestartPolicy", "Name")?.string ?? ""
        return name.isEmpty || name == "no" ? "unless-stopped" : name
    }

    var environment: OrderedMap { Self.environment(inspected) }

    /// `Config.Env` of a container or an image.
    static func environment(_ inspected: OrderedMap?) -> OrderedMap {
        var result: OrderedMap = [:]
        for text in (inspected?.at("Config", "Env")?.list ?? []).compactMap(\.string) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            result[String(parts[0])] = .string(parts.count > 1 ? String(parts[1]) : "")
        }
        return result
    }
}

/// What a probe found out about a service.
struct ServiceView: Sendable {
    /// One configuration file of the live container.
    struct File: Sendable {
        let content: [UInt8]?
        /// The content from before, kept until the new one is proven.
        let hasCopy: Bool
    }

    /// The container that has the service's name.
    let live: ServiceContainer?
    /// Others of the service, the newest first.
    let others: [ServiceContainer]
    /// The wanted image, if the host has it, and the name that means it.
    let image: OrderedMap?
    let imageName: String?
    let liveImage: OrderedMap?
    private(set) var record: ReleaseRecord
    let hasRecord: Bool
    /// Of the record's text; nil where there is none.
    private let recordSum: String?
    let fence: Int?
    /// In the order of the arguments.
    let files: [File]
    let missingFolders: [ServiceFolder]
    /// Why the host could not be asked.
    let complaint: String?
    let damage: String?

    static func probe(_ request: ServiceRequest, _ endpoint: DockerEndpoint) -> Probe {
        let name = request.name.shellQuoted
        var script = """
            d=\(request.directory.shellQuoted)
            ids=$(dk ps --all --quiet --no-trunc --filter label=drover.service=\(name) </dev/null) || exit 0
            dk container inspect --format 'container {{json .}}' $ids \(name) \
            \((request.name + ".unmanaged").shellQuoted) 2>/dev/null </dev/null
            live=$(dk container inspect --format '{{.Image}} {{index .Config.Labels "drover.release"}}' \(name) \
            2>/dev/null </dev/null)
            if [ -n "$live" ]; then
              dk image inspect --format 'current {{json .}}' "${live%% *}" 2>/dev/null </dev/null
            fi
            if [ -e "$d/"\(name).json ]; then
              printf 'record '; tr '\\n' ' ' <"$d/"\(name).json || echo unreadable >&2; echo
            fi
            if [ -e "$d/"\(name).fence ]; then printf 'fence '; head -n 1 <"$d/"\(name).fence; fi

            """
        for (label, image) in images(request) {
            script += "dk image inspect --format '\(label) {{json .}}' \(image.shellQuoted) 2>/dev/null </dev/null\n"
        }
        for (index, folder) in request.folders.enumerated() {
            script += "[ -e \(folder.source.shellQuoted) ] || echo missing \(index)\n"
        }
        for (index, file) in request.files.enumerated() {
            script += """
                f=$d/\(name)/config/${live#* }\(file.target.shellQuoted)
                if [ -n "$live" ] && [ -f "$f" ]; then
                  printf 'file:\(index) x'; od -An -v -tx1 <"$f" | tr -d ' \\n'; echo
                fi
                if [ -n "$live" ] && [ -e "$f.drover-before" ]; then echo 'copy \(index)'; fi

                """
        }
        return endpoint.probe(script + ":")
    }

    /// The names that may mean the wanted image.
    private static func images(_ request: ServiceRequest) -> [(label: String, name: String)] {
        guard let image = request.image else { return [] }
        guard let digest = request.digest else { return [("tagged", image)] }
        let reference = ImageReference(image)
        let pinned = ImageReference(repository: reference.repository, tag: reference.tag, digest: digest)
        return [("pinned", pinned.text), ("tagged", image)]
    }

    init(_ observation: Observation, _ request: ServiceRequest) {
        let reply = DockerReply(observation)
        complaint = reply.complaint
        var containers: [ServiceContainer] = []
        for text in reply.texts("container") {
            guard let object = (try? JSON.parse(text))?.dict else { continue }
            let container = ServiceContainer(inspected: object)
            let isOurs =
                container.label("service") == request.name || container.name == request.name
                || container.name == "\(request.name).unmanaged"
            if isOurs, !containers.contains(where: { $0.id == container.id }) { containers.append(container) }
        }
        live = containers.first { $0.name == request.name }
        others = containers.filter { $0.name != request.name }.sorted { $0.creation > $1.creation }
        liveImage = reply.object("current")
        (image, imageName) = Self.image(reply, request)
        let text = reply.text("record")
        let parsed = text.flatMap { ReleaseRecord($0, service: request.name) }
        hasRecord = parsed != nil
        recordSum = text.map { MessageDigest.sha256.hex(of: Array($0.trimmed.utf8)) }
        record = parsed ?? ReleaseRecord(service: request.name)
        damage =
            text != nil && parsed == nil
            ? "the record \(request.directory)/\(request.name).json cannot be read; look at it, then move it away"
            : nil
        fence = reply.text("fence").flatMap { Int($0.trimmed) }
        let copies = Set(reply.texts("copy"))
        files = request.files.indices.map { index in
            File(
                content: reply.text("file:\(index)").flatMap { Hexadecimal.bytes(String($0.dropFirst())) },
                hasCopy: copies.contains(String(index)))
        }
        let missing = Set(reply.texts("missing"))
        missingFolders = request.folders.indices.filter { missing.contains(String($0)) }.map { request.folders[$0] }
    }

    /// The wanted image and its name. With a digest, what has the tag counts only if it has the digest as well; then
    /// the tag is the better name, since whoever removes it removes the image.
    private static func image(_ reply: DockerReply, _ request: ServiceRequest) -> (OrderedMap?, String?) {
        var tagged = reply.object("tagged")
        if let build = request.build, tagged?.at("Config", "Labels", DroverImageBuildModule.label)?.string != build {
            tagged = nil
        }
        guard let digest = request.digest else { return (tagged, request.image) }
        if let tagged, tagged["Id"]?.string == digest || digests(tagged).contains(where: { $0.hasSuffix(digest) }) {
            return (tagged, request.image)
        }
        return reply.object("pinned").map { ($0, images(request)[0].name) } ?? (nil, nil)
    }

    private static func digests(_ image: OrderedMap) -> [String] {
        (image["RepoDigests"]?.list ?? []).compactMap(\.string)
    }

    /// The digest under which a registry knows an image; its id where none does.
    static func digest(of image: OrderedMap?, named name: String) -> String {
        guard let image else { return "" }
        let repository = ImageReference(name).repository
        let known = digests(image)
        let own = known.first { ImageReference($0).repository == repository } ?? known.first
        return own.flatMap { ImageReference($0).digest } ?? image["Id"]?.string ?? ""
    }

    /// The container that a half-finished switch was to replace, and all that can be gone back to.
    var kept: [ServiceContainer] { others.filter { !$0.name.hasSuffix(".drover-new") } }

    /// What a plan is made from, so that whoever carries it out can tell whether the host has moved on.
    var found: OrderedMap {
        [
            "container_id": live.map { .string($0.id) } ?? Value.none,
            "image_id": live.map { .string($0.image) } ?? Value.none,
            "release": live?.release.map { .string($0) } ?? Value.none,
            "running": .bool(live?.isRunning ?? false),
            "record": recordSum.map { .string($0) } ?? Value.none,
        ]
    }

    /// As if no run had gone back.
    var withoutReversal: Self {
        var view = self
        view.record.takeBack()
        return view
    }

    /// Whether the live container has answered as it should, once.
    var isProven: Bool { record.isProven(live?.release) }

    /// A switch of this run that came to no end, and may have left nothing that runs.
    func cutOff(by run: String) -> Release? {
        guard let newest = record.releases.first, newest.run == run, newest.status == .switching,
            newest.id != live?.release
        else { return nil }
        return newest
    }

    /// What runs again if the next container does not: the release that was proven last, else what is there.
    var fallback: ServiceContainer? {
        if isProven { return live }
        let proven = kept.first { record.isProven($0.release) && $0.release == record.current }
        return proven ?? live ?? kept.first
    }
}
