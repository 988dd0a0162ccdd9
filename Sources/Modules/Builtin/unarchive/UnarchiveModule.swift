//! `unarchive`: unpacks an archive on the host, unless everything in it is there already.

import Connections
import Diagnostics
import Values

package struct UnarchiveModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.unarchive"], "Unpacks archives",
        arguments: [
            ArgumentSpec(
                "src", .path, "The archive: a file of the control node, or of the host, or a URL (remote_src)",
                required: true),
            ArgumentSpec("dest", .path, "The folder on the host, which has to exist", required: true),
            ArgumentSpec("remote_src", .bool, "src is on the host or a URL", default: false),
            ArgumentSpec("copy", .bool, "The opposite of remote_src, in old playbooks", default: true),
            ArgumentSpec("creates", .path, "Does nothing if this path exists"),
            ArgumentSpec("exclude", .list(of: .string), "What is left out", default: .list([])),
            ArgumentSpec("include", .list(of: .string), "Only this is unpacked", default: .list([])),
            ArgumentSpec("keep_newer", .bool, "Leaves files that are newer", default: false),
            ArgumentSpec("list_files", .bool, "Reports what is in the archive", default: false),
            ArgumentSpec("extra_opts", .list(of: .string), "Further options for tar or unzip", default: .list([])),
            ArgumentSpec("decrypt", .bool, "Decrypts a vaulted archive", default: true),
            ArgumentSpec("validate_certs", .bool, "Checks the certificate of a URL", default: true),
            ArgumentSpec("io_buffer_size", .int, "Accepted; has no effect", default: 65536),
        ] + ArgumentSpec.fileAttributes,
        mutuallyExclusive: [["include", "exclude"]],
        pinnable: [.download("src", checksum: nil)])

    private let arguments: ModuleArguments
    private let archive: Archive
    private let attributes: FileAttributes
    private let folder: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        attributes = try FileAttributes(arguments)
        folder = arguments.string("dest") ?? ""
        let source = arguments.string("src") ?? ""
        let isRemote = arguments.bool("remote_src") ?? false || arguments.bool("copy") == false
        var archive = Archive(arguments)
        if isRemote, source.contains("://") {
            let values: OrderedMap = ["url": .string(source), "validate_certs": arguments["validate_certs"] ?? true]
            let request = ModuleArguments(values: values, range: arguments.range, ranges: arguments.ranges)
            archive.place = .url(try HTTPRequest(request, timeout: 10))
        } else if isRemote {
            archive.place = .host(RemotePath(source))
        } else {
            do {
                let path = try context.controller.path(of: source, in: .files)
                archive.place = .controller(
                    try context.controller.read(path, decrypt: arguments.bool("decrypt") ?? true))
            } catch {
                throw error.located(at: arguments.ranges["src"] ?? arguments.range)
            }
        }
        self.archive = archive
    }

    package func start() throws(Diagnostic) -> Step {
        let probe = FileProbe(
            RemotePath(folder), follow: true, owner: attributes.owner, group: attributes.group)
        let creates = arguments.string("creates").map { FileProbe(RemotePath($0)) }
        return FileProbe.step([probe] + (creates.map { [$0] } ?? [])) { found throws(Diagnostic) in
            if found.count > 1, found[1].exists {
                let message = "skipped, since \(arguments.string("creates") ?? "") exists"
                return .done(ModuleResult(skipped: true, fields: ["msg": .string(message)]))
            }
            let target = found[0].resolved
            guard target.kind == .directory else {
                let failure = ModuleResult.failure("dest '\(folder)' must be an existing dir")
                return .lacking([.path(folder)], failure: failure, then: unpacked(into: target))
            }
            return try attributes.needed(on: target, for: compare(with: target))
        }
    }

    private var known: OrderedMap {
        ["dest": .string(folder), "src": .string(arguments.string("src") ?? ""), "extract_results": .dict([:])]
    }

    private func compare(with target: FileStatus) -> Step {
        .observe(archive.comparison(with: target.path)) { found throws(Diagnostic) in
            if let failure = archive.failure(found) { return .done(failure) }
            let contents = ArchiveContents(found.text)
            if contents.differs(attributes: attributes, arguments: arguments) {
                return unpacked(into: target)
            }
            return try attribute(contents, in: target, changed: false)
        }
    }

    private func unpacked(into target: FileStatus) -> Step {
        .apply(Change(fields: known, provides: [.path(folder)]), archive.extraction(into: target.path)) {
            outcome throws(Diagnostic) in
            if let failure = archive.failure(outcome) { return .done(failure) }
            return try attribute(ArchiveContents(outcome.text), in: target, changed: true)
        }
    }

    /// Owner, group and mode of everything that came out of the archive.
    private func attribute(_ contents: ArchiveContents, in target: FileStatus, changed: Bool) throws(Diagnostic) -> Step
    {
        let commands = contents.commands(attributes, in: target)
        guard !commands.isEmpty else { return report(contents, target.path, changed: changed) }
        let script = Script(
            "LC_ALL=C; export LC_ALL; cd \(RemotePath.literal(target.path)) || exit 92\ncat | sh",
            input: Array(commands.joined(separator: "\n").utf8))
        return .apply(Change(fields: known), script) { outcome in
            guard outcome.status == 0 else {
                return .done(.failure(HostRefusal.message("change the attributes in", target.path, outcome)))
            }
            return report(contents, target.path, changed: true)
        }
    }

    private func report(_ contents: ArchiveContents, _ path: String, changed: Bool) -> Step {
        let probe = FileProbe(RemotePath(literal: path), follow: true)
        var fields = known
        fields["handler"] = .string(contents.handler)
        if arguments.bool("list_files") ?? false { fields["files"] = .strings(contents.entries.map(\.path)) }
        return .observe(probe.probe) { [fields] found in
            var fields = fields
            if let status = probe.status(from: found) { fields.merge(status.resultFields) }
            return .done(ModuleResult(changed: changed, fields: fields))
        }
    }
}
