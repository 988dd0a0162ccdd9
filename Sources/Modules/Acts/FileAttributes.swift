//! Owner, group and mode that an author wants, against what a host has.

import Diagnostics
import Values

/// The wanted attributes of one module call.
package struct FileAttributes: Sendable {
    package var owner: String?
    package var group: String?
    package var mode: FileMode?
    /// Gives the file to the owner's login group.
    var takesLoginGroup = false

    package init(_ arguments: ModuleArguments) throws(Diagnostic) {
        owner = arguments.string("owner")
        group = arguments.string("group")
        mode = try FileMode(arguments)
    }

    package init(owner: String? = nil, group: String? = nil, mode: FileMode? = nil) {
        self.owner = owner
        self.group = group
        self.mode = mode
    }

    /// The step, which needs the wanted owner and group on the host.
    func needed(
        on status: FileStatus, for step: @autoclosure () throws(Diagnostic) -> Step
    ) throws(Diagnostic) -> Step {
        var fields = status.resultFields
        fields["path"] = .string(status.path)
        if let owner, status.wantedOwner == nil {
            return .lacking(
                [.user(owner)], failure: .failure("chown failed: failed to look up user \(owner)", fields: fields),
                then: try step())
        }
        if let group, status.wantedGroup == nil {
            return .lacking(
                [.group(group)], failure: .failure("chgrp failed: failed to look up group \(group)", fields: fields),
                then: try step())
        }
        return try step()
    }

    /// What has to change. For something that does not exist yet: all that is wanted. `replaces` says that a file of
    /// its own takes the place of a link.
    func plan(for status: FileStatus, isDirectory: Bool? = nil, replaces: Bool = false) -> AttributePlan {
        let isDirectory = isDirectory ?? (status.kind == .directory)
        var plan = AttributePlan()
        if owner != nil, status.wantedOwner != status.details?.uid { plan.uid = status.wantedOwner }
        if group != nil || takesLoginGroup, status.wantedGroup != status.details?.gid { plan.gid = status.wantedGroup }
        plan.waits = (owner != nil && status.wantedOwner == nil) || (group != nil && status.wantedGroup == nil)
        if let mode, status.kind != .link || replaces {
            let created = (isDirectory ? 0o777 : 0o666) & ~status.umask
            let current = (replaces ? nil : status.details?.permissions) ?? created
            let wanted = mode.applied(to: current, isDirectory: isDirectory, umask: status.umask)
            if !status.exists || replaces || wanted != current { plan.mode = wanted }
        }
        return plan
    }
}

/// Attributes that differ from what is there.
struct AttributePlan: Sendable {
    var uid: Int?
    var gid: Int?
    var mode: Int?

    /// The wanted owner or group is not there yet.
    var waits = false

    var isEmpty: Bool { uid == nil && gid == nil && mode == nil && !waits }

    /// Commands that give `word` these attributes; chown first, since it takes set-uid bits away.
    func commands(on word: String, link: Bool = false) -> String {
        var lines: [String] = []
        let flag = link ? "-h " : ""
        if let uid, let gid {
            lines.append("chown \(flag)\(uid):\(gid) -- \(word) || exit 73")
        } else if let uid {
            lines.append("chown \(flag)\(uid) -- \(word) || exit 73")
        } else if let gid {
            lines.append("chgrp \(flag)\(gid) -- \(word) || exit 73")
        }
        if let mode, !link { lines.append("chmod \(mode.octalMode) -- \(word) || exit 74") }
        return lines.joined(separator: "\n")
    }

    /// The keys that differ, before and after, as `--diff` shows them.
    func differences(from status: FileStatus) -> (before: OrderedMap, after: OrderedMap) {
        var before: OrderedMap = [:]
        var after: OrderedMap = [:]
        if let uid {
            before["owner"] = status.details.map { .int($0.uid) }
            after["owner"] = .int(uid)
        }
        if let gid {
            before["group"] = status.details.map { .int($0.gid) }
            after["group"] = .int(gid)
        }
        if let mode {
            before["mode"] = status.details.map { .string($0.permissions.octalMode) }
            after["mode"] = .string(mode.octalMode)
        }
        return (before, after)
    }
}

extension Difference {
    /// Before and after of a path's state and attributes, as Ansible prints dictionaries.
    static func attributes(of path: String, before: OrderedMap, after: OrderedMap) throws(Diagnostic) -> Difference {
        var (old, new) = (before, after)
        old["path"] = .string(path)
        new["path"] = .string(path)
        return Difference(
            beforeHeader: "before", afterHeader: "after",
            before: try Value.dict(old).json(indent: 4, sortKeys: true) + "\n",
            after: try Value.dict(new).json(indent: 4, sortKeys: true) + "\n")
    }

    /// Before and after of a file's content; binary content is only said to differ.
    static func content(of path: String, before: [UInt8], after: [UInt8], existed: Bool = true) -> Difference {
        let headers = (existed ? path : "", path)
        guard let old = String(validating: before, as: UTF8.self), let new = String(validating: after, as: UTF8.self),
            !before.contains(0), !after.contains(0)
        else {
            return Difference(
                beforeHeader: headers.0, afterHeader: headers.1, before: "", after: "",
                prepared: "diff skipped: binary content differs\n")
        }
        return Difference(beforeHeader: headers.0, afterHeader: headers.1, before: old, after: new)
    }
}
