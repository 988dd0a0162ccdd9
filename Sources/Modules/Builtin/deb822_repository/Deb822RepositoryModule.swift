//! `deb822_repository`: apt sources in paragraphs, each with the keys that it trusts.

import Connections
import Diagnostics
import Digests
import Values

package struct Deb822RepositoryModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.deb822_repository"], "Adds and removes apt's sources in deb822 form",
        arguments: [
            ArgumentSpec("name", .string, "Name of the source and of its files", required: true),
            ArgumentSpec("state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec(
                "signed_by", .string, "Key: a URL, a file of the host, fingerprints, or the armoured key itself"),
            ArgumentSpec("mode", .mode, "Permissions of the file", default: "0644"),
        ] + Deb822Paragraph.fields.map(\.spec))

    private let isPresent: Bool
    private let file: String
    private let keyFile: String
    private let request: HTTPRequest?
    private let signedBy: String?
    private let paragraph: [String]
    private let mode: FileMode?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        let written = arguments.string("name") ?? ""
        guard !written.isEmpty, !written.contains("\n"), !written.contains("/"), !written.hasPrefix("-") else {
            throw arguments.invalid("name", "'\(written)' cannot be the name of a source")
        }
        // As apt wants names of files: small letters, digits, dashes, underscores and dots.
        let name = String(
            written.lowercased().map { character in
                let isPlain = character.isASCII && (character.isLetter || character.isNumber)
                return isPlain || "_.".contains(character) ? character : "-"
            })
        file = "/etc/apt/sources.list.d/\(name).sources"
        keyFile = "/etc/apt/keyrings/\(name)"
        isPresent = arguments.string("state") != "absent"
        mode = try FileMode(arguments)
        signedBy = arguments.string("signed_by")
        let isAddress = signedBy.map { $0.hasPrefix("http://") || $0.hasPrefix("https://") } ?? false
        let address: OrderedMap = ["url": .string(signedBy ?? "")]
        let values = ModuleArguments(values: address, range: arguments.range, ranges: arguments.ranges)
        request = isAddress ? try HTTPRequest(values, timeout: 10) : nil
        if isPresent, arguments["uris"] == nil || arguments["suites"] == nil {
            throw Diagnostic(
                .missingArgument, "a source needs uris and suites", at: arguments.range,
                help: "add `uris:` and `suites:`")
        }
        paragraph = try Deb822Paragraph.lines(arguments)
    }

    package func start() throws(Diagnostic) -> Step {
        guard isPresent else { return removal() }
        guard let request else { return source(signedBy: signedBy, keyChanged: false) }
        let fetch = request.fetch()
        let script = """
            d=$(mktemp -d) || exit 90; trap 'rm -rf "$d"' EXIT; page=$d/key head=$d/head; : >"$page"
            { \(fetch.text)
            } >"$d/meta"
            [ $rc = 0 ] || exit 93
            case $(head -n 1 "$d/meta") in 2??|0|000) cat "$page";; *) head -n 1 "$d/meta" >&2; exit 93;; esac
            """
        return .observe(Probe(script, input: fetch.input)) { answer in
            guard answer.status == 0 else {
                return .done(.failure("Failed to fetch the key \(request.url): \(answer.errorText.trimmed)"))
            }
            return key(answer.output)
        }
    }

    /// The key's file first: apt must never see a source whose key is missing.
    private func key(_ key: [UInt8]) -> Step {
        let path = keyFile + (key.starts(with: Array("-----BEGIN".utf8)) ? ".asc" : ".gpg")
        return FileProbe(RemotePath(path), follow: true, checksum: .sha1).step { status throws(Diagnostic) in
            var rewrite = FileRewrite(
                target: status, content: key, attributes: FileAttributes(mode: .octal(0o644)), again: start)
            rewrite.createsParents = true
            return try rewrite.step { outcome in ModuleResult(changed: outcome.changed) }
                .then { done in source(signedBy: path, keyChanged: done.changed) }
        }
    }

    private func source(signedBy: String?, keyChanged: Bool) -> Step {
        let lines = paragraph + (signedBy.map(Deb822Paragraph.signedBy) ?? [])
        let content = lines.map { $0 + "\n" }.joined()
        let isFetched = request != nil
        let fields: OrderedMap = [
            "dest": .string(file), "repo": .string(content),
            "key_filename": isFetched ? signedBy.map { .string($0) } ?? Value.none : Value.none,
        ]
        let probe = FileProbe(RemotePath(file), follow: true, checksum: .sha1, contentLimit: 1 << 20)
        return probe.step { found throws(Diagnostic) in
            var rewrite = FileRewrite(
                target: found, content: Array(content.utf8), attributes: FileAttributes(mode: mode), again: start)
            rewrite.fields = fields
            rewrite.difference = .content(
                of: file, before: found.content ?? [], after: Array(content.utf8), existed: found.exists)
            return try rewrite.step { outcome in
                ModuleResult(changed: outcome.changed || keyChanged, fields: fields)
            }
        }
    }

    private func removal() -> Step {
        let files = [file, keyFile + ".asc", keyFile + ".gpg"].map(\.shellQuoted).joined(separator: " ")
        let fields: OrderedMap = ["dest": .string(file), "repo": Value.none, "key_filename": Value.none]
        return .observe(Probe("for f in \(files); do [ ! -e \"$f\" ] || echo \"$f\"; done")) { found in
            CommandList(
                commands: found.text.isEmpty ? [] : ["rm -f -- \(files)"], fields: fields,
                complaint: "cannot remove \(file)"
            ).step()
        }
    }
}
