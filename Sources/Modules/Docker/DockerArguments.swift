//! The arguments that every Docker module shares: how the command line finds its engine.

import Connections
import Diagnostics
import Values

/// Which engine a Docker module talks to, as environment and options of the `docker` command.
package struct DockerEndpoint: Sendable {
    /// Shared by all Docker modules, as the collection spells them.
    package static let arguments: [ArgumentSpec] = [
        ArgumentSpec(
            "docker_host", .string, "URL or socket of the engine; otherwise DOCKER_HOST or the default context",
            aliases: ["docker_url"]),
        ArgumentSpec("tls", .bool, "Use TLS without verifying the engine", default: false),
        ArgumentSpec(
            "validate_certs", .bool, "Use TLS and verify the engine's certificate", default: false,
            aliases: ["tls_verify"]),
        ArgumentSpec(
            "ca_path", .path, "CA certificate on the host",
            aliases: ["ca_cert", "tls_ca_cert", "cacert_path"]),
        ArgumentSpec(
            "client_cert", .path, "Client certificate on the host", aliases: ["tls_client_cert", "cert_path"]),
        ArgumentSpec("client_key", .path, "Client key on the host", aliases: ["tls_client_key", "key_path"]),
        ArgumentSpec(
            "tls_hostname", .string, "Accepted for compatibility; the engine's name is taken from docker_host"),
        ArgumentSpec(
            "api_version", .string, "Version of the engine's API", default: "auto", aliases: ["docker_api_version"]),
        ArgumentSpec("timeout", .int, "Accepted for compatibility; use the task's own timeout", default: 60),
        ArgumentSpec("use_ssh_client", .bool, "Accepted for compatibility: always so", default: false),
        ArgumentSpec("debug", .bool, "Accepted for compatibility", default: false),
        ArgumentSpec("cli_context", .string, "Docker context on the host"),
        ArgumentSpec("docker_cli", .path, "The docker program on the host, if it is not in PATH"),
    ]

    /// The collection's names of a module: its own, and the one that it had before it moved.
    package static func names(_ short: String) -> [String] {
        ["community.docker.\(short)", "community.general.\(short)"]
    }

    /// The beginning of every script: a function `dk` that runs the command line with its options.
    package let preamble: String
    package let environment: [(name: String, value: String)]

    /// The engine that the docker command finds by itself.
    static let plain = DockerEndpoint(program: "docker", options: [], environment: [])

    private init(program: String, options: [String], environment: [(name: String, value: String)]) {
        let words = ([program] + options).map(\.shellQuoted).joined(separator: " ")
        preamble = """
            LC_ALL=C; export LC_ALL
            command -v \(program.shellQuoted) >/dev/null 2>&1 || {
              echo 'docker: command not found' >&2; exit 127; }
            dk() { \(words) "$@"; }

            """
        self.environment = environment
    }

    package init(_ arguments: ModuleArguments) throws(Diagnostic) {
        var options: [String] = []
        var environment: [(name: String, value: String)] = []
        if let host = arguments.string("docker_host") { environment.append(("DOCKER_HOST", host)) }
        if let version = arguments.string("api_version"), version != "auto" {
            environment.append(("DOCKER_API_VERSION", version))
        }
        if arguments.bool("validate_certs") == true {
            options.append("--tlsverify")
        } else if arguments.bool("tls") == true {
            options.append("--tls")
        }
        let files = [("ca_path", "--tlscacert"), ("client_cert", "--tlscert"), ("client_key", "--tlskey")]
        for (name, option) in files {
            if let path = arguments.string(name) { options += [option, path] }
        }
        if let context = arguments.string("cli_context") {
            guard arguments.string("docker_host") == nil else {
                throw arguments.invalid("cli_context", "'cli_context' and 'docker_host' exclude each other")
            }
            options += ["--context", context]
        }
        self.init(
            program: arguments.string("docker_cli") ?? "docker", options: options, environment: environment)
    }

    /// A question to the engine. `body` uses `dk` for the docker command.
    package func probe(_ body: String, input: [UInt8] = []) -> Probe {
        Probe(preamble + body, environment: environment, input: input)
    }

    /// An act on the engine. `body` uses `dk` for the docker command.
    package func script(_ body: String, input: [UInt8] = [], environment more: [(name: String, value: String)] = [])
        -> Script
    {
        Script(preamble + body, input: input, environment: environment + more)
    }
}

/// Words of a shell command.
func shellWords(_ words: [String]) -> String { words.map(\.shellQuoted).joined(separator: " ") }
