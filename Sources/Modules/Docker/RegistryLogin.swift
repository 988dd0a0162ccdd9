//! Credentials of a registry, and how the docker command keeps them in its config.json.

import Connections
import Diagnostics
import Digests
import Values

struct RegistryLogin: Sendable {
    /// What the host keeps for the registry.
    enum Kept: Sendable, Equatable { case none, same, other }

    private static let hub = "https://index.docker.io/v1/"

    let registry: String
    let username: String
    let password: String
    private let folder: String?

    init(_ arguments: ModuleArguments) throws(Diagnostic) {
        let url = arguments.string("registry_url") ?? Self.hub
        registry = ["docker.io", "index.docker.io", "https://index.docker.io"].contains(url) ? Self.hub : url
        username = arguments.string("username") ?? ""
        password = arguments.string("password") ?? ""
        guard let path = arguments.string("config_path") else {
            folder = nil
            return
        }
        guard path.hasSuffix("/config.json") else {
            throw arguments.invalid(
                "config_path", "the docker command keeps credentials in a file named config.json only",
                help: "\(path.hasSuffix("/") ? path : path + "/")config.json")
        }
        folder = String(path.dropLast(12))
    }

    /// The registry as the docker command files it.
    var key: String {
        if registry == Self.hub { return registry }
        let bare = registry.split(separator: "://").last ?? ""
        return String(bare.split(separator: "/").first ?? "")
    }

    /// The registry for the command line; Docker's own needs no name.
    var target: String { registry == Self.hub ? "" : key.shellQuoted }

    /// Points the docker command at the folder of its config.json.
    var setConfig: String {
        folder.map { "DOCKER_CONFIG=\(RemotePath($0).shellWord); export DOCKER_CONFIG\n" } ?? ""
    }

    /// Shows what is kept: config.json on the first line, then what a credential helper answers.
    var question: String {
        setConfig + """
            f=${DOCKER_CONFIG:-$HOME/.docker}/config.json
            if [ -e "$f" ]; then tr '\\n' ' ' <"$f" || exit 1; else printf '{}'; fi
            echo
            if [ -e "$f" ]; then
              h=$(tr -d '\\n' <"$f" | sed -n 's/.*"credsStore"[^"]*"\\([^"]*\\)".*/\\1/p')
              if [ -n "$h" ] && command -v "docker-credential-$h" >/dev/null 2>&1; then
                printf %s \(key.shellQuoted) | "docker-credential-$h" get 2>/dev/null | tr '\\n' ' '
              fi
            fi
            :
            """
    }

    func kept(_ observation: Observation) -> Kept {
        let lines = observation.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let config = lines.first.flatMap { try? JSON.parse($0) }
        if lines.count > 1, let helper = try? JSON.parse(lines[1]), let secret = helper["Secret"]?.string {
            return helper["Username"]?.string == username && secret == password ? .same : .other
        }
        let entries = config?["auths"]?.dict ?? [:]
        let names = [key, registry, "https://\(key)", "http://\(key)"]
        guard let entry = names.compactMap({ entries[$0] }).first, let kept = entry["auth"]?.string else {
            return .none
        }
        return kept == Base64.encode(Array("\(username):\(password)".utf8)) ? .same : .other
    }
}
