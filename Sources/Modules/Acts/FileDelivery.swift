//! Bringing content from the control node to a path on the host: what `copy` and `template` share.

import Diagnostics
import Digests
import Values

/// Content on its way to a path that may turn out to be a folder.
struct FileDelivery: Sendable {
    let content: [UInt8]
    /// The name that the file gets in a folder; nil for content without a name.
    let name: String?
    let destination: String
    var attributes: FileAttributes
    var force = true
    var follow = false
    var backup = false
    var validate: String?
    var writesInPlace = false
    var showsDifferences = false
    /// `src` as reported.
    var source: String?

    /// Takes the options that `copy` and `template` have in common.
    init(
        _ content: [UInt8], name: String?, source: String?, _ arguments: ModuleArguments, context: ModuleContext
    ) throws(Diagnostic) {
        self.content = content
        self.name = name
        self.source = source
        destination = arguments.string("dest") ?? ""
        attributes = try FileAttributes(arguments)
        force = arguments.bool("force") ?? true
        follow = arguments.bool("follow") ?? false
        (backup, validate, writesInPlace) = FileRewrite.options(arguments)
        showsDifferences = context.showsDifferences
        if let validate, !validate.contains("%s") {
            throw arguments.invalid(
                "validate", "validate must contain %s: \(validate)", help: "%s is the new file's path")
        }
    }

    func start() throws(Diagnostic) -> Step {
        // Only the first one asks about owner and group, which are the same for all.
        var first = probe(destination)
        first.owner = attributes.owner
        first.group = attributes.group
        var probes = [first, FileProbe(RemotePath(destination), follow: true)]
        if let name {
            probes += [probe(destination.hasSuffix("/") ? destination + name : "\(destination)/\(name)")]
        }
        return FileProbe.step(probes) { found throws(Diagnostic) in
            if found[1].kind == .directory || destination.hasSuffix("/") {
                guard found.count > 2 else { return .done(.failure("can not use content with a dir as dest")) }
                var target = found[2]
                // `dest/` names a folder to be: it is made on the way.
                if found[1].exists, found[1].kind != .directory {
                    return .done(.failure("\(found[1].path) is not a directory"))
                }
                if !found[1].exists { return makeFolder(found[1].path) }
                target.parentIsDirectory = true
                (target.wantedOwner, target.wantedGroup) = (found[0].wantedOwner, found[0].wantedGroup)
                return try deliver(to: target)
            }
            return try deliver(to: follow ? found[0].resolved : found[0])
        }
    }

    private func probe(_ path: String) -> FileProbe {
        FileProbe(
            RemotePath(path), follow: follow, checksum: .sha1, contentLimit: showsDifferences ? 1 << 20 : nil)
    }

    private func makeFolder(_ path: String) -> Step {
        let fields: OrderedMap = ["dest": .string(path + (path.hasSuffix("/") ? "" : "/") + (name ?? ""))]
        let script = Script("LC_ALL=C; export LC_ALL\nmkdir -p -- \(RemotePath.literal(path))")
        let change = Change(differences: difference(from: nil, to: fields["dest"]?.string ?? path), fields: fields)
        return .apply(change, script) { answer throws(Diagnostic) in
            guard answer.status == 0 else { return .done(.failure(HostRefusal.message("create", path, answer))) }
            return try start()
        }
    }

    private func deliver(to target: FileStatus) throws(Diagnostic) -> Step {
        let checksum = MessageDigest.sha1.hex(of: content)
        var fields: OrderedMap = ["dest": .string(target.path), "checksum": .string(checksum)]
        fields["src"] = source.map { .string($0) }
        guard force || !target.exists else {
            fields["checksum"] = nil
            return .done(ModuleResult(fields: fields))
        }
        let known = fields
        var rewrite = FileRewrite(target: target, content: content, attributes: attributes, again: start)
        rewrite.backup = backup
        rewrite.validate = validate
        rewrite.writesInPlace = writesInPlace
        rewrite.fields = known
        rewrite.difference = difference(from: target, to: target.path).first
        return try rewrite.step { outcome in
            var result = known
            result.merge(outcome.status.resultFields)
            if outcome.contentChanged {
                result["md5sum"] = .string(MessageDigest.md5.hex(of: content))
            } else {
                result["checksum"] = outcome.status.checksum.map { .string($0) } ?? result["checksum"]
                result["path"] = .string(outcome.status.path)
            }
            result["backup_file"] = outcome.backup.map { .string($0) }
            return ModuleResult(changed: outcome.changed, fields: result)
        }
    }

    private func difference(from target: FileStatus?, to path: String) -> [Difference] {
        guard showsDifferences else { return [] }
        let before = target?.content ?? []
        var difference = Difference.content(
            of: path, before: before, after: content, existed: target?.exists ?? false)
        if let source { difference.afterHeader = source }
        return [difference]
    }
}
