//! `rpm_key`: keys that rpm trusts.

import Connections
import Diagnostics
import Values

package struct RpmKeyModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.rpm_key"], "Adds and removes keys that rpm trusts",
        arguments: [
            ArgumentSpec("key", .string, "URL, file on the host, or the id of a known key", required: true),
            ArgumentSpec(
                "state", .string, "Whether rpm trusts it", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("fingerprint", .list(of: .string), "Fingerprints that the key may have"),
            ArgumentSpec("validate_certs", .bool, "Checks the certificate of a URL", default: true),
        ])

    private let key: String
    private let isPresent: Bool
    private let fingerprints: [String]
    private let request: HTTPRequest?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        key = arguments.string("key") ?? ""
        isPresent = arguments.string("state") != "absent"
        fingerprints = (arguments.strings("fingerprint") ?? []).map { $0.filter { $0 != " " }.uppercased() }
        guard key.contains("://") else {
            request = nil
            return
        }
        let values: OrderedMap = ["url": .string(key), "validate_certs": arguments["validate_certs"] ?? true]
        request = try HTTPRequest(
            ModuleArguments(values: values, range: arguments.range, ranges: arguments.ranges), timeout: 10)
    }

    /// The id without `0x`, where the key is named by its id.
    private var id: String? {
        let text = key.hasPrefix("0x") || key.hasPrefix("0X") ? String(key.dropFirst(2)) : key
        guard text.count >= 8, text.allSatisfy(\.isHexDigit) else { return nil }
        return text.lowercased()
    }

    /// Puts the key into `$page`, and says what gpg knows about it.
    private var arrival: String {
        var fetch = "page=\(RemotePath(key).shellWord); [ -f \"$page\" ] || exit 91"
        if let request {
            fetch = """
                page=$d/key; head=$d/head
                { \(request.fetch().text)
                } >"$d/meta"
                [ $rc = 0 ] || exit 93
                """
        }
        return """
            export LC_ALL=C; command -v rpm >/dev/null || exit 94
            d=$(mktemp -d) || exit 90; trap 'rm -rf "$d"' EXIT
            \(fetch)
            """
    }

    package func start() throws(Diagnostic) -> Step {
        let known = "rpm -q gpg-pubkey --qf '%{VERSION}\\n' 2>/dev/null | sed 's/^/known /'"
        let probe =
            id == nil
            ? """
            \(arrival)
            command -v gpg >/dev/null || exit 95
            gpg --no-tty --batch --homedir "$d" --with-colons --import-options show-only --import "$page" 2>/dev/null
            \(known); :
            """ : "command -v rpm >/dev/null || exit 94; \(known); :"
        return .observe(Probe(probe, input: request?.fetch().input ?? [])) { found in
            if let failure = failure(found) { return .done(failure) }
            return decide(found.text.split(separator: "\n").map(String.init))
        }
    }

    private func failure(_ found: Observation) -> ModuleResult? {
        switch found.status {
        case 0: nil
        case 91: .failure("Not a valid key \(key): there is no such file on the host")
        case 93: .failure("failed to fetch key at \(key): \(found.errorText.trimmed)")
        case 94: .failure("this host has no rpm")
        case 95: .failure("gpg is needed on the host to look into \(key)")
        default: .failure("cannot handle the key \(key): \(found.errorText.trimmed)")
        }
    }

    private func decide(_ lines: [String]) -> Step {
        let columns = lines.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
        let prints = columns.filter { $0.first == "fpr" && $0.count > 9 }.map { $0[9] }
        guard let id = id ?? columns.first(where: { $0.first == "pub" && $0.count > 4 }).map({ $0[4].lowercased() })
        else {
            return .done(.failure("Not a valid key \(key)"))
        }
        if !fingerprints.isEmpty, !prints.contains(where: fingerprints.contains) {
            let found = prints.first ?? "none"
            return .done(
                .failure(
                    "The specified fingerprint, '\(fingerprints.joined(separator: ", "))', does not match the key fingerprint '\(found)'"
                ))
        }
        // rpm names keys by the last eight digits of their ids, newer ones by whole fingerprints.
        let match = lines.first {
            $0.hasPrefix("known ") && (id.hasSuffix(String($0.dropFirst(6))) || $0.hasSuffix(id))
        }
        guard (match != nil) != isPresent else { return .done(ModuleResult()) }
        if !isPresent, let match {
            return CommandList(
                commands: ["rpm --erase --allmatches gpg-pubkey-\(match.dropFirst(6))"],
                complaint: "cannot remove the key \(key)"
            ).step()
        }
        guard self.id == nil else { return .done(.failure("When importing a key, a valid file must be given")) }
        return CommandList(
            commands: ["\(arrival)\nrpm --import \"$page\""], input: request?.fetch().input ?? [],
            complaint: "cannot import the key \(key)"
        ).step()
    }
}
