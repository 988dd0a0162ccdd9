//! From what is to be packed to an archive that holds it.

import Connections
import Diagnostics
import Values

/// One archive at its place: compared, written beside and renamed, what has been packed removed.
struct ArchiveJob: Sendable {
    let sources: ArchiveSources
    let packer: ArchivePacker
    let attributes: FileAttributes
    let removes: Bool
    let writesInPlace: Bool

    func start(_ place: RemotePath) throws(Diagnostic) -> Step {
        let probe = FileProbe(place, follow: true, owner: attributes.owner, group: attributes.group)
        let comparison = Probe(
            """
            LC_ALL=C; export LC_ALL
            \(packer.toolCheck)
            \(packer.function)
            t=\(place.shellWord)
            case $t in /*) ;; *) t=$PWD/$t;; esac
            [ -f "$t" ] || exit 1
            drover_pack | cmp -s - "$t"
            """, input: packer.list)
        let nothing = sources.found.isEmpty
        return .observeAll(nothing ? [probe.probe] : [probe.probe, comparison]) { answers throws(Diagnostic) in
            guard let target = probe.status(from: answers[0]) else { return .done(probe.unusable(answers[0])) }
            if nothing { return try attribute(target) }
            guard answers[1].status != 94 else { return .done(lacking(answers[1].errorText.trimmed)) }
            guard target.kind != .directory else {
                let message = "dest '\(target.path)' is a directory: name a file in it"
                return .done(.failure(message, fields: fields(target)))
            }
            return try attributes.needed(
                on: target,
                for: answers[1].status == 0 ? attribute(target) : write(target))
        }
    }

    private func write(_ target: FileStatus) -> Step {
        let write = FileWrite(
            target: target, content: .output(of: packer.function, "drover_pack", reading: packer.list),
            attributes: attributes.plan(for: target), writesInPlace: writesInPlace)
        let change = Change(fields: fields(target), provides: [.path(target.path)])
        let act = Step.apply(change, write.script()) { answer throws(Diagnostic) in
            switch write.outcome(of: answer) {
            case .written(let status, _): return try remove(status, changed: true)
            case .moved: return try start(RemotePath(literal: target.path))
            case .failed(let failure): return .done(failure)
            }
        }
        return target.needingParent(act, fields: fields(target))
    }

    /// The archive is as it should be; its owner or mode may not be.
    private func attribute(_ target: FileStatus) throws(Diagnostic) -> Step {
        guard target.exists else { return .done(result(target, changed: false)) }
        let change = AttributeChange(target: target, plan: attributes.plan(for: target), fields: fields(target))
        return try change.step { status, changed throws(Diagnostic) in try remove(status, changed: changed) }
    }

    private func remove(_ target: FileStatus, changed: Bool) throws(Diagnostic) -> Step {
        guard removes, !sources.found.isEmpty else { return .done(result(target, changed: changed)) }
        let words = sources.found.map(RemotePath.literal).joined(separator: " ")
        let change = Change(fields: fields(target))
        return .apply(change, Script("LC_ALL=C; export LC_ALL\nrm -rf -- \(words)")) { answer in
            guard answer.status == 0 else {
                return .done(
                    .failure(HostRefusal.message("remove", sources.found[0], answer), fields: fields(target)))
            }
            return .done(result(target, changed: true))
        }
    }

    private func lacking(_ tool: String) -> ModuleResult {
        .failure("the host lacks \(tool), which \(packer.format.rawValue) archives need: install it first")
    }

    // MARK: - Result

    private func result(_ target: FileStatus, changed: Bool) -> ModuleResult {
        var fields = fields(target)
        if target.exists { fields.merge(target.resultFields) }
        fields["dest_state"] = .string(state(isThere: target.exists))
        return ModuleResult(changed: changed, fields: fields)
    }

    private func state(isThere: Bool) -> String {
        if !isThere { return "absent" }
        if packer.isCompressedFile { return "compress" }
        return sources.missing.isEmpty ? "archive" : "incomplete"
    }

    private func fields(_ target: FileStatus) -> OrderedMap {
        [
            "dest": .string(target.path), "dest_state": .string(state(isThere: true)),
            "archived": .strings(packer.members.map { packer.root + $0 }), "arcroot": .string(packer.root),
            "expanded_paths": .strings(sources.expanded), "expanded_exclude_paths": .strings(sources.excluded),
            "missing": .strings(sources.missing),
        ]
    }
}
