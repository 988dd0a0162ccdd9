//! `synchronize`: files between the control node and a host, by rsync of both.

import Connections
import Diagnostics
import Values

package struct SynchronizeModule: Module {
    /// What the engine tells of the host; no task can say it.
    package struct Remote: Sendable {
        /// `user@address`; nil where both ends are the same machine.
        package var target: String?
        /// The words of `ssh` with its options.
        package var shell: [String]
        /// What stands in front of rsync on the host, e.g. sudo.
        package var become: [String]

        package init(target: String?, shell: [String] = [], become: [String] = []) {
            self.target = target
            self.shell = shell
            self.become = become
        }
    }

    private static let switches: [(name: String, flag: String, summary: String)] = [
        ("checksum", "--checksum", "Compares checksums instead of times and sizes"),
        ("delete", "--delete-after", "Removes what src does not have"),
        ("existing_only", "--existing", "Makes no new files"),
        ("partial", "--partial", "Keeps files that were half transferred"),
        ("copy_links", "--copy-links", "Copies what links point to"),
        ("dirs", "--dirs", "Folders without what is in them"),
    ]

    /// Parts of `archive` that can be switched each.
    private static let parts: [(name: String, flag: String)] = [
        ("recursive", "recursive"), ("links", "links"), ("perms", "perms"), ("times", "times"), ("owner", "owner"),
        ("group", "group"),
    ]

    package static let spec = ModuleSpec(
        ["ansible.posix.synchronize"], "Copies folders by rsync",
        arguments: [
            ArgumentSpec("src", .path, "Where files come from", required: true),
            ArgumentSpec("dest", .path, "Where they go", required: true),
            ArgumentSpec(
                "mode", .string, "push: to the host; pull: from it", default: "push", choices: ["pull", "push"]),
            ArgumentSpec("archive", .bool, "All that rsync --archive keeps", default: true),
            ArgumentSpec("compress", .bool, "Compresses on the way", default: true),
            ArgumentSpec("delay_updates", .bool, "Puts all files in place at the end", default: true),
            ArgumentSpec("dest_port", .int, "Port of ssh on the host"),
            ArgumentSpec("private_key", .path, "Key for ssh"),
            ArgumentSpec("set_remote_user", .bool, "Puts the user in front of the host", default: true),
            ArgumentSpec("use_ssh_args", .bool, "Accepted; the connection's arguments are always used", default: false),
            ArgumentSpec("verify_host", .bool, "Accepted; keys are checked as for the connection", default: false),
            ArgumentSpec(
                "ssh_connection_multiplexing", .bool, "Accepted; every call connects by itself", default: false),
            ArgumentSpec("rsync_path", .string, "rsync on the host"),
            ArgumentSpec("rsync_timeout", .int, "Seconds without any data", default: 0),
            ArgumentSpec("rsync_opts", .list(of: .string), "Further options", default: .list([])),
            ArgumentSpec("link_dest", .list(of: .path), "Folders whose files are linked to"),
        ] + switches.map { ArgumentSpec($0.name, .bool, $0.summary, default: false) }
            + parts.map { ArgumentSpec($0.name, .bool, "Part of archive, by itself") })

    private let options: [String]
    private let source: String
    private let destination: String

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        try self.init(arguments, remote: Remote(target: nil), controller: context.controller)
    }

    package init(
        _ arguments: ModuleArguments, remote: Remote, controller: any Controller
    ) throws(Diagnostic) {
        var options: [String] = []
        func isOn(_ name: String) -> Bool { arguments.bool(name) ?? false }
        if isOn("delay_updates") { options.append("--delay-updates") }
        options.append("-F")
        if isOn("compress") { options.append("--compress") }
        if let seconds = arguments.int("rsync_timeout"), seconds > 0 { options.append("--timeout=\(seconds)") }
        options += Self.switches.filter { isOn($0.name) }.map(\.flag)
        if isOn("archive") { options.append("--archive") }
        for part in Self.parts {
            guard let isWanted = arguments.bool(part.name), isWanted != isOn("archive") else { continue }
            options.append("--\(isWanted ? "" : "no-")\(part.flag)")
        }
        if remote.target != nil {
            var shell = remote.shell
            if let port = arguments.int("dest_port") { shell += ["-p", String(port)] }
            if let key = arguments.string("private_key") { shell += ["-i", Self.local(key, controller)] }
            options.append("--rsh=" + shell.map(\.shellQuoted).joined(separator: " "))
        }
        let program = arguments.string("rsync_path") ?? (remote.become.isEmpty ? nil : "rsync")
        if let program, remote.target != nil {
            options.append("--rsync-path=" + (remote.become + [program]).joined(separator: " "))
        }
        options += (arguments.strings("link_dest") ?? []).map { "--link-dest=\($0)" }
        options += (arguments.strings("rsync_opts") ?? []).filter { !$0.isEmpty }
        self.options = options
        let pushes = arguments.string("mode") != "pull"
        let (from, to) = (arguments.string("src") ?? "", arguments.string("dest") ?? "")
        func away(_ path: String) -> String { remote.target.map { "\($0):\(path)" } ?? path }
        source = pushes ? try Self.found(from, arguments, controller) : away(from)
        destination = pushes ? away(to) : Self.local(to, controller)
    }

    /// A file of the control node, searched as `copy` does; the slash at its end means what is in it.
    private static func found(
        _ path: String, _ arguments: ModuleArguments, _ controller: any Controller
    ) throws(Diagnostic) -> String {
        if path.hasPrefix("/") || path.hasPrefix("~") || path.contains("::") || path.contains("rsync://") {
            return path
        }
        do {
            let found = try controller.path(of: path.withoutFinalSlashes, in: .files)
            return path.hasSuffix("/") ? found + "/" : found
        } catch {
            throw error.located(at: arguments.ranges["src"] ?? arguments.range)
        }
    }

    private static func local(_ path: String, _ controller: any Controller) -> String {
        path.hasPrefix("/") || path.hasPrefix("~") ? path : controller.destination(path)
    }

    private static let mark = "<<CHANGED>>"

    private func call(dry: Bool) -> String {
        let words = options + (dry ? ["--dry-run"] : []) + ["--out-format=\(Self.mark)%i %n%L"]
        // Only a `~` of this machine is completed here; the host completes its own.
        let ends = [source, destination].map { $0.hasPrefix("~") ? RemotePath($0).shellWord : $0.shellQuoted }
        return "rsync \(words.map(\.shellQuoted).joined(separator: " ")) -- \(ends.joined(separator: " ")) </dev/null"
    }

    package func start() throws(Diagnostic) -> Step {
        .observe(Probe("command -v rsync >/dev/null || exit 127\n\(call(dry: true))")) { found in
            if found.status == 127, found.text.isEmpty, !found.errorText.contains("rsync:") {
                return .done(.failure("rsync is not installed on the control node"))
            }
            guard found.status == 0 else { return .done(failure(found)) }
            guard found.text.contains(Self.mark) else { return .done(ModuleResult(fields: fields(found))) }
            let difference = Difference(
                beforeHeader: "", afterHeader: "", before: "", after: "", prepared: Self.changes(found).joined())
            let change = Change(differences: [difference], fields: fields(found))
            return .apply(change, Script(call(dry: false))) { outcome in
                guard outcome.status == 0 else { return .done(failure(outcome)) }
                return .done(ModuleResult(changed: true, fields: fields(outcome)))
            }
        }
    }

    private static func changes(_ answer: Observation) -> [String] {
        answer.text.split(separator: "\n").map { String($0).replacing(mark, with: "") + "\n" }
    }

    private func fields(_ answer: Observation) -> OrderedMap {
        let lines = Self.changes(answer)
        return [
            "cmd": .string(call(dry: false)), "msg": .string(lines.joined()), "rc": .int(Int(answer.status)),
            "stdout_lines": .list(lines.map { .string($0.withoutFinalNewlines) }),
        ]
    }

    private func failure(_ answer: Observation) -> ModuleResult {
        .failure(
            answer.errorText.trimmed,
            fields: ["cmd": .string(call(dry: false)), "rc": .int(Int(answer.status))])
    }
}
