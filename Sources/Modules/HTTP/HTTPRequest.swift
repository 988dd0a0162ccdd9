//! A request that a host makes with curl or wget: nothing secret on a command line.

import Connections
import Diagnostics
import Values

/// One HTTP request.
struct HTTPRequest: Sendable {
    enum Redirects: Sendable { case all, safe, none }
    enum Body: Sendable {
        case bytes([UInt8])
        case file(RemotePath)
    }

    var url: String
    var method = "GET"
    var headers: [(name: String, value: String)] = []
    var body: Body?
    var redirects = Redirects.safe
    var timeout = 30
    /// Lines for curl's own configuration file, values quoted.
    private(set) var settings: [(name: String, value: String?)] = []

    init(_ arguments: ModuleArguments, timeout: Int) throws(Diagnostic) {
        url = arguments.string("url") ?? ""
        self.timeout = arguments.int("timeout") ?? timeout
        for (name, value) in arguments.dict("headers") ?? [:] {
            headers.append((name.scalarText ?? "", value.scalarText ?? ""))
        }
        if !has("user-agent") { headers.append(("User-Agent", arguments.string("http_agent") ?? "ansible-httpget")) }
        let isKnown = ["http://", "https://", "ftp://", "file://"].contains { url.lowercased().hasPrefix($0) }
        guard isKnown else {
            throw arguments.invalid("url", "'\(url)' is not a URL", help: "it begins with http:// or https://")
        }
        if let user = arguments.string("url_username") {
            settings.append(("user", "\(user):\(arguments.string("url_password") ?? "")"))
            if arguments.bool("force_basic_auth") != true { settings.append(("anyauth", nil)) }
        } else if arguments.bool("use_netrc") ?? true {
            settings.append(("netrc-optional", nil))
        }
        if arguments.bool("validate_certs") == false { settings.append(("insecure", nil)) }
        for (name, setting) in [("client_cert", "cert"), ("client_key", "key"), ("ca_path", "cacert")] {
            if let path = arguments.string(name) { settings.append((setting, path)) }
        }
        if let ciphers = arguments.strings("ciphers"), !ciphers.isEmpty {
            settings.append(("ciphers", ciphers.joined(separator: ":")))
        }
        if arguments.bool("use_proxy") == false { settings.append(("noproxy", "*")) }
        if arguments.bool("decompress") ?? true { settings.append(("compressed", nil)) }
        if let socket = arguments.string("unix_socket") { settings.append(("unix-socket", socket)) }
    }

    func has(_ header: String) -> Bool { headers.contains { $0.name.lowercased() == header } }

    private var follows: Bool {
        switch redirects {
        case .all: true
        case .safe: method == "GET" || method == "HEAD"
        case .none: false
        }
    }

    /// curl's configuration file; it is read from standard input.
    private var configuration: [UInt8] {
        var lines =
            settings + [("url", url), ("connect-timeout", String(timeout)), ("silent", nil), ("show-error", nil)]
        lines += headers.map { ("header", $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)") }
        if follows { lines += [("location", nil), ("max-redirs", "50")] }
        // Without it, curl chooses the method itself, also after a redirect.
        if method == "HEAD" {
            lines.append(("head", nil))
        } else if method != (body == nil ? "GET" : "POST") {
            lines.append(("request", method))
        }
        let text = lines.map { name, value in
            guard let value else { return name }
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n").replacing("\r", with: "\\r")
            return "\(name) = \"\(escaped)\""
        }
        return Array((text.joined(separator: "\n") + "\n").utf8)
    }

    /// wget knows too little for anything but a plain request.
    private var isPlain: Bool {
        let plain: Set = ["netrc-optional", "compressed", "insecure"]
        return method == "GET" && body == nil && headers.count == 1 && settings.allSatisfy { plain.contains($0.name) }
            && follows && !url.hasPrefix("file:") && !url.contains("@")
    }

    /// Fetches into the file `$page`, headers into `$head`; prints status, final URL, redirects, seconds.
    /// Exit status: curl's, or 127 where no tool is there.
    func fetch() -> (text: String, input: [UInt8], uploads: [Script.Upload]) {
        var data = ""
        var uploads: [Script.Upload] = []
        switch body {
        case .bytes(let bytes):
            data = "--data-binary @\"$DROVER_BODY\""
            uploads = [Script.Upload(variable: "DROVER_BODY", bytes: bytes)]
        case .file(let path): data = "--data-binary @\(path.shellWord)"
        case nil: break
        }
        let wget =
            isPlain
            ? """
            elif command -v wget >/dev/null 2>&1; then
              # busybox has a -T that crashes in static builds.
              case $(wget --version 2>/dev/null) in *GNU*) t="-T \(timeout) --tries=1";; *) t=;; esac
              wget $t \(settings.contains { $0.name == "insecure" } ? "--no-check-certificate " : "")-q -S \
            -O "$page" \(url.shellQuoted) 2>"$head" </dev/null
              rc=$?
              s=$(sed -n 's/.*HTTP\\/[0-9.]* \\([0-9][0-9][0-9]\\).*/\\1/p' "$head" | tail -n 1)
              [ -n "$s" ] && rc=0 || cat "$head" >&2
              printf '%s\\n%s\\n0\\n0\\n' "${s:-0}" \(url.shellQuoted)
            """ : ""
        let text = """
            if command -v curl >/dev/null 2>&1; then
              curl -q --config - \(data) --dump-header "$head" --output "$page" \
            --write-out '%{http_code}\\n%{url_effective}\\n%{num_redirects}\\n%{time_total}\\n'
              rc=$?
            \(wget)
            else
              echo 'drover: no tool' >&2; rc=127
            fi

            """
        return (text, configuration, uploads)
    }
}
