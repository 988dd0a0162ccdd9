//! What every module does that gives a file new content: compare, write atomically, or only mend attributes.

import Diagnostics
import Digests
import Values

/// From an observed file and its wanted content to the steps that make it so.
struct FileRewrite: Sendable {
    /// What a module reports about the file it left behind.
    struct Outcome: Sendable {
        var changed: Bool
        var contentChanged: Bool
        var status: FileStatus
        var backup: String?
    }

    let target: FileStatus
    let content: [UInt8]
    let attributes: FileAttributes
    var backup = false
    var validate: String?
    var writesInPlace = false
    var createsParents = false
    /// Commands that make the folder, instead of a plain mkdir.
    var folderPreparation: String?
    /// Result keys known before anything is written.
    var fields: OrderedMap = [:]
    /// nil where differences are not wanted.
    var difference: Difference?
    /// Starts over when the file has changed meanwhile.
    let again: @Sendable () throws(Diagnostic) -> Step

    /// The options that all such modules share.
    static func options(_ arguments: ModuleArguments) -> (backup: Bool, validate: String?, writesInPlace: Bool) {
        (arguments.bool("backup") ?? false, arguments.string("validate"), arguments.bool("unsafe_writes") ?? false)
    }

    func step(
        then result: @escaping @Sendable (Outcome) throws(Diagnostic) -> ModuleResult
    ) throws(Diagnostic) -> Step {
        try attributes.needed(on: target, for: try rewrite(then: result))
    }

    private func rewrite(
        then result: @escaping @Sendable (Outcome) throws(Diagnostic) -> ModuleResult
    ) throws(Diagnostic) -> Step {
        let plan = attributes.plan(for: target)
        if target.exists, target.checksum == MessageDigest.sha1.hex(of: content) {
            return try AttributeChange(target: target, plan: plan, fields: fields).step {
                status, changed throws(Diagnostic) in
                .done(try result(Outcome(changed: changed, contentChanged: false, status: status)))
            }
        }
        guard target.kind != .directory else {
            return .done(.failure("\(target.path) is a directory: name a file in it, or remove it first"))
        }
        let write = FileWrite(
            target: target, content: .bytes(content),
            attributes: attributes.plan(for: target, replaces: target.kind == .link), backup: backup,
            validate: validate,
            writesInPlace: writesInPlace, createsParents: createsParents, folderPreparation: folderPreparation)
        let change = Change(
            differences: difference.map { [$0] } ?? [], fields: fields, provides: [.path(target.path)])
        let act = Step.apply(change, write.script()) { answer throws(Diagnostic) in
            switch write.outcome(of: answer) {
            case .written(let status, let backup):
                .done(try result(Outcome(changed: true, contentChanged: true, status: status, backup: backup)))
            case .moved: try again()
            case .failed(let failure): .done(failure)
            }
        }
        return createsParents ? act : target.needingParent(act, fields: fields)
    }
}

extension FileStatus {
    /// The act on this path, which needs the folder that it is in.
    func needingParent(_ act: Step, fields: OrderedMap) -> Step {
        guard !parentIsDirectory else { return act }
        let folder = path.parentFolder
        return .lacking(
            [.path(folder)],
            failure: .failure(
                "Destination directory \(folder) does not exist", fields: fields), then: act)
    }
}

/// Changing owner, group and mode of something that is already there.
struct AttributeChange: Sendable {
    let target: FileStatus
    let plan: AttributePlan
    var fields: OrderedMap = [:]

    func step(
        then: @escaping @Sendable (FileStatus, _ changed: Bool) throws(Diagnostic) -> Step
    ) throws(Diagnostic) -> Step {
        guard !plan.isEmpty else { return try then(target, false) }
        let (before, after) = plan.differences(from: target)
        let difference = try Difference.attributes(of: target.path, before: before, after: after)
        let probe = FileProbe(RemotePath(literal: target.path), checksum: target.checksum == nil ? nil : .sha1)
        let script = """
            LC_ALL=C; export LC_ALL
            p=\(RemotePath.literal(target.path))
            \(plan.commands(on: "\"$p\"", link: target.kind == .link))
            \(probe.script)
            """
        return .apply(Change(differences: [difference], fields: fields), Script(script)) { answer throws(Diagnostic) in
            guard answer.status == 0 else {
                let what = answer.status == 73 ? "change the owner of" : "change the mode of"
                return .done(.failure(HostRefusal.message(what, target.path, answer), fields: target.resultFields))
            }
            guard let status = probe.status(from: answer) else { return .done(probe.unusable(answer)) }
            return try then(status, true)
        }
    }
}

extension String {
    /// The folder part of a path.
    var parentFolder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// The last part of a path.
    var fileName: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }
}
