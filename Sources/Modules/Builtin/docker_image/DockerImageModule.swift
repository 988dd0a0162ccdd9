//! `docker_image`: one image on a host, wherever it comes from.

import Connections
import Diagnostics
import Values

package struct DockerImageModule: Module {
    private enum Source: String { case build, load, pull, local }

    private let image: String
    private let source: Source?
    private let isWanted: Bool
    private let build: ImageBuild?
    private let platform: String?
    private let loadPath: String?
    private let archivePath: String?
    private let repository: String?
    private let pushes: Bool
    private let forcesSource: Bool
    private let forcesAbsence: Bool
    private let endpoint: DockerEndpoint

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let name = arguments.string("name") ?? ""
        let tag = arguments.string("tag") ?? "latest"
        image = ImageReference.isID(name) ? name : ImageReference(name).withTag(tag).text
        source = arguments.string("source").flatMap(Source.init)
        isWanted = arguments.string("state") != "absent"
        build = try arguments.dict("build").map { options throws(Diagnostic) in try ImageBuild(options, arguments) }
        platform = arguments.dict("pull")?["platform"]?.string
        loadPath = arguments.string("load_path")
        archivePath = arguments.string("archive_path")
        repository = arguments.string("repository").map { ImageReference($0).withTag(tag).text }
        pushes = arguments.bool("push") ?? false
        forcesSource = arguments.bool("force_source") ?? false
        forcesAbsence = arguments.bool("force_absent") ?? false
        endpoint = try DockerEndpoint(arguments)
        if isWanted, source == nil {
            throw arguments.invalid(
                "source", "'state: present' needs 'source'", help: "one of build, load, pull, local")
        }
    }

    private func inspect(_ label: String, _ name: String) -> String {
        "dk image inspect --format '\(label) {{json .}}' \(name.shellQuoted) </dev/null\n"
    }

    package func start() throws(Diagnostic) -> Step {
        let further = repository.map { inspect("further", $0) } ?? ""
        let archive = archivePath.map { "[ -e \(RemotePath($0).shellWord) ] && echo 'archive yes'\n" } ?? ""
        return .observe(endpoint.probe(inspect("image", image) + further + archive + ":")) { observation in
            let reply = DockerReply(observation)
            if let complaint = reply.complaint { return failure("cannot ask the Docker engine", complaint) }
            return isWanted ? provide(reply) : remove(reply.object("image"))
        }
    }

    private func failure(_ act: String, _ text: String) -> Step {
        .done(DockerFailure.result(DockerFailure.Facts(text, image: pushed), doing: act))
    }

    private func remove(_ present: OrderedMap?) -> Step {
        guard present != nil else { return .done(ModuleResult(fields: ["actions": [], "image": [:]])) }
        let force = forcesAbsence ? "--force " : ""
        let script = endpoint.script("dk image rm \(force)\(image.shellQuoted) >/dev/null </dev/null")
        let fields: OrderedMap = ["actions": [.string("Removed image \(image)")], "image": ["state": "Deleted"]]
        return .apply(Change(fields: fields), script) { output in
            output.status == 0
                ? .done(ModuleResult(changed: true, fields: fields))
                : failure("cannot remove image '\(image)'", output.errorText)
        }
    }

    /// The name that is pushed.
    private var pushed: String { repository ?? image }

    private func provide(_ reply: DockerReply) -> Step {
        let present = reply.object("image")
        var acts: [String] = []
        var body = ""
        if present == nil || forcesSource, source != .local {
            acts.append(sourceAct.action)
            body += sourceAct.script
        } else if present == nil {
            return .done(
                .failure("image '\(image)' is not on the host, and 'source: local' fetches nothing"))
        }
        if let repository, present == nil || reply.object("further")?["Id"] != present?["Id"] || forcesSource {
            acts.append("Tagged image \(image) to \(repository)")
            body += "dk image tag \(image.shellQuoted) \(repository.shellQuoted) </dev/null || exit 1\n"
        }
        if pushes {
            acts.append("Pushed image \(pushed)")
            body +=
                "out=$(dk push \(pushed.shellQuoted) </dev/null) || exit 1\nprintf '%s\\n' \"$out\" | sed 's/^/out /'\n"
        }
        if let archivePath, !body.isEmpty || reply.text("archive") == nil {
            acts.append("Archived image \(image) to \(archivePath)")
            body +=
                "dk image save --output \(RemotePath(archivePath).shellWord) \(image.shellQuoted) </dev/null || exit 1\n"
        }
        guard !body.isEmpty else {
            return .done(ModuleResult(fields: ["actions": [], "image": .dict(present ?? [:])]))
        }
        return apply(body, acts, before: present)
    }

    private func apply(_ body: String, _ acts: [String], before: OrderedMap?) -> Step {
        let fields: OrderedMap = ["actions": .list(acts.map(Value.string))]
        // Pulling or pushing what is there may turn out to change nothing.
        let uncertain = before != nil && acts.count == 1 && (pushes || (forcesSource && source == .pull))
        let script = endpoint.script(body + inspect("image", image), environment: build?.secrets ?? [])
        return .apply(Change(uncertain ? .unknown : .changes, fields: fields), script) { output in
            guard output.status == 0, let after = DockerReply(output).object("image") else {
                return failure("cannot provide image '\(image)'", output.errorText)
            }
            let lines = DockerReply(output).texts("out")
            let moved = !uncertain || before?["Id"] != after["Id"] || lines.contains { $0.hasSuffix(": Pushed") }
            var fields = fields
            fields["image"] = .dict(after)
            fields["stdout"] = .string(lines.joined(separator: "\n"))
            return .done(ModuleResult(changed: moved, fields: fields))
        }
    }

    private var sourceAct: (action: String, script: String) {
        switch source {
        case .build:
            ("Built image \(image)", (build?.command(image) ?? ":") + " || exit 1\n")
        case .load:
            (
                "Loaded image \(image) from \(loadPath ?? "")",
                "dk image load --quiet --input \(RemotePath(loadPath ?? "").shellWord) >/dev/null </dev/null || exit 1\n"
            )
        case .pull, .local, nil:
            (
                "Pulled image \(image)",
                "dk pull --quiet \(platform.map { "--platform \($0.shellQuoted) " } ?? "")\(image.shellQuoted) "
                    + ">/dev/null </dev/null || exit 1\n"
            )
        }
    }
}
