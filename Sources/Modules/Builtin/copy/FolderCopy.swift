//! `copy` of a folder: one round trip to compare, one transfer for everything that differs.

import Connections
import Diagnostics
import Digests
import Values

/// A folder of the control node on its way to the host.
struct FolderCopy: Sendable {
    private struct File: Sendable {
        let entry: ControllerEntry
        let content: [UInt8]
    }

    private let files: [File]
    private let source: String
    private let destination: String
    private let attributes: FileAttributes
    private let folderMode: FileMode?
    private let force: Bool

    init(
        _ folder: String, source: String, _ arguments: ModuleArguments, context: ModuleContext
    ) throws(Diagnostic) {
        self.source = folder.withoutFinalSlashes + (source.hasSuffix("/") ? "/" : "")
        let base = arguments.string("dest")?.withoutFinalSlashes ?? ""
        destination = source.hasSuffix("/") ? base : "\(base)/\(folder.fileName)"
        attributes = try FileAttributes(arguments)
        folderMode = try FileMode(arguments, "directory_mode")
        force = arguments.bool("force") ?? true
        let decrypt = arguments.bool("decrypt") ?? true
        var files: [File] = []
        let follow = arguments.bool("local_follow") ?? true
        for entry in try context.controller.entries(below: folder, follow: follow) {
            let path = "\(folder)/\(entry.path)"
            let content = entry.kind == .file ? try context.controller.read(path, decrypt: decrypt) : []
            files.append(File(entry: entry, content: content))
        }
        self.files = files
    }

    @Sendable func start() throws(Diagnostic) -> Step {
        let top = FileProbe(RemotePath(destination), follow: true, owner: attributes.owner, group: attributes.group)
        return .observeAll([top.probe, Probe(listing)]) { answers throws(Diagnostic) in
            guard let status = top.status(from: answers[0]) else { return .done(top.unusable(answers[0])) }
            if status.exists, status.kind != .directory {
                return .done(.failure("\(status.path) is not a directory"))
            }
            var fields = NulFields(answers[1].output)
            var found: [FileStatus] = []
            for file in files { found.append(read(&fields, like: status, at: "\(status.path)/\(file.entry.path)")) }
            return try attributes.needed(on: status, for: apply(to: status, found))
        }
    }

    /// For every path: its status, then where a link points or the checksum of a file.
    private var listing: String {
        let head = """
            \(FileScripts.status)
            \(FileScripts.checksum)
            d=\(RemotePath(destination).shellWord)
            e() {
            drover_stat '' "$d/$1"; printf '\\000'
            if [ -L "$d/$1" ]; then readlink "$d/$1"; elif [ -f "$d/$1" ]; then drover_sum sha1 "$d/$1"; fi
            printf '\\000'
            }
            """
        return ([head] + files.map { "e \(RemotePath.literal($0.entry.path))" }).joined(separator: "\n")
    }

    private func read(_ fields: inout NulFields, like top: FileStatus, at path: String) -> FileStatus {
        var status = FileStatus(path: path, kind: .absent)
        status.read(fields.next() ?? "")
        let more = fields.next() ?? ""
        if status.kind == .link { status.linkTarget = more.droppingFinalNewline }
        status.checksum = status.kind == .file ? more.checksum(of: .sha1) : nil
        status.umask = top.umask
        status.wantedOwner = top.wantedOwner
        status.wantedGroup = top.wantedGroup
        return status
    }

    private func apply(to top: FileStatus, _ found: [FileStatus]) -> Step {
        var lines: [String] = []
        var blob: [UInt8] = []
        if !top.exists { lines += topLines(top) }
        for (file, status) in zip(files, found) {
            switch file.entry.kind {
            case .folder: lines += folderLines(file, status)
            case .link(let target): lines += linkLines(target, status)
            case .file: lines += fileLines(file, status, &blob)
            }
        }
        let base = source.hasSuffix("/") ? top.path : top.path.parentFolder
        let fields: OrderedMap = [
            "src": .string(source), "dest": .string(base.withoutFinalSlashes + "/"),
        ]
        guard !lines.isEmpty else { return .done(ModuleResult(fields: fields)) }
        let script = """
            LC_ALL=C; export LC_ALL
            umask 077
            w() {
            n=${2%/*}/.drover-\(String(UInt64.random(in: .min ... .max), radix: 16))
            ( set -C; : > "$n" ) || exit 72
            [ "$1" -eq 0 ] || dd bs="$1" count=1 2>/dev/null > "$n" <&3 || exit 72
            [ "$(wc -c < "$n")" -eq "$1" ] || { echo 'No space left on device' >&2; exit 72; }
            }
            n=
            trap '[ -z "$n" ] || rm -f -- "$n"' EXIT
            exec 3< "$DROVER_CONTENT" || exit 72
            \(lines.joined(separator: "\n"))
            """
        let act = Script(script, uploads: [Script.Upload(variable: "DROVER_CONTENT", bytes: blob)])
        let change = Change(differences: differences(found), fields: fields, provides: [.path(top.path)])
        return .apply(change, act) { answer in
            answer.status == 0
                ? .done(ModuleResult(changed: true, fields: fields))
                : .done(.failure(HostRefusal.message("copy to", top.path, answer), fields: fields))
        }
    }

    /// Makes a folder with the umask of the host rather than the script's own.
    private func made(_ word: String, umask: Int) -> String {
        "( umask \(umask.octalMode); mkdir -p -- \(word) ) || exit 71"
    }

    /// The destination and the folders above it that are missing: those get the mode too.
    private func topLines(_ top: FileStatus) -> [String] {
        let make = made(RemotePath.literal(top.path), umask: top.umask)
        guard case .octal? = folderMode else { return [make] }
        var wanted = attributes
        wanted.mode = folderMode
        let missing = FileStatus(path: top.path, kind: .absent)
        let commands = wanted.plan(for: missing, isDirectory: true).commands(on: "\"$m\"")
        return [
            """
            m=\(RemotePath.literal(top.path)); set --
            while [ -n "$m" ] && [ ! -e "$m" ]; do set -- "$m" "$@"; case $m in */*) m=${m%/*} ;; *) m= ;; esac; done
            """, make, "for m in \"$@\"; do \(commands)\ndone",
        ]
    }

    private func folderLines(_ file: File, _ status: FileStatus) -> [String] {
        let word = RemotePath.literal(status.path)
        var wanted = attributes
        wanted.mode = folderMode == .preserve ? .octal(file.entry.permissions) : folderMode
        let plan = wanted.plan(for: status, isDirectory: true)
        if status.exists { return plan.isEmpty ? [] : [plan.commands(on: word)] }
        return [made(word, umask: status.umask), plan.commands(on: word)]
    }

    private func linkLines(_ target: String, _ status: FileStatus) -> [String] {
        guard status.kind != .link || status.linkTarget != target else { return [] }
        let word = RemotePath.literal(status.path)
        return ["rm -f -- \(word)\nln -s -- \(RemotePath.literal(target)) \(word) || exit 71"]
    }

    private func fileLines(_ file: File, _ status: FileStatus, _ blob: inout [UInt8]) -> [String] {
        guard force || !status.exists else { return [] }
        let word = RemotePath.literal(status.path)
        var wanted = attributes
        if wanted.mode == .preserve { wanted.mode = .octal(file.entry.permissions) }
        var plan = wanted.plan(for: status)
        if status.exists, status.checksum == MessageDigest.sha1.hex(of: file.content) {
            return plan.isEmpty ? [] : [plan.commands(on: word)]
        }
        blob += file.content
        plan.mode = plan.mode ?? status.details?.permissions ?? (0o666 & ~status.umask)
        return [
            "w \(file.content.count) \(word)", plan.commands(on: "\"$n\""), "mv -f -- \"$n\" \(word) || exit 78\nn=",
        ]
    }

    private func differences(_ found: [FileStatus]) -> [Difference] {
        zip(files, found).compactMap { file, status in
            guard file.entry.kind == .file, force || !status.exists,
                status.checksum != MessageDigest.sha1.hex(of: file.content)
            else {
                return nil
            }
            guard !status.exists else {
                return Difference(
                    beforeHeader: status.path, afterHeader: status.path, before: "", after: "",
                    prepared: "\(status.path): content differs\n")
            }
            return .content(of: status.path, before: [], after: file.content, existed: false)
        }
    }
}
