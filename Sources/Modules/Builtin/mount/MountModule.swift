//! `mount`: lines of fstab, and what is mounted now.

import Connections
import Diagnostics
import Values

package struct MountModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.posix.mount"], "Mounts file systems, now and at boot",
        arguments: [
            ArgumentSpec("path", .path, "The mount point", required: true, aliases: ["name"]),
            ArgumentSpec("src", .path, "The device or share"),
            ArgumentSpec("fstype", .string, "Type of the file system"),
            ArgumentSpec("opts", .string, "Mount options"),
            ArgumentSpec("opts_no_log", .bool, "Keeps the options out of results", default: false),
            ArgumentSpec("dump", .string, "For dump(8)", default: "0"),
            ArgumentSpec("passno", .string, "Order of checks at boot", default: "0"),
            ArgumentSpec(
                "state", .string,
                "mounted: in fstab and mounted; present: in fstab; ephemeral: mounted only; unmounted; remounted; "
                    + "absent: neither, and the folder is removed; absent_from_fstab", required: true,
                choices: [
                    "absent", "absent_from_fstab", "mounted", "present", "unmounted", "remounted", "ephemeral",
                ]),
            ArgumentSpec("fstab", .string, "Another file than /etc/fstab"),
            ArgumentSpec("boot", .bool, "Mounted at boot; else noauto is added", default: true),
            ArgumentSpec("backup", .bool, "Keeps the old file beside the new one", default: false),
        ],
        requiredIf: [
            .init("state", is: "mounted", ["src", "fstype"]), .init("state", is: "present", ["src", "fstype"]),
            .init("state", is: "ephemeral", ["src", "fstype"]),
        ])

    private static let mounting = ["mounted", "unmounted", "remounted", "ephemeral"]

    private let arguments: ModuleArguments
    private let state: String
    private let table: String
    private let entry: MountEntry

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        state = arguments.string("state") ?? ""
        table = arguments.string("fstab") ?? "/etc/fstab"
        let path = arguments.string("path") ?? ""
        // Swap has no place: fstab says "none" or "swap".
        let isPlaceless = arguments.string("fstype") == "swap" && !Self.mounting.contains(state)
        guard path.hasPrefix("/") || isPlaceless && ["none", "swap"].contains(path) else {
            throw arguments.invalid(
                "path", "a mount point is an absolute path, not '\(path)'",
                help: path == "none" ? "without a place only swap can be written, with state present or absent" : nil)
        }
        var options = arguments.string("opts") ?? "defaults"
        let boots = arguments.bool("boot") ?? true
        if !boots, !options.split(separator: ",").contains("noauto") { options += ",noauto" }
        entry = MountEntry(
            source: arguments.string("src") ?? "", path: path == "/" ? path : path.withoutFinalSlashes,
            type: arguments.string("fstype") ?? "", options: options, dump: arguments.string("dump") ?? "0",
            pass: arguments.string("passno") ?? "0")
        for text in [entry.source, entry.path, entry.type, entry.options] where text.contains("\n") {
            throw arguments.invalid("path", "'\(text)' has more than one line")
        }
    }

    // MARK: - Steps

    /// The table, then by the other stream what is mounted there and whether the folder exists.
    package func start() throws(Diagnostic) -> Step {
        let point = entry.path.shellQuoted
        let probe = """
            \(RemoteText.probe(table)) || exit $?
            { cat /proc/self/mounts; [ ! -e \(point) ] || echo folder; } >&2
            """
        return .observe(Probe(probe)) { found throws(Diagnostic) in
            guard let file = RemoteText(table, found) else {
                return .done(.failure("cannot read \(table): \(found.errorText.trimmed)", fields: fields))
            }
            return decide(file, MountTable(found.errorText, at: entry.path))
        }
    }

    private var fields: OrderedMap {
        var fields: OrderedMap = ["name": .string(entry.path), "fstab": .string(table)]
        let isWritten = ["mounted", "present", "ephemeral"].contains(state)
        if isWritten {
            fields["src"] = .string(entry.source)
            fields["fstype"] = .string(entry.type)
            if !(arguments.bool("opts_no_log") ?? false) { fields["opts"] = .string(entry.options) }
            fields["dump"] = .string(entry.dump)
            fields["passno"] = .string(entry.pass)
        }
        fields["boot"] = arguments.bool("boot").map { .string($0 ? "yes" : "no") }
        return fields
    }

    private func decide(_ file: RemoteText, _ mounted: MountTable) -> Step {
        let text = file.text ?? ""
        var content = text
        var acts: [String] = []
        let point = RemotePath.literal(entry.path)
        switch state {
        case "present": content = entry.added(to: text)
        case "mounted":
            content = entry.added(to: text)
            if !mounted.hasFolder { acts.append("mkdir -p -- \(point)") }
            if !mounted.isMounted {
                acts.append(mountCommand)
            } else if content != text
                || mounted.source != entry.source && entry.source.hasPrefix("/dev/") && !mounted.isSame
            {
                acts.append(remountCommand)
            }
        case "ephemeral":
            guard !mounted.isMounted || mounted.source == entry.source else {
                return .done(
                    .failure("Ephemeral mount point is already mounted with a different source", fields: fields))
            }
            if !mounted.hasFolder { acts.append("mkdir -p -- \(point)") }
            acts.append(mounted.isMounted ? remountCommand : directMount)
        case "unmounted": if mounted.isMounted { acts.append("umount -- \(point)") }
        case "remounted":
            guard mounted.isMounted else {
                return .done(
                    .failure("Tried to remount a mountpoint that is not mounted: \(entry.path)", fields: fields))
            }
            acts.append(remountCommand)
        default:
            content = entry.removed(from: text)
            guard entry.path.hasPrefix("/") else { break }
            if state == "absent", mounted.isMounted { acts.append("umount -- \(point)") }
            if state == "absent", mounted.hasFolder, content != text || mounted.isMounted {
                acts.append("{ rmdir -- \(point) 2>/dev/null || :; }")
            }
        }
        return act(file, content, acts)
    }

    private var customTable: String { table == "/etc/fstab" ? "" : " -T \(table.shellQuoted)" }
    private var mountCommand: String { "mount\(customTable) -- \(RemotePath.literal(entry.path))" }
    private var directMount: String {
        "mount -t \(entry.type.shellQuoted) -o \(entry.options.shellQuoted) -- \(entry.source.shellQuoted) "
            + RemotePath.literal(entry.path)
    }
    /// Where remounting is impossible the file system is taken away and mounted anew.
    private var remountCommand: String {
        let point = RemotePath.literal(entry.path)
        let options = state == "remounted" && arguments.string("opts") == nil ? "" : ",\(entry.options)"
        let anew = state == "ephemeral" ? directMount : mountCommand
        return
            "{ mount\(customTable) -o \("remount\(options)".shellQuoted) -- \(point) || { umount -- \(point) && \(anew); }; }"
    }

    private func act(_ file: RemoteText, _ content: String, _ acts: [String]) -> Step {
        let differs = content != (file.text ?? "")
        guard differs || !acts.isEmpty else { return .done(ModuleResult(fields: fields)) }
        let acting = acts.map { "\($0) || exit 3" }.joined(separator: "\n")
        let script =
            differs
            ? file.replacement(content, backup: arguments.bool("backup") ?? false, after: acting)
            : Script("export LC_ALL=C\n\(acting)")
        let change = Change(
            differences: differs ? [file.difference(to: content)] : [], fields: fields,
            provides: state == "mounted" ? [.path(entry.path)] : [])
        return .apply(change, script) { outcome throws(Diagnostic) in
            var fields = fields
            switch outcome.status {
            case 0:
                let backup = outcome.text.split(separator: "\n").first { $0.hasPrefix("backup ") }
                fields["backup_file"] = backup.map { .string(String($0.dropFirst(7))) } ?? ""
                return .done(ModuleResult(changed: true, fields: fields))
            case RemoteText.moved: return try start()
            case 3: return .done(.failure("Error mounting \(entry.path): \(outcome.errorText.trimmed)", fields: fields))
            default: return .done(.failure("cannot write \(table): \(outcome.errorText.trimmed)", fields: fields))
            }
        }
    }
}
