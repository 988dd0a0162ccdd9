//! What differs between a service as it is and as it is asked for, and what follows from it.

import Diagnostics
import Digests
import Values

/// Differences, and whether they take a new container, a reload, or less.
struct ReleasePlan: Sendable {
    /// One thing that differs.
    struct Line: Sendable {
        let what: String
        let before: String?
        let after: String?

        var value: Value {
            .dict([
                "what": .string(what), "before": before.map { .string($0) } ?? Value.none,
                "after": after.map { .string($0) } ?? Value.none,
            ])
        }
    }

    enum Action: String, Sendable {
        case none, create, replace, reload, start, update
        /// Everything is as asked, but was never proven.
        case prove
    }

    private(set) var lines: [Line] = []
    private(set) var texts: [Difference] = []
    private(set) var action = Action.none
    /// Indices of the files that the running container has to read again.
    private(set) var reloads: [Int] = []
    /// Words of `docker update`.
    private(set) var updates: [String] = []

    private let mask: SecretMask

    init(_ request: ServiceRequest, _ view: ServiceView, showsDifferences: Bool) throws(Diagnostic) {
        mask = SecretMask(request, view)
        guard let live = view.live, let container = request.container else {
            action = .create
            lines.append(Line(what: "container", before: nil, after: request.name))
            lines.append(Line(what: "image", before: nil, after: Self.imageText(request, view)))
            compareFiles(request, view, showsDifferences)
            noteFolders(view)
            return
        }
        let isAnotherImage = compareImage(request, view, live)
        compareEnvironment(request, view, live)
        let options = compareOptions(container, view, live)
        let fixed = lines.count
        let specification = try request.specification
        if lines.isEmpty, live.label("specification") != specification {
            let before = live.label("specification").map { String($0.prefix(12)) } ?? "not made by drover"
            lines.append(Line(what: "specification", before: before, after: String(specification.prefix(12))))
        }
        compareFiles(request, view, showsDifferences)
        let stale = live.label("configuration") != request.configuration
        if stale, live.release != nil, !lines.contains(where: { $0.what.hasPrefix("config ") }) {
            lines.append(Line(what: "config", before: "changed since the container began", after: "as rendered"))
        }
        let isSame = live.label("specification") == specification && !isAnotherImage
        let isUpdate = isSame && !options.isEmpty && fixed == options.count && options.allSatisfy(\.updatable)
        if isSame, !stale, fixed == 0 || isUpdate {
            decideSmall(request, view, live, isUpdate ? options : [])
        } else {
            action = .replace
        }
        // Whoever finds a directory gone learns it; alone it is no reason for a new container.
        if action != .none { noteFolders(view) }
        if action == .replace {
            lines.append(Line(what: "restart", before: nil, after: "a new container"))
        }
    }

    /// Everything that makes a container is right; the rest can be mended in place.
    private mutating func decideSmall(
        _ request: ServiceRequest, _ view: ServiceView, _ live: ServiceContainer, _ options: [ContainerDifference]
    ) {
        reloads = request.files.indices.filter { index in
            let file = view.files[index]
            return file.hasCopy || file.content != request.files[index].content
        }
        let isLoadable = reloads.allSatisfy { request.files[$0].isReloadable && view.files[$0].content != nil }
        let changed = Set(options.map(\.name))
        updates = (request.container?.options ?? []).filter { changed.contains($0.option.name) }
            .flatMap { $0.option.flags($0.value) }
        if !isLoadable || !live.isRunning && !reloads.isEmpty {
            action = .replace
        } else if !live.isRunning {
            action = .start
            lines.append(Line(what: "running", before: "false", after: "true"))
        } else if !options.isEmpty {
            action = .update
        } else if !reloads.isEmpty {
            action = .reload
            for index in reloads { lines.append(Self.reloadLine(request.files[index])) }
        } else if !view.isProven {
            action = .prove
            lines.append(Line(what: "health", before: "never proven", after: "proven"))
        }
    }

    private static func reloadLine(_ file: ServiceFile) -> Line {
        switch file.reload {
        case .restart: Line(what: "reload", before: nil, after: "a new container")
        case .signal(let signal): Line(what: "reload", before: nil, after: "signal \(signal)")
        case .command(let words): Line(what: "reload", before: nil, after: words.joined(separator: " "))
        }
    }

    // MARK: One kind after the other

    private static func imageText(_ request: ServiceRequest, _ view: ServiceView) -> String {
        let name = request.image ?? ""
        let reference = ImageReference(name)
        let shown = reference.tag == nil ? name : reference.withoutDigest.text
        if let image = view.image { return "\(shown) (\(ServiceView.digest(of: image, named: name)))" }
        if let build = request.build, request.digest == nil { return "\(shown) (new build \(build))" }
        let known = request.digest ?? (reference.tag == nil ? nil : reference.digest)
        return "\(shown) (\(known.map { "\($0), " } ?? "")to be pulled)"
    }

    private mutating func compareImage(
        _ request: ServiceRequest, _ view: ServiceView, _ live: ServiceContainer
    ) -> Bool {
        let name = request.image ?? ""
        let reference = ImageReference(live.imageName)
        let liveName = ImageReference(repository: reference.repository, tag: reference.tag)
        // The digest is the image's own, whether a name tells it or not.
        let isSameName = ImageReference.isID(name) || liveName.familiar == ImageReference(name).withoutDigest.familiar
        if view.image?["Id"]?.string == live.image, isSameName { return false }
        let digest = live.label("digest") ?? ServiceView.digest(of: view.liveImage, named: live.imageName)
        lines.append(
            Line(
                what: "image", before: "\(reference.tag == nil ? live.imageName : liveName.text) (\(digest))",
                after: Self.imageText(request, view)))
        return true
    }

    private mutating func compareEnvironment(
        _ request: ServiceRequest, _ view: ServiceView, _ live: ServiceContainer
    ) {
        let actual = live.environment
        for (key, value) in request.environment where actual[key] != value {
            lines.append(
                Line(
                    what: "environment \(key.string ?? "")",
                    before: actual[key]?.string.map { mask($0) }, after: value.string.map { mask($0) }))
        }
        for (key, value) in request.secrets where actual[key] != value {
            lines.append(
                Line(
                    what: "secret \(key.string ?? "")", before: actual[key] == nil ? nil : "********",
                    after: actual[key] == nil ? "******** (added)" : "******** (changed)"))
        }
        let inherited = ServiceContainer.environment(view.liveImage)
        let wanted = request.allEnvironment
        guard view.liveImage != nil else { return }
        // Its value may have been a secret.
        for (key, value) in actual
        where wanted[key] == nil && inherited[key] != value && key != "PATH" {
            lines.append(Line(what: "environment \(key.string ?? "")", before: "********", after: nil))
        }
    }

    private mutating func compareOptions(
        _ request: ContainerRequest, _ view: ServiceView, _ live: ServiceContainer
    ) -> [ContainerDifference] {
        let state = ContainerState(
            container: live.inspected, image: view.image ?? view.liveImage, identifiers: [:],
            entrypointWords: request.entrypointWords)
        let differences = request.options.compactMap { option, value in
            ContainerPlan.difference(option, value, state, request)
        }
        for difference in differences {
            let what = difference.name == "published_ports" ? "ports" : difference.name
            lines.append(
                Line(what: what, before: Self.text(difference.actual), after: Self.text(difference.wanted)))
        }
        return differences
    }

    private static func text(_ value: Value) -> String { value.scalarText ?? ((try? value.json()) ?? "") }

    private mutating func compareFiles(
        _ request: ServiceRequest, _ view: ServiceView, _ showsDifferences: Bool
    ) {
        for (file, found) in zip(request.files, view.files) where found.content != file.content {
            let sum = { (bytes: [UInt8]) in String(MessageDigest.sha256.hex(of: bytes).prefix(12)) }
            lines.append(
                Line(what: "config \(file.target)", before: found.content.map(sum), after: sum(file.content)))
            guard showsDifferences else { continue }
            var difference = Difference.content(
                of: file.target, before: found.content ?? [], after: file.content, existed: found.content != nil)
            difference.before = mask(difference.before)
            difference.after = mask(difference.after)
            texts.append(difference)
        }
    }

    private mutating func noteFolders(_ view: ServiceView) {
        for folder in view.missingFolders {
            let details = [folder.owner, folder.group, folder.mode].compactMap { $0 }.joined(separator: " ")
            lines.append(Line(what: "directory \(folder.source)", before: nil, after: "made \(details)".trimmed))
        }
    }

    // MARK: As it is told

    /// What `--diff` shows: one line for each difference, then the texts of configuration files.
    func differences(of name: String) -> [Difference] {
        let side = { (pick: (Line) -> String?) in
            lines.compactMap { line in pick(line).map { "\(line.what): \($0)\n" } }.joined()
        }
        return [
            Difference(
                beforeHeader: name, afterHeader: name, before: side { $0.before }, after: side { $0.after })
        ] + texts
    }

    var values: Value { .list(lines.map(\.value)) }
}
