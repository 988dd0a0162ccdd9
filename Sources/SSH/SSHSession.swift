//! The C handle of one session: connecting, key exchange and the check of the host key, each with a deadline.

import CLibSSH
import Glibc

/// Owns an `ssh_session`; lives on one thread.
final class SSHSession {
    let handle: OpaquePointer
    let options: SSHOptions
    let descriptor: Int32
    /// A changed host key was let through: nothing that the peer could use may be sent.
    private(set) var isUntrusted = false

    /// Takes over a connected descriptor.
    init(_ options: SSHOptions, descriptor: Int32) throws(SSHFailure) {
        guard let handle = ssh_new() else {
            _ = close(descriptor)
            throw SSHFailure(.unreachable, "no memory for a session with \(options.place)")
        }
        self.handle = handle
        self.options = options
        self.descriptor = descriptor
        try configure()
    }

    deinit {
        ssh_silent_disconnect(handle)
        ssh_free(handle)
    }

    /// libssh reads no configuration and no known_hosts of its own: both are done here.
    private func configure() throws(SSHFailure) {
        var no = false
        ssh_options_set(handle, SSH_OPTIONS_PROCESS_CONFIG, &no)
        var socket = descriptor
        ssh_options_set(handle, SSH_OPTIONS_FD, &socket)
        set(SSH_OPTIONS_HOST, "host")
        set(SSH_OPTIONS_USER, options.user)
        set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
        set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
        if options.compression { set(SSH_OPTIONS_COMPRESSION, "yes") }
        if let agent = options.agentSocket { set(SSH_OPTIONS_IDENTITY_AGENT, agent) }
        try set(SSH_OPTIONS_HOSTKEYS, "HostKeyAlgorithms", hostKeyAlgorithms().joined(separator: ","))
        let wanted = options.algorithms
        try set(SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, "PubkeyAcceptedAlgorithms", wanted.publicKeys)
        try set(SSH_OPTIONS_KEY_EXCHANGE, "KexAlgorithms", wanted.keyExchanges)
        for option in [SSH_OPTIONS_CIPHERS_C_S, SSH_OPTIONS_CIPHERS_S_C] { try set(option, "Ciphers", wanted.ciphers) }
        for option in [SSH_OPTIONS_HMAC_C_S, SSH_OPTIONS_HMAC_S_C] { try set(option, "MACs", wanted.macs) }
        ssh_set_blocking(handle, 0)
    }

    private func set(_ option: ssh_options_e, _ text: String) {
        _ = text.withCString { ssh_options_set(handle, option, $0) }
    }

    /// A change of the usual list that names nothing known changes nothing; a list of its own has to hold something.
    private func set(_ option: ssh_options_e, _ keyword: String, _ algorithms: String?) throws(SSHFailure) {
        guard let algorithms else { return }
        let code = algorithms.withCString { ssh_options_set(handle, option, $0) }
        guard code == SSH_OK || algorithms.first.map({ "+-^".contains($0) }) ?? false else {
            throw SSHFailure(
                .unreachable, "\(options.place): \(keyword) names nothing that libssh knows: \(algorithms)",
                help: "add to the usual ones with \(keyword)=+NAME, or take the option away")
        }
    }

    private var knownHosts: KnownHosts {
        KnownHosts(files: options.userKnownHostsFiles + options.globalKnownHostsFiles)
    }

    private var hostKeyName: (name: String, port: Int) {
        options.hostKeyAlias.map { ($0, 22) } ?? (options.host, options.port)
    }

    /// The kinds of keys that are known for this host come first, so that it shows one of them.
    private func hostKeyAlgorithms() -> [String] {
        let usual = [
            "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512",
            "rsa-sha2-256",
        ]
        let all = SSHAlgorithms.list(options.algorithms.hostKeys, usual: usual)
        let (name, port) = hostKeyName
        let known = knownHosts.keyTypes(name: name, port: port)
        let isKnown = { (algorithm: String) in known.contains(algorithm.hasPrefix("rsa-") ? "ssh-rsa" : algorithm) }
        return all.filter(isKnown) + all.filter { !isKnown($0) }
    }

    var lastError: String { String(cString: ssh_get_error(UnsafeMutableRawPointer(handle))) }

    /// Repeats a non-blocking call until it is done or the deadline has passed (nil).
    func repeated(until deadline: ContinuousClock.Instant, while again: Int32, _ call: () -> Int32) -> Int32? {
        while true {
            let code = call()
            guard code == again else { return code }
            TCPSocket.acknowledgeAtOnce(descriptor)
            let pending = ssh_get_poll_flags(handle) & SSH_WRITE_PENDING != 0
            guard wait(for: descriptor, pending ? POLLIN | POLLOUT : POLLIN, until: deadline) else { return nil }
        }
    }

    enum Handshake {
        case done
        /// The server hung up before it said a word: too many connections are waiting for it.
        case refused(SSHFailure)
    }

    /// Banner and key exchange.
    func exchangeKeys() throws(SSHFailure) -> Handshake {
        let deadline = ContinuousClock.now + options.connectTimeout
        guard let code = repeated(until: deadline, while: SSH_AGAIN, { ssh_connect(handle) }) else {
            throw SSHFailure(
                .unreachable,
                "\(options.place) accepted the connection but did not finish the SSH handshake within "
                    + "\(options.connectTimeout)",
                help: "check that an SSH server listens on port \(options.port), or raise the timeout")
        }
        if code == SSH_OK { return .done }
        guard let banner = ssh_get_serverbanner(handle) else {
            return .refused(
                SSHFailure(
                    .unreachable, "the SSH handshake with \(options.place) failed: \(lastError)",
                    help: "check that an SSH server listens on port \(options.port)"))
        }
        throw SSHFailure(
            .unreachable,
            "the SSH handshake with \(options.place) (\(String(cString: banner))) failed: \(lastError)",
            help: "an old server may know old algorithms only: allow them with --ssh-extra-args "
                + "'-o HostKeyAlgorithms=+ssh-rsa -o PubkeyAcceptedAlgorithms=+ssh-rsa'")
    }

    /// Compares the key that the server proved to have with the known_hosts files.
    func checkHostKey() throws(SSHFailure) {
        var key: OpaquePointer?
        guard ssh_get_server_publickey(handle, &key) == SSH_OK, let key else {
            throw SSHFailure(.hostKey, "\(options.place) showed no host key")
        }
        defer { ssh_key_free(key) }
        let type = String(cString: ssh_key_type_to_char(ssh_key_type(key)))
        var text: UnsafeMutablePointer<CChar>?
        guard ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text else {
            throw SSHFailure(.hostKey, "the host key of \(options.place) cannot be read")
        }
        defer { ssh_string_free_char(text) }
        let shown = HostKey(type: type, key: String(cString: text), fingerprint: fingerprint(of: key))
        let (name, port) = hostKeyName
        try judge(knownHosts.verdict(name: name, port: port, keyType: type, key: shown.key), shown)
    }

    private struct HostKey {
        let type: String
        let key: String
        let fingerprint: String
    }

    private func judge(_ verdict: KnownHosts.Verdict, _ shown: HostKey) throws(SSHFailure) {
        switch verdict {
        case .known: return
        case .revoked(let entry):
            throw SSHFailure(
                .hostKey,
                "the host key of \(options.place) is revoked (\(entry.place)): "
                    + "\(shown.type) \(shown.fingerprint)", help: "do not connect; give the host a new key")
        case .changed(let entry):
            if options.hostKeyPolicy == .off {
                isUntrusted = true
                return
            }
            throw changed(entry, shown)
        case .unknown:
            switch options.hostKeyPolicy {
            case .off: return
            case .acceptNew: try note(shown)
            case .strict: throw unknown(shown)
            }
        }
    }

    private func changed(_ entry: KnownHosts.Entry, _ shown: HostKey) -> SSHFailure {
        let known = fingerprint(ofType: entry.keyType, base64: entry.key)
        let (name, port) = hostKeyName
        let file = entry.place.split(separator: ":").dropLast().joined(separator: ":")
        return SSHFailure(
            .hostKey,
            "the host key of \(options.place) has changed: \(entry.place) has \(entry.keyType) \(known), "
                + "the host shows \(shown.type) \(shown.fingerprint)",
            help: "somebody may be between you and the host; if it was reinstalled, check the new fingerprint there "
                + "and run: ssh-keygen -f '\(file)' -R '\(KnownHosts.lookupName(name, port: port))'")
    }

    private func unknown(_ shown: HostKey) -> SSHFailure {
        let (name, port) = hostKeyName
        let file = options.userKnownHostsFiles.first ?? "~/.ssh/known_hosts"
        let scan = "ssh-keyscan -p \(options.port) \(options.host)"
        return SSHFailure(
            .hostKey,
            "the host key of \(options.place) is unknown: \(shown.type) \(shown.fingerprint)",
            help: "compare the fingerprint with the host's, then add the line "
                + "'\(KnownHosts.lookupName(name, port: port)) \(shown.type) \(shown.key)' to \(file) "
                + "(`\(scan)` prints it, too); or set ansible_ssh_common_args='-o StrictHostKeyChecking=accept-new' "
                + "to trust keys at first sight")
    }

    private func note(_ shown: HostKey) throws(SSHFailure) {
        let (name, port) = hostKeyName
        guard let file = options.userKnownHostsFiles.first else { return }
        guard KnownHosts.add(name: name, port: port, keyType: shown.type, key: shown.key, to: file) else {
            throw SSHFailure(
                .hostKey, "the new host key of \(options.place) cannot be noted in \(file): \(errorText(errno))",
                help: "make the file writable, or name another with -o UserKnownHostsFile=")
        }
    }

    private func fingerprint(of key: OpaquePointer) -> String {
        var hash: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == 0, let hash else { return "?" }
        defer { ssh_clean_pubkey_hash_pointer(hash) }
        guard let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length) else { return "?" }
        defer { ssh_string_free_char(text) }
        return String(cString: text)
    }

    private func ssh_clean_pubkey_hash_pointer(_ hash: UnsafeMutablePointer<UInt8>) {
        var pointer: UnsafeMutablePointer<UInt8>? = hash
        ssh_clean_pubkey_hash(&pointer)
    }

    private func fingerprint(ofType type: String, base64: String) -> String {
        var key: OpaquePointer?
        guard ssh_pki_import_pubkey_base64(base64, ssh_key_type_from_name(type), &key) == SSH_OK, let key else {
            return "(unreadable)"
        }
        defer { ssh_key_free(key) }
        return fingerprint(of: key)
    }
}
