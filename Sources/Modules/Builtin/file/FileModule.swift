//! `file`: files, directories, links, their owners and modes.

import Diagnostics
import Values

package struct FileModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.file"], "Creates, removes and changes files, directories and links",
        arguments: [
            ArgumentSpec("path", .path, "The path", required: true, aliases: ["dest", "name"]),
            ArgumentSpec(
                "state", .string, "What the path is to be; without it only attributes are changed",
                choices: ["absent", "directory", "file", "hard", "link", "touch"]),
            ArgumentSpec("src", .path, "What a link points to; relative to the link's folder"),
            ArgumentSpec("recurse", .bool, "Attributes of a directory go to everything below it", default: false),
            ArgumentSpec("force", .bool, "Links even if the target is missing, or in place of a file", default: false),
            ArgumentSpec("follow", .bool, "Changes what a link points to rather than the link", default: true),
            ArgumentSpec("modification_time", .string, "With touch: preserve, now, or a time"),
            ArgumentSpec(
                "modification_time_format", .string, "How modification_time is written", default: "%Y%m%d%H%M.%S"),
            ArgumentSpec("access_time", .string, "With touch: preserve, now, or a time"),
            ArgumentSpec("access_time_format", .string, "How access_time is written", default: "%Y%m%d%H%M.%S"),
        ] + ArgumentSpec.fileAttributes, readsAhead: true)

    /// What was found: the path itself, what it leads to, and what the link's `src` leads to.
    struct Found: Sendable {
        let itself: FileStatus
        let followed: FileStatus
        let source: FileStatus?
    }

    let path: RemotePath
    let source: String?
    let force: Bool
    let follow: Bool
    let recurse: Bool
    let state: String?
    let attributes: FileAttributes
    let times: TouchTimes

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        path = RemotePath(arguments.string("path") ?? "")
        source = arguments.string("src")
        force = arguments.bool("force") ?? false
        follow = arguments.bool("follow") ?? true
        recurse = arguments.bool("recurse") ?? false
        state = arguments.string("state") ?? (recurse ? "directory" : nil)
        attributes = try FileAttributes(arguments)
        times = try TouchTimes(arguments)
        if recurse, state != "directory" {
            throw arguments.invalid("recurse", "recurse option requires state to be 'directory'")
        }
        if source != nil, let state, state != "link", state != "hard" {
            throw arguments.invalid("src", "src option requires state to be 'link' or 'hard'")
        }
        if state != "touch", !times.isUnset {
            throw arguments.invalid(
                "modification_time", "times can be set with state 'touch' only", help: "set 'state: touch'")
        }
    }

    package func start() throws(Diagnostic) -> Step {
        var probes = [probe(path), probe(path, follow: true)]
        if let source { probes.append(FileProbe(sourcePath(source), follow: true)) }
        return FileProbe.step(probes) { statuses throws(Diagnostic) in
            let found = Found(
                itself: statuses[0], followed: statuses[1], source: statuses.count > 2 ? statuses[2] : nil)
            let wanted = state ?? (found.itself.kind == .link && !follow ? "link" : "any")
            return try attributes.needed(on: found.itself, for: try step(for: wanted, found))
        }
    }

    private func step(for state: String, _ found: Found) throws(Diagnostic) -> Step {
        switch state {
        case "absent": remove(found.itself)
        case "directory": try directory(found)
        case "link": try link(found)
        case "hard": try hardLink(found)
        case "touch": try touch(found)
        default: try existing(found, asFile: state == "file")
        }
    }

    func probe(_ path: RemotePath, follow: Bool = false) -> FileProbe {
        FileProbe(path, follow: follow, owner: attributes.owner, group: attributes.group)
    }

    /// A relative `src` of a symbolic link is seen from the link's folder.
    private func sourcePath(_ source: String) -> RemotePath {
        let isAbsolute = source.hasPrefix("/") || source.hasPrefix("~") || source.hasPrefix("$")
        return RemotePath(isAbsolute || state == "hard" ? source : path.text.parentFolder + "/" + source)
    }

    // MARK: - States without a file of their own

    /// Only attributes of what is there.
    private func existing(_ found: Found, asFile: Bool) throws(Diagnostic) -> Step {
        let target = follow ? found.followed : found.itself
        guard found.itself.exists else {
            return .done(
                .failure(
                    "file (\(found.itself.path)) is absent, cannot continue",
                    fields: ["path": .string(found.itself.path), "state": "absent"]))
        }
        if asFile, target.kind != .file {
            return .done(
                .failure(
                    "file (\(target.path)) is \(target.state), cannot continue",
                    fields: ["path": .string(target.path), "state": .string(target.state)]))
        }
        return try changeAttributes(of: target)
    }

    /// Changes attributes and reports; `changed` tells whether something was done before.
    func changeAttributes(of target: FileStatus, after changed: Bool = false, key: String = "path") throws(Diagnostic)
        -> Step
    {
        let plan = attributes.plan(for: target)
        var known = target.resultFields
        known[key] = .string(target.path)
        return try AttributeChange(target: target, plan: plan, fields: known).step { status, mended in
            var fields = status.resultFields
            fields[key] = .string(status.path)
            return .done(ModuleResult(changed: changed || mended, fields: fields))
        }
    }

    private func remove(_ found: FileStatus) -> Step {
        let fields: OrderedMap = ["path": .string(found.path), "state": "absent"]
        guard found.exists else { return .done(ModuleResult(fields: fields)) }
        let script = "LC_ALL=C; export LC_ALL\nrm -rf -- \(RemotePath.literal(found.path))"
        let difference = stateDifference(found, becomes: "absent")
        return .apply(Change(differences: difference, fields: fields), Script(script)) { answer in
            guard answer.status == 0 else {
                return .done(.failure(HostRefusal.message("remove", found.path, answer), fields: fields))
            }
            return .done(ModuleResult(changed: true, fields: fields))
        }
    }

    func stateDifference(_ found: FileStatus, becomes state: String) -> [Difference] {
        let text: (String) -> String = { "{\n    \"path\": \"\(found.path)\",\n    \"state\": \"\($0)\"\n}\n" }
        return [
            Difference(beforeHeader: "before", afterHeader: "after", before: text(found.state), after: text(state))
        ]
    }

    /// Runs an act that ends with `probe`'s script, and reports what it left behind under `key`.
    func apply(
        _ script: String, _ act: String, on target: FileStatus, becoming state: String, probe: FileProbe, key: String,
        extra: OrderedMap = [:]
    ) -> Step {
        var fields: OrderedMap = [key: .string(target.path), "state": .string(state)]
        fields.merge(extra)
        let known = fields
        let text = "LC_ALL=C; export LC_ALL\n\(script)\n\(probe.script)"
        let change = Change(
            differences: stateDifference(target, becomes: state), fields: known,
            provides: [.path(target.path)])
        return .apply(change, Script(text)) { answer in
            guard answer.status == 0 else {
                return .done(
                    .failure(HostRefusal.message(act, target.path, answer), fields: [key: .string(target.path)]))
            }
            guard let status = probe.status(from: answer) else { return .done(probe.unusable(answer)) }
            var result = known
            result.merge(status.resultFields)
            return .done(ModuleResult(changed: true, fields: result))
        }
    }
}
