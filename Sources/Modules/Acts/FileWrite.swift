//! Replacing a file's content: beside it, checked, then renamed over it in one step.

import Connections
import Diagnostics
import Digests
import Values

/// One atomic write.
struct FileWrite: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        /// A file of the host itself.
        case copy(of: String)
        /// What a function of the shell makes of its input.
        case output(of: String, String, reading: [UInt8])
    }

    enum Outcome: Sendable {
        case written(FileStatus, backup: String?)
        /// Somebody else changed the file since it was observed: look again.
        case moved
        case failed(ModuleResult)
    }

    /// What was observed, with its SHA-1 if it is a file.
    let target: FileStatus
    let content: Content
    let attributes: AttributePlan
    var backup = false
    /// A command that has to accept the new file, `%s` standing for its path.
    var validate: String?
    var writesInPlace = false
    var createsParents = false
    /// Commands that make the folder, instead of a plain mkdir.
    var folderPreparation: String?

    func script() -> Script {
        var text = """
            LC_ALL=C; export LC_ALL
            umask 077
            t=\(RemotePath.literal(target.path))
            n=\(RemotePath.literal(temporaryPath))
            \(FileScripts.checksum)
            \(functions)
            [ -d "$t" ] && exit 70
            \(preparation)
            trap 'rm -f -- "$n"' EXIT
            trap 'exit 143' HUP INT TERM
            ( set -C; : > "$n" ) || exit 71
            \(source) > "$n" || exit 72

            """
        text += [ownership, "chmod \(mode.octalMode) -- \"$n\" || exit 74", validation, comparison, backupCopy]
            .filter { !$0.isEmpty }.joined(separator: "\n")
        text += """

            if [ -e /sys/fs/selinux/enforce ] && [ -e "$t" ]; then chcon --reference="$t" -- "$n" 2>/dev/null; fi
            sync -d -- "$n" 2>/dev/null
            \(renaming)
            trap - EXIT
            if [ -e /sys/fs/selinux/enforce ]; then restorecon -- "$t" 2>/dev/null; fi
            printf '%s\\000' "$b"
            \(resultProbe.script)
            """
        return Script(text, uploads: uploads)
    }

    func outcome(of answer: Observation) -> Outcome {
        let path = target.path
        switch answer.status {
        case 0:
            var fields = NulFields(answer.output)
            guard let backup = fields.next(), let status = resultProbe.status(from: fields) else {
                return .failed(resultProbe.unusable(answer))
            }
            return .written(status, backup: backup.isEmpty ? nil : backup)
        case 75: return .moved
        case 70: return .failed(.failure("\(path) is a directory: name a file in it, or remove it first"))
        case 76: return .failed(invalid(answer))
        case 77: return .failed(.failure(HostRefusal.message("back up", path, answer)))
        case 73: return .failed(.failure(HostRefusal.message("change the owner of", path, answer)))
        default: return .failed(.failure(HostRefusal.message("write", path, answer)))
        }
    }

    private var resultProbe: FileProbe { FileProbe(RemotePath(literal: target.path), checksum: .sha1) }

    /// Beside the target, so that the rename stays within one file system.
    private var temporaryPath: String {
        let folder = target.path.lastIndex(of: "/").map { String(target.path[...$0]) } ?? ""
        return folder + ".drover-" + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    private var mode: Int {
        // A link that is replaced has no permissions of its own.
        let kept = target.kind == .link ? nil : target.details?.permissions
        return attributes.mode ?? kept ?? (0o666 & ~target.umask)
    }

    private var preparation: String {
        guard createsParents, !target.parentIsDirectory else { return "" }
        let folder = RemotePath.literal(target.path.parentFolder)
        return folderPreparation ?? "( umask \(target.umask.octalMode); mkdir -p -- \(folder) ) || exit 71"
    }

    private var source: String {
        switch content {
        case .bytes: "cat < \"$DROVER_CONTENT\""
        case .copy(let path): "cat < \(RemotePath.literal(path))"
        case .output(_, let function, _): "( \(function) ) < \"$DROVER_CONTENT\""
        }
    }

    private var functions: String { if case .output(let text, _, _) = content { text } else { "" } }

    private var uploads: [Script.Upload] {
        switch content {
        case .bytes(let bytes), .output(_, _, let bytes): [Script.Upload(variable: "DROVER_CONTENT", bytes: bytes)]
        case .copy: []
        }
    }

    /// What is asked for must succeed; keeping the old owner is tried.
    private var ownership: String {
        var lines: [String] = []
        if let details = target.details {
            lines.append("chown \(details.uid):\(details.gid) -- \"$n\" 2>/dev/null")
        }
        var wanted = attributes
        wanted.mode = nil
        lines.append(wanted.commands(on: "\"$n\""))
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var validation: String {
        guard let validate else { return "" }
        let command = validate.split(separator: "%s", omittingEmptySubsequences: false).joined(separator: "\"$n\"")
        return "o=$( { \(command)\n} 2>&1 </dev/null) || { printf '%s\\n%s' $? \"$o\" >&2; exit 76; }"
    }

    private var comparison: String {
        if !target.exists { return "{ [ -e \"$t\" ] || [ -L \"$t\" ]; } && exit 75" }
        guard let checksum = target.checksum else { return "" }
        // A host without any tool for it says nothing; a file that is gone does not either.
        return "case $(drover_sum sha1 \"$t\") in *\(checksum)*) ;; '') [ -f \"$t\" ] || exit 75;; *) exit 75;; esac"
    }

    private var backupCopy: String {
        guard backup, target.exists else { return "b=" }
        return "b=$t.$$.$(date +%Y-%m-%d@%H:%M:%S)~\ncp -p -- \"$t\" \"$b\" || exit 77"
    }

    private var renaming: String {
        writesInPlace
            ? "mv -f -- \"$n\" \"$t\" 2>/dev/null || { cat < \"$n\" > \"$t\" || exit 78; rm -f -- \"$n\"; }"
            : "mv -f -- \"$n\" \"$t\" || exit 78"
    }

    /// Its errors begin with a line that has the command's own status.
    private func invalid(_ answer: Observation) -> ModuleResult {
        let parts = answer.errorText.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let said = parts.count > 1 ? String(parts[1]) : ""
        return .failure(
            "failed to validate \(target.path): \(said.trimmed)",
            fields: ["exit_status": .int(parts.first.flatMap { Int($0) } ?? 1), "stderr": .string(said)])
    }
}
