//! `tempfile`: a file or folder that did not exist before.

import Connections
import Diagnostics
import Values

package struct TempFileModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.tempfile"], "Creates a temporary file or folder",
        arguments: [
            ArgumentSpec("state", .string, "What to create", default: "file", choices: ["directory", "file"]),
            ArgumentSpec("path", .path, "Folder to create it in; default is the host's own"),
            ArgumentSpec("prefix", .string, "How its name begins", default: "ansible."),
            ArgumentSpec("suffix", .string, "How its name ends", default: ""),
        ], supportsCheckMode: false)

    private let folder: String?
    private let prefix: String
    private let suffix: String
    private let isFolder: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        folder = arguments.string("path")
        prefix = arguments.string("prefix") ?? ""
        suffix = arguments.string("suffix") ?? ""
        isFolder = arguments.string("state") == "directory"
        for name in ["prefix", "suffix"] where arguments.string(name)?.contains("/") == true {
            throw arguments.invalid(name, "\(name) must not contain a slash", help: "use 'path' for the folder")
        }
    }

    package func start() throws(Diagnostic) -> Step {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789_".utf8)
        let middle = String(decoding: (0..<10).map { _ in letters.randomElement() ?? letters[0] }, as: UTF8.self)
        let create = isFolder ? "mkdir -- \"$t\"" : "( set -C; : > \"$t\" )"
        let probe = FileProbe(RemotePath("$t"))
        let script = """
            LC_ALL=C; export LC_ALL
            umask 077
            d=\(folder.map { RemotePath($0).shellWord } ?? "${TMPDIR:-/tmp}")
            t=$d/\((prefix + middle + suffix).shellQuoted)
            \(create) || exit 71
            \(probe.script)
            """
        return .apply(Change(fields: ["state": isFolder ? "directory" : "file"]), Script(script)) { answer in
            guard answer.status == 0 else {
                return .done(.failure(HostRefusal.message("create a temporary file in", folder ?? "/tmp", answer)))
            }
            guard let status = probe.status(from: answer) else { return .done(probe.unusable(answer)) }
            return .done(
                ModuleResult(changed: true, fields: status.resultFields.merging(["path": .string(status.path)])))
        }
    }
}
