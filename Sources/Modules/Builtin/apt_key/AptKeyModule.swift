//! `apt_key`: keys that apt trusts for all sources, kept by apt-key.

import Connections
import Diagnostics
import Values

package struct AptKeyModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.apt_key"], "Adds and removes keys that apt trusts",
        arguments: [
            ArgumentSpec("id", .string, "The key's id"),
            ArgumentSpec("data", .string, "The key itself"),
            ArgumentSpec("file", .path, "A file of the host that holds it"),
            ArgumentSpec("url", .string, "Where it is fetched from"),
            ArgumentSpec("keyserver", .string, "A server that knows it by its id"),
            ArgumentSpec("keyring", .path, "A file in trusted.gpg.d"),
            ArgumentSpec(
                "state", .string, "Whether apt trusts it", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("validate_certs", .bool, "Checks the certificate of a URL", default: true),
        ],
        mutuallyExclusive: [["data", "file", "keyserver", "url"]])

    private let arguments: ModuleArguments
    private let isPresent: Bool
    private let id: String?
    private let request: HTTPRequest?

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        isPresent = arguments.string("state") != "absent"
        let written = arguments.string("id")?.filter { $0 != " " }.uppercased()
        id = written.map { $0.hasPrefix("0X") ? String($0.dropFirst(2)) : $0 }
        if let id, id.count < 8 || !id.allSatisfy(\.isHexDigit) {
            throw arguments.invalid("id", "Invalid key_id: '\(id)' is not hexadecimal, or too short")
        }
        let hasSource = ["data", "file", "url", "keyserver"].contains { arguments[$0] != nil }
        if !hasSource, id == nil || isPresent {
            throw Diagnostic(
                .missingArgument, "one of the following is required: data, file, keyserver, url", at: arguments.range)
        }
        if arguments["keyserver"] != nil, id == nil {
            throw arguments.invalid("keyserver", "a keyserver needs the id of the key", help: "add `id:`")
        }
        request = arguments["url"] == nil ? nil : try HTTPRequest(arguments, timeout: 10)
    }

    private var keyring: String {
        arguments.string("keyring").map { "--keyring \(RemotePath($0).shellWord) " } ?? ""
    }

    /// Puts the key into `$page`.
    private var arrival: String {
        var lines = [
            "export LC_ALL=C APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1; command -v apt-key >/dev/null || exit 94",
            "d=$(mktemp -d) || exit 90; trap 'rm -rf \"$d\"' EXIT; page=$d/key head=$d/head",
        ]
        if let request {
            lines.append("{ \(request.fetch().text)\n} >\"$d/meta\"\n[ $rc = 0 ] || exit 93")
            lines.append("case $(head -n 1 \"$d/meta\") in 2??|0|000) ;; *) head -n 1 \"$d/meta\" >&2; exit 93;; esac")
        } else if let file = arguments.string("file") {
            lines.append("page=\(RemotePath(file).shellWord); [ -f \"$page\" ] || exit 91")
        } else if arguments["data"] != nil {
            lines.append("cat >\"$page\"")
        }
        return lines.joined(separator: "\n")
    }

    private var input: [UInt8] { request?.fetch().input ?? Array((arguments.string("data") ?? "").utf8) }
    private var comesAsFile: Bool { ["data", "file", "url"].contains { arguments[$0] != nil } }

    package func start() throws(Diagnostic) -> Step {
        let look =
            "gpg --no-tty --batch --homedir \"$d\" --with-colons --import-options show-only --import \"$page\" 2>/dev/null"
        let probe = """
            \(arrival)
            \(comesAsFile && id == nil ? "\(look) | sed 's/^/new /'" : ":")
            apt-key \(keyring)adv --no-tty --batch --list-keys --with-colons --keyid-format=long 2>/dev/null; :
            """
        return .observe(Probe(probe, input: input)) { found in
            if let failure = failure(found) { return .done(failure) }
            return decide(found.text.split(separator: "\n").map(String.init))
        }
    }

    private func failure(_ found: Observation) -> ModuleResult? {
        switch found.status {
        case 0: nil
        case 91: .failure("the file \(arguments.string("file") ?? "") is not on the host")
        case 93: .failure("Failed to download key at \(request?.url ?? ""): \(found.errorText.trimmed)")
        case 94:
            .failure(
                "this host has no apt-key, which newer systems have given up: put the key into /etc/apt/keyrings "
                    + "with get_url and name it in the source with signed-by")
        default: .failure("apt-key failed: \(found.errorText.trimmed)")
        }
    }

    private static func ids(_ lines: [String]) -> [String] {
        lines.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
            .filter { ["pub", "sub"].contains($0[0]) && $0.count > 4 }.map { $0[4] }
    }

    private func decide(_ lines: [String]) -> Step {
        let known = Self.ids(lines.filter { !$0.hasPrefix("new ") })
        let offered = Self.ids(lines.filter { $0.hasPrefix("new ") }.map { String($0.dropFirst(4)) })
        guard let wanted = id ?? offered.first else {
            return .done(.failure("the key has no id: is it a key at all, and is gnupg installed on the host?"))
        }
        let isKnown = known.contains { $0.hasSuffix(wanted) || wanted.hasSuffix($0) }
        let fields: OrderedMap = [
            "id": .string(wanted), "short_id": .string(String(wanted.suffix(8))),
            "fp": .string(String(wanted.suffix(16))),
            "before": .strings(known),
        ]
        guard isKnown != isPresent else { return .done(ModuleResult(fields: fields)) }
        var plan = CommandList(commands: [], fields: fields, input: input, complaint: "Error fetching key \(wanted)")
        if !isPresent {
            plan.commands = [
                "APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1 apt-key \(keyring)del \(wanted.suffix(8)) </dev/null"
            ]
        } else if let server = arguments.string("keyserver") {
            plan.commands = [
                "apt-key \(keyring)adv --no-tty --batch --keyserver \(server.shellQuoted) --recv \(wanted) 2>&1 </dev/null"
            ]
        } else {
            plan.commands = ["\(arrival)\napt-key \(keyring)add \"$page\" 2>&1 </dev/null"]
        }
        return plan.step()
    }
}
