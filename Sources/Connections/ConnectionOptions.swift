//! From what the engine knows about a host to a connection with it.

import Diagnostics
import SSH

/// Everything about one host that decides how it is reached. Set what is known; the rest has defaults.
package struct ConnectionOptions: Sendable, Hashable {
    /// `ansible_connection`.
    package enum Kind: String, Sendable, CaseIterable { case ssh, local, docker, chroot }

    /// The host's name in the inventory.
    package var name: String
    package var kind = Kind.ssh
    /// `ansible_host`: an address, a container's name, a folder; nil for the name itself.
    package var host: String?
    package var port: Int?
    package var user: String?
    package var password: String?
    package var privateKeyFile: String?
    /// `ansible_ssh_args`, `ansible_ssh_common_args`, `ansible_ssh_extra_args`.
    package var arguments: String?
    package var commonArguments: String?
    package var extraArguments: String?
    /// `timeout`: how long a connection may take to come about.
    package var timeout: Duration?
    /// Further attempts where the host does not answer.
    package var retries = 0
    /// `host_key_checking`; nil leaves it to ssh's own settings, whose default is to check.
    package var checksHostKeys: Bool?
    /// The shell that runs scripts.
    package var shell = "/bin/sh"
    /// Whose configuration files, keys and agent are used.
    package var localUser = SSHUser.current

    package init(name: String) { self.name = name }

    /// A connection that connects at its first use, and words about settings that mean nothing here.
    package func connection() throws(Diagnostic) -> (connection: any Connection, warnings: [String]) {
        let host = host ?? name
        if kind != .local, host.hasPrefix("-") || host.isEmpty {
            throw Diagnostic(
                .ssh, "host '\(name)': '\(host)' cannot be a host, it would be taken for an option",
                help: "set ansible_host to the address, container or folder")
        }
        switch kind {
        case .local: return (LocalHost(name: name, shell: shell), [])
        case .docker:
            let login = user.map { ["--user", $0] } ?? []
            let prefix = ["/usr/bin/env", "docker", "exec", "-i"] + login + [host, shell, "-c"]
            return (LocalHost(name: name, prefix: prefix, shell: shell), [])
        case .chroot:
            return (LocalHost(name: name, prefix: ["/usr/bin/env", "chroot", host, shell, "-c"], shell: shell), [])
        case .ssh:
            let (options, unknown) = try sshOptions()
            let warnings = unknown.map { "\(name): the ssh option '\($0)' has no effect here" }
            return (SSHHost(options, shell: shell, retries: retries), warnings)
        }
    }

    /// Settings in the order in which Ansible hands them to `ssh`, where the first one wins.
    package func sshOptions() throws(Diagnostic) -> (options: SSHOptions, unknown: [String]) {
        do throws(SSHArguments.Mistake) {
            let first = try SSHArguments(arguments ?? "")
            let later = [try SSHArguments(commonArguments ?? ""), try SSHArguments(extraArguments ?? "")]
            var settings = first.settings
            if checksHostKeys == false { settings.add("StrictHostKeyChecking", "no") }
            if let port { settings.add("Port", String(port)) }
            if let privateKeyFile { settings.add("IdentityFile", privateKeyFile) }
            if let user { settings.add("User", user) }
            if let timeout { settings.add("ConnectTimeout", String(max(timeout.components.seconds, 1))) }
            for arguments in later { settings.add(arguments.settings) }
            let file = ([first] + later).compactMap(\.configurationFile).first
            var options = try SSHOptions(
                name: name, host: host ?? name, settings: settings, configurationFile: file, user: localUser)
            options.password = password
            return (options, settings.unknown)
        } catch {
            throw Diagnostic(
                .ssh, "host '\(name)': \(error.message)",
                help: "correct the ssh settings of the host (ansible_ssh_args, ansible_ssh_common_args, "
                    + "ansible_ssh_extra_args, ansible_port, ~/.ssh/config)")
        }
    }
}

extension ConnectionOptions: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the password: descriptions end up in logs.
    package var description: String { "\(name) (\(kind.rawValue) \(host ?? name))" }
    package var debugDescription: String { description }
}
