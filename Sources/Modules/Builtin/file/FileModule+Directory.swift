//! `file` with state `directory`, also for all that is below.

import Diagnostics
import Values

extension FileModule {
    func directory(_ found: Found) throws(Diagnostic) -> Step {
        let target = follow ? found.followed : found.itself
        if target.exists {
            guard target.kind == .directory else {
                var fields = target.resultFields
                fields["path"] = .string(target.path)
                return .done(.failure("\(target.path) already exists as a \(target.state)", fields: fields))
            }
            return recurse ? changeTree(target) : try changeAttributes(of: target)
        }
        if found.itself.kind == .link {
            return .done(
                .failure(
                    "\(target.path) is a link to something that does not exist: remove it, or create what it points to")
            )
        }
        let plan = attributes.plan(for: target, isDirectory: true)
        // Every folder that is created on the way gets the same attributes, as with Ansible.
        let script = """
            drover_make() {
            [ -d "$1" ] && return
            case $1 in */*) set -- "$1" "${1%/*}"; [ -z "$2" ] || [ -d "$2" ] || drover_make "$2";; esac
            mkdir -- "$1" 2>/dev/null || [ -d "$1" ] || mkdir -- "$1" || exit 71
            \(plan.commands(on: "\"$1\""))
            }
            t=\(RemotePath.literal(target.path.withoutFinalSlashes))
            drover_make "$t"
            """
        return apply(
            script, "create", on: target, becoming: "directory",
            probe: FileProbe(RemotePath(literal: target.path)), key: "path")
    }

    /// Compares everything below in one round trip, what links there lead to in another one.
    private func changeTree(_ top: FileStatus) -> Step {
        .observe(listing(of: top, following: false)) { answer throws(Diagnostic) in
            guard answer.status == 0 else {
                return .done(.failure(HostRefusal.message("read all of", top.path, answer)))
            }
            let entries = TreeEntry.parse(answer.text)
            guard follow, entries.contains(where: \.isLink) else { return try changeTree(top, entries: entries) }
            // It complains of loops, and goes on.
            return .observe(listing(of: top, following: true)) { answer throws(Diagnostic) in
                try changeTree(top, entries: entries.filter(\.isLink) + TreeEntry.parse(answer.text))
            }
        }
    }

    private func listing(of top: FileStatus, following: Bool) -> Probe {
        let (option, kinds) = following ? ("-L ", "! -type l") : ("", "")
        return Probe(
            """
            LC_ALL=C; export LC_ALL
            if stat -c %f / >/dev/null 2>&1; then
            find \(option)\(RemotePath.literal(top.path)) \(kinds) -exec stat \(option)-c '%f %u %g %n/' {} +
            else
            find \(option)\(RemotePath.literal(top.path)) \(kinds) -exec stat \(option)-f '%Xp %u %g %N/' {} +
            fi
            """)
    }

    private func changeTree(_ top: FileStatus, entries: [TreeEntry]) throws(Diagnostic) -> Step {
        var commands: [String] = []
        for entry in entries {
            let plan = attributes.plan(for: entry.status(like: top))
            guard !plan.isEmpty else { continue }
            commands.append(plan.commands(on: RemotePath.literal(entry.path), link: entry.isLink))
        }
        var fields = top.resultFields
        fields["path"] = .string(top.path)
        guard !commands.isEmpty else { return .done(ModuleResult(fields: fields)) }
        return apply(
            commands.joined(separator: "\n"), "change attributes below", on: top, becoming: "directory",
            probe: FileProbe(RemotePath(literal: top.path)), key: "path")
    }
}

/// One line of a tree's listing.
private struct TreeEntry {
    let path: String
    let mode: Int
    let uid: Int
    let gid: Int

    var isLink: Bool { mode & 0o170000 == 0o120000 }

    /// Names end with `/` and a newline, which no name contains in a row unless a name begins with a newline.
    static func parse(_ text: String) -> [TreeEntry] {
        text.split(separator: "/\n").compactMap { record in
            let words = record.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 4, let mode = Int(words[0], radix: 16), let uid = Int(words[1]),
                let gid = Int(words[2])
            else { return nil }
            return TreeEntry(path: words[3], mode: mode, uid: uid, gid: gid)
        }
    }

    /// What the planner needs; the ids that were looked up are the same for the whole tree.
    func status(like top: FileStatus) -> FileStatus {
        var status = top
        status.path = path
        status.kind = isLink ? .link : mode & 0o170000 == 0o040000 ? .directory : .file
        status.details?.mode = mode
        status.details?.uid = uid
        status.details?.gid = gid
        return status
    }
}

extension String {
    var withoutFinalSlashes: String {
        var text = self
        while text.hasSuffix("/"), text.utf8.count > 1 { text.removeLast() }
        return text
    }
}
