//! `apt_repository`: lines in apt's lists of sources.

import Connections
import Diagnostics
import Values

package struct AptRepositoryModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.apt_repository"], "Adds and removes apt's one-line sources",
        arguments: [
            ArgumentSpec("repo", .string, "The line: deb [options] address suite components", required: true),
            ArgumentSpec("state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("filename", .string, "File in sources.list.d; made of the address if absent"),
            ArgumentSpec("mode", .mode, "Permissions of a new file"),
            ArgumentSpec(
                "update_cache", .bool, "Update the package lists after a change", default: true,
                aliases: ["update-cache"]),
            ArgumentSpec("update_cache_retries", .int, "How often to try a failed update again", default: 5),
            ArgumentSpec("update_cache_retry_max_delay", .int, "Longest pause between tries (seconds)", default: 12),
            ArgumentSpec("validate_certs", .bool, "Accepted; apt itself checks certificates", default: true),
            ArgumentSpec("codename", .string, "Suite of a PPA"),
            ArgumentSpec("install_python_apt", .bool, "Accepted; nothing is needed on the host", default: true),
        ], readsAhead: true)

    private let arguments: ModuleArguments
    private let source: AptSource
    private let absent: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        let text = arguments.string("repo") ?? ""
        if text.hasPrefix("ppa:") {
            throw arguments.invalid(
                "repo", "'\(text)' is a PPA, whose key would have to be fetched and trusted blindly",
                help: "fetch its key and use a line with signed-by, or deb822_repository")
        }
        guard let source = AptSource(text), !source.isDisabled else {
            throw arguments.invalid(
                "repo", "'\(text)' is no source line", help: "for example: deb https://example.com/debian bookworm main"
            )
        }
        if let name = arguments.string("filename"), name.isEmpty || name.contains("\n") || name.hasPrefix("-") {
            throw arguments.invalid("filename", "'\(name)' cannot be a file name")
        }
        self.source = source
        absent = arguments.string("state") == "absent"
    }

    private var file: String {
        guard let name = arguments.string("filename") else { return "/etc/apt/sources.list.d/\(source.fileName).list" }
        let full = name.hasSuffix(".list") ? name : name + ".list"
        return full.hasPrefix("/") ? full : "/etc/apt/sources.list.d/" + full
    }

    package func start() throws(Diagnostic) -> Step {
        let extra = file.hasPrefix("/etc/apt/sources.list.d/") ? "" : file.shellQuoted
        let probe = """
            for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list \(extra); do
            [ ! -r "$f" ] || { echo "F $f"; sed 's/^/L /' "$f"; }; done
            """
        return .observe(Probe(probe)) { observation in decide(files(observation.text)) }
    }

    private func files(_ text: String) -> [(path: String, lines: [String])] {
        var files: [(path: String, lines: [String])] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("F ") {
                files.append((String(line.dropFirst(2)), []))
            } else if !files.isEmpty {
                files[files.count - 1].lines.append(String(line.dropFirst(2)))
            }
        }
        return files
    }

    private func decide(_ files: [(path: String, lines: [String])]) -> Step {
        var changed: [(path: String, before: [String], after: [String])] = []
        var isThere = false
        for (path, lines) in files {
            let after: [String] = lines.compactMap { line in
                guard let found = AptSource(line), found.isSame(as: source) else { return line }
                if absent { return found.isDisabled ? line : nil }
                isThere = true
                return found.isDisabled ? source.line : line
            }
            if after != lines { changed.append((path, lines, after)) }
        }
        if !absent, !isThere {
            let lines = files.first { $0.path == file }?.lines ?? []
            changed.append((file, lines, lines + [source.line]))
        }
        guard !changed.isEmpty else { return .done(result(changed: false, added: [], removed: [])) }
        let known = Set(files.map(\.path))
        let added = changed.map(\.path).filter { !known.contains($0) }
        let removed = changed.filter { isEmptied($0) }.map(\.path)
        let differences = changed.map { path, before, after in
            Difference(beforeHeader: path, afterHeader: path, before: text(before), after: text(after))
        }
        let expected = result(changed: true, added: added, removed: removed)
        let change = Change(differences: differences, fields: expected.fields)
        return .apply(change, script(changed)) { outcome in
            guard outcome.status == 0 else {
                let reason = outcome.errorText.withoutOuterBlanks
                return .done(.failure(outcome.status == 5 ? "Failed to update apt cache: \(reason)" : reason))
            }
            return .done(expected)
        }
    }

    private func isEmptied(_ file: (path: String, before: [String], after: [String])) -> Bool {
        file.path != "/etc/apt/sources.list" && file.after.allSatisfy { $0.withoutOuterBlanks.isEmpty }
    }

    private func text(_ lines: [String]) -> String { lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n" }

    /// Writes all files, then updates the lists; what cannot be updated is put back.
    private func script(_ changed: [(path: String, before: [String], after: [String])]) -> Script {
        var lines = ["export LC_ALL=C; umask 022; d=$(mktemp -d) || exit 1; trap 'rm -rf \"$d\"' EXIT"]
        var script = Script("", origin: .user)
        let mode = arguments["mode"].flatMap { $0.string ?? $0.int.map { String($0, radix: 8) } } ?? "644"
        var undo: [String] = []
        for (index, file) in changed.enumerated() {
            let path = file.path.shellQuoted
            lines.append("[ ! -e \(path) ] || cp -p \(path) \"$d/\(index)\" || exit 1")
            undo.append("if [ -e \"$d/\(index)\" ]; then cp -p \"$d/\(index)\" \(path); else rm -f \(path); fi")
            if isEmptied(file) {
                lines.append("rm -f \(path) || exit 1")
            } else {
                let variable = "DROVER_SOURCE_\(index)"
                script.environment.append((variable, text(file.after)))
                lines.append("t=$(mktemp \(path).XXXXXX) && printf '%s' \"$\(variable)\" >\"$t\" || exit 1")
                lines.append(
                    "chmod \"$(stat -c %a \(path) 2>/dev/null || echo \(mode.shellQuoted))\" \"$t\" && mv -f \"$t\" \(path) || exit 1"
                )
            }
        }
        if arguments.bool("update_cache") ?? true {
            let tries = max(0, arguments.int("update_cache_retries") ?? 5)
            let longest = max(1, arguments.int("update_cache_retry_max_delay") ?? 12)
            lines.append(
                """
                i=0; w=1; until apt-get -q -o APT::Update::Error-Mode=any update >/dev/null 2>"$d/errors"; do
                [ $i -lt \(tries) ] || { cat "$d/errors" >&2; \(undo.joined(separator: "; ")); exit 5; }
                sleep $w; i=$((i + 1)); w=$((w * 2)); [ $w -le \(longest) ] || w=\(longest); done
                """)
        }
        script.text = lines.joined(separator: "\n")
        return script
    }

    private func result(changed: Bool, added: [String], removed: [String]) -> ModuleResult {
        ModuleResult(
            changed: changed,
            fields: [
                "repo": .string(source.line), "state": absent ? "absent" : "present", "sources_added": .strings(added),
                "sources_removed": .strings(removed),
            ])
    }
}
