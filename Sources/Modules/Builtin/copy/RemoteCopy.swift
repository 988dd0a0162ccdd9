//! `copy` with `remote_src`: from one path of the host to another.

import Diagnostics
import Digests
import Values

/// Copies a file, or a folder as a whole, on the host itself.
struct RemoteCopy: Sendable {
    private let source: String
    private let destination: String
    private let attributes: FileAttributes
    private let force: Bool
    private let backup: Bool
    private let validate: String?
    private let writesInPlace: Bool
    private let showsDifferences: Bool

    init(_ source: String, _ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.source = source
        destination = arguments.string("dest") ?? ""
        attributes = try FileAttributes(arguments)
        force = arguments.bool("force") ?? true
        (backup, validate, writesInPlace) = FileRewrite.options(arguments)
        showsDifferences = context.showsDifferences
    }

    @Sendable func start() throws(Diagnostic) -> Step {
        let inside = "\(destination.withoutFinalSlashes)/\(source.withoutFinalSlashes.fileName)"
        return FileProbe.step([probe(source), probe(destination), probe(inside)]) { found throws(Diagnostic) in
            let (from, to) = (found[0], found[1])
            guard from.exists else { return .done(.failure("Source \(from.path) not found")) }
            if from.kind == .directory { return copyFolder(from, to: to, inside: found[2]) }
            let target = to.kind == .directory || destination.hasSuffix("/") ? found[2] : to
            if destination.hasSuffix("/"), !to.exists { return makeFolder(to.path, for: target.path) }
            return try attributes.needed(on: target, for: try copyFile(from, to: target))
        }
    }

    private func probe(_ path: String) -> FileProbe {
        FileProbe(
            RemotePath(path), follow: true, checksum: .sha1, contentLimit: showsDifferences ? 1 << 20 : nil,
            owner: attributes.owner, group: attributes.group)
    }

    /// `dest/` names a folder to be.
    private func makeFolder(_ path: String, for target: String) -> Step {
        let script = Script("LC_ALL=C; export LC_ALL\nmkdir -p -- \(RemotePath.literal(path))")
        let change = Change(fields: ["dest": .string(target)], provides: [.path(path), .path(target)])
        return .apply(change, script) { answer throws(Diagnostic) in
            guard answer.status == 0 else { return .done(.failure(HostRefusal.message("create", path, answer))) }
            return try start()
        }
    }

    private func copyFile(_ from: FileStatus, to target: FileStatus) throws(Diagnostic) -> Step {
        var attributes = attributes
        if attributes.mode == .preserve { attributes.mode = from.details.map { .octal($0.permissions) } }
        guard from.isReadable else { return .done(.failure("Source \(from.path) not readable")) }
        var known: OrderedMap = ["src": .string(from.path), "dest": .string(target.path)]
        known["checksum"] = from.checksum.map { .string($0) }
        let fields = known
        let plan = attributes.plan(for: target)
        guard force || !target.exists else {
            let found = target.resultFields.merging(["msg": "file already exists"])
            return .done(ModuleResult(fields: fields.merging(found)))
        }
        if target.exists, target.checksum != nil, target.checksum == from.checksum {
            return try AttributeChange(target: target, plan: plan, fields: fields).step { status, changed in
                .done(ModuleResult(changed: changed, fields: fields.merging(status.resultFields)))
            }
        }
        let write = FileWrite(
            target: target, content: .copy(of: from.path),
            attributes: attributes.plan(for: target, replaces: target.kind == .link), backup: backup,
            validate: validate,
            writesInPlace: writesInPlace)
        let change = Change(
            differences: difference(from, target), fields: fields, provides: [.path(target.path)])
        let act = Step.apply(change, write.script()) { answer throws(Diagnostic) in
            switch write.outcome(of: answer) {
            case .written(let status, let backup):
                var result = fields.merging(status.resultFields)
                result["backup_file"] = backup.map { .string($0) }
                return .done(ModuleResult(changed: true, fields: result))
            case .moved: return try start()
            case .failed(let failure): return .done(failure)
            }
        }
        return target.needingParent(act, fields: fields)
    }

    private func difference(_ from: FileStatus, _ target: FileStatus) -> [Difference] {
        guard showsDifferences else { return [] }
        let (before, after) = (target.content ?? [], from.content ?? [])
        return [.content(of: target.path, before: before, after: after, existed: target.exists)]
    }

    /// A folder is compared file by file on the host and copied where anything is missing or differs.
    private func copyFolder(_ from: FileStatus, to: FileStatus, inside: FileStatus) -> Step {
        let target = (source.hasSuffix("/") || !to.exists ? to : inside).path.withoutFinalSlashes
        let names =
            "s=\(RemotePath.literal(from.path.withoutFinalSlashes))\nt=\(RemotePath.literal(target))\nexport s t"
        let comparison = Probe(
            """
            \(names)
            find "$s" -exec sh -c '
            for f do d=$t${f#"$s"}
            if [ -d "$f" ]; then [ -d "$d" ] || { echo differs; exit; }
            elif [ -f "$f" ]; then cmp -s "$f" "$d" || { echo differs; exit; }; fi
            done' sh {} +
            """)
        let fields: OrderedMap = ["src": .string(from.path), "dest": .string(target)]
        let script = Script(
            """
            LC_ALL=C; export LC_ALL
            \(names)
            mkdir -p -- "$t" || exit 71
            cp -R\(attributes.mode == .preserve ? "p" : "") -- "$s"/. "$t"/ || exit 72
            """)
        return .observe(comparison) { answer in
            guard answer.text.contains("differs") || answer.status != 0 else {
                return .done(ModuleResult(fields: fields))
            }
            return .apply(Change(fields: fields, provides: [.path(target)]), script) { answer in
                answer.status == 0
                    ? .done(ModuleResult(changed: true, fields: fields))
                    : .done(.failure(HostRefusal.message("copy to", target, answer), fields: fields))
            }
        }
    }
}
