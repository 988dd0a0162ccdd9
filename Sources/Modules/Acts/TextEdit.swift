//! What the modules that edit a file in place share: read, change in Swift, write if it differs.

import Diagnostics
import Digests
import Values

/// One edit of one file.
struct TextEdit: Sendable {
    /// The edited content and what to say about it.
    struct Edited: Sendable {
        var content: [UInt8]
        var message = ""
        /// What is said where nothing differs.
        var unchanged = ""
        var fields: OrderedMap = [:]
    }

    enum Decision: Sendable {
        case edited(Edited)
        /// The file, or its owner, is not there; with the edit if that can be told all the same.
        case lacking(Resource, failure: ModuleResult, then: Edited?)
        /// A result without any writing.
        case finished(ModuleResult)
    }

    /// Larger files are not edited in memory.
    private static let limit = 64 << 20

    var path: String
    var attributes: FileAttributes
    var create: Bool
    let backup: Bool
    let validate: String?
    let writesInPlace: Bool
    let showsDifferences: Bool
    /// The key under which the backup is reported.
    var backupKey = "backup_file"
    /// Attributes are for files that are created; existing ones keep theirs.
    var setsAttributesOnCreation = false
    /// Whether a difference is headed as one of content.
    var showsContentHeaders = false
    /// Commands that make the folder of a file that is created.
    var folderPreparation: (@Sendable (FileStatus) -> String)?

    init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        path = arguments.string("path") ?? ""
        attributes = try FileAttributes(arguments)
        create = arguments.bool("create") ?? false
        (backup, validate, writesInPlace) = FileRewrite.options(arguments)
        showsDifferences = context.showsDifferences
        if let validate, !validate.contains("%s") {
            throw arguments.invalid(
                "validate", "validate must contain %s: \(validate)", help: "%s is the new file's path")
        }
    }

    /// The arguments that editing modules have in common beside their own.
    static let arguments =
        [
            ArgumentSpec("backup", .bool, "Keeps the old file beside the new one", default: false),
            ArgumentSpec("validate", .string, "Command that has to accept the new file; %s is its path"),
        ] + ArgumentSpec.fileAttributes

    /// Reads the file and goes on with what `edit` makes of it; nil stands for a file that is not there.
    func start(
        _ edit: @escaping @Sendable ([UInt8]?, FileStatus) throws(Diagnostic) -> Decision
    ) -> Step {
        var probe = FileProbe(
            RemotePath(path), follow: true, checksum: .sha1, contentLimit: Self.limit, owner: attributes.owner,
            group: attributes.group)
        probe.asksLoginGroup = attributes.takesLoginGroup
        return probe.step { found throws(Diagnostic) in
            let target = found.resolved
            if target.kind == .directory {
                return .done(.failure("Path \(target.path) is a directory !", fields: ["rc": 256]))
            }
            if target.exists, target.content == nil {
                return .done(.failure(unreadable(target)))
            }
            func written(_ edited: Edited) throws(Diagnostic) -> Step {
                try write(edited, to: target) { () throws(Diagnostic) in start(edit) }
            }
            switch try edit(target.content, target) {
            case .finished(let result): return .done(result)
            case .edited(let edited): return try written(edited)
            case .lacking(let resource, let failure, let edited):
                let act = Step.apply(Change(), Script(":")) { _ in .done(failure) }
                return .lacking(
                    [resource], failure: failure,
                    then: try edited.map { edited throws(Diagnostic) in try written(edited) } ?? act)
            }
        }
    }

    private func unreadable(_ target: FileStatus) -> String {
        target.isReadable
            ? "\(target.path) is not a regular file of at most \(Self.limit >> 20) MiB"
            : "could not read \(target.path): Permission denied (use 'become: true' or a user who may read it)"
    }

    private func write(
        _ edited: Edited, to target: FileStatus, again: @escaping @Sendable () throws(Diagnostic) -> Step
    ) throws(Diagnostic) -> Step {
        let wanted = target.exists && setsAttributesOnCreation ? FileAttributes() : attributes
        var rewrite = FileRewrite(target: target, content: edited.content, attributes: wanted, again: again)
        rewrite.backup = backup
        rewrite.validate = validate
        rewrite.writesInPlace = writesInPlace
        rewrite.createsParents = create
        rewrite.folderPreparation = folderPreparation?(target)
        rewrite.fields = edited.fields.merging(["msg": .string(edited.message)])
        if showsDifferences {
            var difference = Difference.content(
                of: target.path, before: target.content ?? [], after: edited.content, existed: target.exists)
            if showsContentHeaders {
                (difference.beforeHeader, difference.afterHeader) = ("\(path) (content)", "\(path) (content)")
            }
            rewrite.difference = difference
        }
        return try rewrite.step { outcome in
            var fields = edited.fields
            var message = outcome.contentChanged ? edited.message : edited.unchanged
            if outcome.changed, !outcome.contentChanged {
                message = "ownership, perms or SE linux context changed"
            }
            fields["msg"] = .string(message)
            if let backup = outcome.backup { fields[backupKey] = .string(backup) }
            return ModuleResult(changed: outcome.changed, fields: fields)
        }
    }
}

/// A file's lines, each with its ending.
enum TextLines {
    static func split(_ content: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = content[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            lines.append(Array(rest[..<end]))
            rest = rest[end...]
        }
        return lines
    }

    /// The line as text without its ending.
    static func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self).withoutFinalNewlines }
}
