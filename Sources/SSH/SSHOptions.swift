//! Everything a connection needs to know, after configuration files and arguments have been read.

/// Settings of one connection.
package struct SSHOptions: Sendable {
    /// What to do with a host key that no known_hosts file holds.
    package enum HostKeyPolicy: Sendable {
        /// Refuse.
        case strict
        /// Note it and go on; a changed key is refused.
        case acceptNew
        /// Take any key, even a changed one.
        case off
    }

    package enum AddressFamily: Sendable { case any, ipv4, ipv6 }

    /// The host's name in the inventory, for messages.
    package var name: String
    package var host: String
    package var port = 22
    package var user: String
    /// Private keys to try; where none is given, those in `~/.ssh` that exist.
    package var identityFiles: [String] = []
    /// Only `identityFiles` may be used, not everything that the agent holds.
    package var identitiesOnly = false
    package var certificateFiles: [String] = []
    package var passphrase: String?
    package var password: String?
    /// The agent's socket; nil for none.
    package var agentSocket: String?
    package var proxyCommand: String?
    /// Hosts to go through, the first one first.
    package var jumps: [SSHOptions] = []
    package var userKnownHostsFiles: [String] = []
    package var globalKnownHostsFiles: [String] = []
    package var hostKeyPolicy = HostKeyPolicy.strict
    package var hostKeyAlias: String?
    package var connectTimeout: Duration = .seconds(10)
    /// A peer that answers nothing for this long is gone.
    package var deadPeerTimeout: Duration = .seconds(25)
    package var addressFamily = AddressFamily.any
    package var compression = false
    package var algorithms = SSHAlgorithms()

    package init(name: String, host: String, user: String) {
        self.name = name
        self.host = host
        self.user = user
    }

    /// `name (user@host:port)`, the way every message names the host.
    var place: String {
        let address = host.contains(":") ? "[\(host)]" : host
        return "\(name) (\(user)@\(address):\(port))"
    }
}

extension SSHOptions: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the password: descriptions end up in logs.
    package var description: String { place }
    package var debugDescription: String { place }
}
