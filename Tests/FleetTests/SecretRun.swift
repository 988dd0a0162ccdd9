//! What a run with secrets needs: a user, a server, a service with a password, a Docker command.

import FoundationEssentials
import Glibc
import Testing

/// A user, a server, a service, a Docker command, and a secret for each way.
struct SecretRun {
    let secrets: [String: String]
    let watch: SecretWatch
    private let server: LoopbackServer
    private let user: TemporaryUser
    private let other: TemporaryUser
    private let service: LoopbackService

    init() throws {
        watch = try SecretWatch()
        user = try TemporaryUser(rule: "ALL=(ALL) ALL", tools: watch.shims)
        other = try TemporaryUser(rule: nil)
        server = try LoopbackServer(["SetEnv PATH=\(watch.shims):/usr/sbin:/usr/bin:/sbin:/bin"])
        var secrets = ["become": user.password, "vault": "vault-\(UInt64.random(in: 0...UInt64.max))"]
        for name in ["wrong", "uri", "token", "body", "written", "line", "input", "host", "container", "registry"] {
            secrets[name] = "\(name)-\(UInt64.random(in: 0...UInt64.max))"
        }
        secrets["hash"] = "$6$salt$\(UInt64.random(in: 0...UInt64.max))"
        var hidden = Array(secrets.values)
        // User and password together, as HTTP and Docker write them.
        for name in ["uri", "registry"] {
            hidden.append(Data("me:\(secrets[name] ?? "")".utf8).base64EncodedString())
        }
        // What the author puts into an environment is there.
        let exported = ["environment", "lines"]
        for name in exported { secrets[name] = "\(name)-\(UInt64.random(in: 0...UInt64.max))" }
        self.secrets = secrets
        service = try LoopbackService(password: secrets["uri"] ?? "", in: "\(watch.folder)/watch/service")
        try layInputs()
        try layEngine()
        try watch.start(hidden: hidden, exported: exported.compactMap { secrets[$0] })
    }

    /// The recorded `docker` of the modules' cases, behind a program that notes what it is called with.
    private func layEngine() throws {
        let engine = "\(watch.folder)/watch/engine"
        mkdir(engine, 0o700)
        try FileManager.default.createDirectory(atPath: "\(engine)/state/registry", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(Lab.tree)/Tests/ModulesTests/Docker/docker", toPath: "\(engine)/docker")
        try watch.write("me:\(secrets["registry"] ?? "")", to: "watch/engine/state/registry/login")
        try watch.write(
            """
            #!/bin/sh
            printf 'docker %s\\n' "$*" >>\(watch.folder)/watch/called
            exec \(engine)/docker "$@"

            """, to: "shims/docker")
        chmod("\(watch.shims)/docker", 0o755)
    }

    private func layInputs() throws {
        let values = secrets.map { "  \($0.key): '\($0.value)'" }.joined(separator: "\n")
        try watch.write(
            "secrets:\n\(values)\nregistry_user: me\nregistry_password: \(secrets["registry"] ?? "")\n",
            to: "inputs/secrets.yml")
        try watch.write("\(user.password)\n", to: "inputs/become")
        try watch.write("\(secrets["vault"] ?? "")\n", to: "inputs/vault-password")
        try watch.write(
            """
            loop ansible_host=127.0.0.1 ansible_port=\(server.port) ansible_user=\(user.name)
            [all:vars]
            ansible_ssh_private_key_file=\(server.key)
            ansible_ssh_common_args='-o UserKnownHostsFile=\(server.knownHosts)'
            service=http://127.0.0.1:\(service.port)
            dest=\(watch.folder)/dest
            fetched=\(watch.folder)/inputs/fetched
            other_user=\(other.name)
            config_path=\(watch.folder)/dest/docker/config.json
            registry=registry.test:5000
            image=drovercase:1

            """, to: "inputs/inventory.ini")
        LoopbackServer.call([
            Lab.binary ?? "", "vault", "encrypt", "--vault-password-file", "\(watch.folder)/inputs/vault-password",
            "\(watch.folder)/inputs/secrets.yml",
        ])
    }

    /// Runs a playbook in folders of its own; the programs that drover calls are watched as well.
    func play(_ playbook: String, _ more: String...) async throws -> Outcome {
        let inputs = "\(watch.folder)/inputs"
        return try await Lab.run(
            [
                "env", "HOME=\(watch.folder)/home", "PATH=\(watch.shims):/usr/sbin:/usr/bin:/sbin:/bin",
                "ANSIBLE_RETRY_FILES_ENABLED=1", "ANSIBLE_RETRY_FILES_SAVE_PATH=\(watch.folder)/work", Lab.binary ?? "",
                "run", "-i", "\(inputs)/inventory.ini",
                "\(Lab.tree)/\(playbook)", "--vault-password-file", "\(inputs)/vault-password", "-e",
                "@\(inputs)/secrets.yml", "--become-password-file", "\(inputs)/become",
            ] + more, in: "\(watch.folder)/work")
    }

    func expectSilence(in outcome: Outcome) { watch.expectSilence(in: outcome, of: secrets) }
}

/// `busybox httpd` with one page that wants a password.
final class LoopbackService: Sendable {
    static let isInstalled = access("/usr/bin/busybox", X_OK) == 0

    let port: Int
    private let process: pid_t

    init(password: String, in folder: String) throws {
        port = LoopbackServer.freePort()
        try FileManager.default.createDirectory(atPath: "\(folder)/secret", withIntermediateDirectories: true)
        chmod(folder, 0o700)
        try "/secret:me:\(password)\n".write(toFile: "\(folder)/httpd.conf", atomically: true, encoding: .utf8)
        try "hidden\n".write(toFile: "\(folder)/secret/x", atomically: true, encoding: .utf8)
        process = try LoopbackServer.spawn([
            "/usr/bin/busybox", "httpd", "-f", "-p", "127.0.0.1:\(port)", "-h", folder, "-c", "\(folder)/httpd.conf",
        ])
    }

    deinit {
        // It may have been born with SIGTERM blocked.
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}
