//! What the docker command says when it fails, as one sentence that tells what is wrong and what to do.

import Values

/// Translates errors of the docker command line and of its engine.
package enum DockerFailure {
    /// A rule applies where all of its words occur in the error text (lower case).
    private struct Rule {
        let words: [String]
        let message: @Sendable (Facts) -> String

        init(_ words: String..., message: @escaping @Sendable (Facts) -> String) {
            self.words = words
            self.message = message
        }
    }

    /// What is known about the act that failed.
    package struct Facts: Sendable {
        package var image: String?
        package var container: String?
        /// The error text, as the docker command wrote it.
        package var text: String
        /// Lines `name ports` of running containers, and listening sockets: who holds a port.
        package var listeners: String

        package init(_ text: String, image: String? = nil, container: String? = nil, listeners: String = "") {
            self.text = text
            self.image = image
            self.container = container
            self.listeners = listeners
        }

        var registry: String { image.map { ImageReference($0).registry } ?? "the registry" }
        var quotedImage: String { image.map { "image '\($0)'" } ?? "the image" }
        /// The last line that is not a hint.
        var lastLine: String {
            let lines = text.split(separator: "\n").map(String.init)
            let telling = lines.last {
                !$0.isEmpty && !$0.lowercased().contains("failed to start containers") && !$0.hasPrefix("See ")
                    && !$0.hasPrefix("Run 'docker") && !$0.hasPrefix("Usage:")
            }
            return trimmed(telling ?? "no reason given")
        }

        private func trimmed(_ line: String) -> String {
            for prefix in ["Error response from daemon: ", "docker: ", "Error: "] where line.hasPrefix(prefix) {
                return trimmed(String(line.dropFirst(prefix.count)))
            }
            return line
        }
    }

    /// The failure as a result: `msg` in our words, `stderr` in docker's.
    package static func result(_ facts: Facts, doing act: String, fields: OrderedMap = [:]) -> ModuleResult {
        var fields = fields
        fields["stderr"] = .string(facts.text)
        return .failure("\(act): \(explain(facts))", fields: fields)
    }

    /// As docker 20 to 27 say it, and as 28 does.
    private static let awayWords = ["cannot connect to the docker daemon", "failed to connect to the docker api"]

    /// Whether the text says that no engine answers.
    package static func isAway(_ text: String) -> Bool {
        let text = text.lowercased()
        return awayWords.contains { text.contains($0) }
    }

    /// One sentence on why it failed and what to do.
    package static func explain(_ facts: Facts) -> String {
        let text = facts.text.lowercased()
        for rule in engineRules + registryRules + containerRules where rule.words.allSatisfy(text.contains) {
            return rule.message(facts)
        }
        return facts.lastLine
    }

    private static let engineRules: [Rule] = [
        Rule("command not found") { _ in
            "the docker command is not installed on the host; install Docker (package docker.io or docker-ce)"
        },
        Rule("permission denied", "docker") { facts in
            facts.text.contains("docker.sock") || facts.text.contains("daemon socket")
                ? "the user may not use the Docker socket; add 'become: true', or the user to the group 'docker'"
                : facts.lastLine
        },
        Rule(awayWords[0], message: engineAway),
        Rule(awayWords[1], message: engineAway),
        Rule("no space left on device") { _ in
            "the host's disk is full (Docker's data root); free space, e.g. with docker_prune"
        },
        Rule("client version", "too new") { facts in
            "the docker command is newer than the engine: \(facts.lastLine); set api_version"
        },
    ]

    private static let registryRules: [Rule] = [
        Rule("server gave http response to https client") { facts in
            "registry \(facts.registry) speaks plain HTTP; add it to \"insecure-registries\" in "
                + "/etc/docker/daemon.json on the host, or give it TLS"
        },
        Rule("x509:") { facts in
            "the TLS certificate of registry \(facts.registry) is not trusted (\(facts.lastLine)); put its CA into "
                + "/etc/docker/certs.d/\(facts.registry)/ca.crt on the host"
        },
        Rule("no basic auth credentials", message: unauthorized),
        Rule("unauthorized", message: unauthorized),
        Rule("authentication required", message: unauthorized),
        Rule("pull access denied") { facts in
            "\(facts.quotedImage) does not exist in \(facts.registry), or docker_login is needed first"
        },
        Rule("toomanyrequests") { facts in
            "registry \(facts.registry) limits the rate of pulls; log in with docker_login, or use a mirror"
        },
        Rule("no matching manifest") { facts in
            "\(facts.quotedImage) has no variant for this platform; build it for the host's platform or set 'platform'"
        },
        Rule("does not match the specified platform") { facts in
            "\(facts.quotedImage) is for another platform; build it for the host's platform or set 'platform'"
        },
        Rule("manifest unknown", message: missingImage),
        Rule("no such image", message: missingImage),
        Rule("repository name not known", message: missingImage),
        Rule("manifest for", "not found", message: missingImage),
        Rule("no such host", message: unreachable),
        Rule("connection refused", message: unreachable),
        Rule("i/o timeout", message: unreachable),
        Rule("client.timeout exceeded", message: unreachable),
        Rule("network is unreachable", message: unreachable),
    ]

    private static let containerRules: [Rule] = [
        Rule("port is already allocated", message: portTaken),
        Rule("address already in use", message: portTaken),
        Rule("exec format error") { facts in
            "the program of \(facts.quotedImage) is for another platform than the host"
        },
        Rule("executable file not found", message: missingCommand),
        Rule("oci runtime", "exec:", "no such file or directory", message: missingCommand),
        Rule("oci runtime", "exec:", "permission denied") { facts in
            "the command is not executable in \(facts.quotedImage): \(facts.lastLine)"
        },
        Rule("is not a valid windows path or is a relative path") { facts in
            "a volume's container path must be absolute: \(facts.lastLine)"
        },
        Rule("network", "not found") { facts in
            "\(facts.lastLine); create the network first with docker_network"
        },
        Rule("is already in use by container") { facts in
            "the name '\(facts.container ?? "")' was taken meanwhile by another container; run again"
        },
    ]

    @Sendable private static func engineAway(_ facts: Facts) -> String {
        "the Docker engine is not running on the host (or DOCKER_HOST is wrong); start it, e.g. systemctl start docker"
    }

    @Sendable private static func missingCommand(_ facts: Facts) -> String {
        "the command does not exist in \(facts.quotedImage): \(facts.lastLine)"
    }

    @Sendable private static func unauthorized(_ facts: Facts) -> String {
        "registry \(facts.registry) refused the credentials; log in first with docker_login (as the same user)"
    }

    @Sendable private static func missingImage(_ facts: Facts) -> String {
        "\(facts.quotedImage) was not found in \(facts.registry); check name and tag, or push it first"
    }

    @Sendable private static func unreachable(_ facts: Facts) -> String {
        "registry \(facts.registry) is not reachable from the host: \(facts.lastLine)"
    }

    @Sendable private static func portTaken(_ facts: Facts) -> String {
        guard let address = takenAddress(in: facts.text) else { return facts.lastLine }
        let port = address.split(separator: ":").last.map(String.init) ?? address
        let holder = facts.listeners.split(separator: "\n").first { line in
            line.contains(":\(port)->") || line.contains(":\(port) ")
        }
        let blame = holder.map { line in
            line.contains("->")
                ? " by container '\(line.split(separator: " ").first ?? "")'" : " (\(line))"
        }
        return "host port \(port) is already taken\(blame ?? ""); stop what uses it or publish another port"
    }

    /// `0.0.0.0:80` in `Bind for 0.0.0.0:80 failed: port is already allocated`.
    private static func takenAddress(in text: String) -> String? {
        let words = text.split { $0 == " " || $0 == "\n" }.map(String.init)
        for marker in ["for", "tcp", "tcp4", "tcp6", "udp", "udp4"] {
            for (index, word) in words.enumerated().dropLast() where word == marker {
                let address = words[index + 1].split(separator: "->").first.map(String.init) ?? words[index + 1]
                let trimmed = String(address.reversed().drop { !$0.isNumber }.reversed())
                if trimmed.contains(":"), trimmed.last?.isNumber == true { return trimmed }
            }
        }
        return nil
    }
}
