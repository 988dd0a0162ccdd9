//! `file` with state `link` and `hard`.

import Diagnostics
import Values

extension FileModule {
    func link(_ found: Found) throws(Diagnostic) -> Step {
        let itself = found.itself
        guard let source = source ?? itself.linkTarget else {
            return .done(.failure("src is required for creating new symlinks"))
        }
        var known = itself.resultFields
        known["dest"] = .string(itself.path)
        known["src"] = .string(source)
        if !force, let target = found.source, !target.exists {
            return .done(
                .failure(
                    "src file does not exist, use 'force=yes' if you really want to create the link: \(target.path)",
                    fields: known))
        }
        if itself.kind == .link, itself.linkTarget == source { return try unchangedLink(found, source: source) }
        if itself.exists, itself.kind != .link {
            guard force else {
                return .done(
                    .failure("refusing to convert from \(itself.state) to symlink for \(itself.path)", fields: known))
            }
        }
        let plan = attributes.plan(for: itself)
        let attributesGoTo = follow ? found.source : nil
        var lines = [Self.clearing(itself), "ln -s -- \(RemotePath.literal(source)) \"$n\" || exit 71", Self.placing]
        if !follow {
            lines.append(plan.commands(on: "\"$t\"", link: true))
        } else if let target = attributesGoTo, target.exists {
            lines.append(attributes.plan(for: withIds(target, of: itself)).commands(on: "\"$t\""))
        }
        return apply(
            lines.joined(separator: "\n"), "link", on: itself, becoming: "link",
            probe: FileProbe(RemotePath(literal: itself.path)), key: "dest", extra: ["src": .string(source)])
    }

    /// The link is right; attributes go to it or to what it points to.
    private func unchangedLink(_ found: Found, source: String) throws(Diagnostic) -> Step {
        let target = follow && found.followed.exists ? found.followed : found.itself
        let plan = attributes.plan(for: target)
        return try AttributeChange(target: target, plan: plan).step { status, changed in
            var fields = found.itself.resultFields
            if !follow { fields.merge(status.resultFields) }
            fields["dest"] = .string(found.itself.path)
            fields["src"] = .string(source)
            return .done(ModuleResult(changed: changed, fields: fields))
        }
    }

    func hardLink(_ found: Found) throws(Diagnostic) -> Step {
        let itself = found.itself
        guard let target = found.source else { return .done(.failure("src is required for creating new hardlinks")) }
        let fields: OrderedMap = ["dest": .string(itself.path), "src": .string(target.path)]
        guard target.exists else {
            return .done(.failure("src does not exist", fields: fields))
        }
        if let have = itself.details, let wanted = target.details, have.inode == wanted.inode,
            have.device == wanted.device
        {
            return try changeAttributes(of: itself, key: "dest")
        }
        if itself.exists, itself.kind != .link {
            guard force else {
                let what = itself.kind == .directory ? "from directory to hard link for" : "the existing file"
                return .done(.failure("Cannot link, refusing to convert \(what) \(itself.path)", fields: fields))
            }
        }
        let lines = [
            Self.clearing(itself), "ln -- \(RemotePath.literal(target.realPath ?? target.path)) \"$n\" || exit 71",
            Self.placing, attributes.plan(for: withIds(target, of: itself)).commands(on: "\"$t\""),
        ]
        return apply(
            lines.joined(separator: "\n"), "link", on: itself, becoming: "hard",
            probe: FileProbe(RemotePath(literal: itself.path)), key: "dest", extra: ["src": .string(target.path)])
    }

    /// `target` with the ids that were looked up for another path.
    private func withIds(_ target: FileStatus, of other: FileStatus) -> FileStatus {
        var copy = target
        copy.wantedOwner = other.wantedOwner
        copy.wantedGroup = other.wantedGroup
        return copy
    }

    /// Names the target and a free name beside it; an empty directory makes place, a full one refuses.
    private static func clearing(_ target: FileStatus) -> String {
        let name = target.path.hasSuffix("/") ? String(target.path.dropLast()) : target.path
        let temporary = "\(name).drover-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        let clear = target.kind == .directory ? "\nrmdir -- \"$t\" || exit 72" : ""
        return "t=\(RemotePath.literal(name))\nn=\(RemotePath.literal(temporary))\(clear)"
    }

    /// Renames in one step. A mv without -T would move into a directory that an old link points to.
    private static let placing = """
        mv -fT -- "$n" "$t" 2>/dev/null || { rm -f -- "$t" && mv -f -- "$n" "$t"; } || { rm -f -- "$n"; exit 78; }
        """
}
