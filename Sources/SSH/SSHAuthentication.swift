//! Proving who we are: keys, certificates, agent, password, in as few round trips as possible.

import CLibSSH
import Glibc

/// Tries the ways to authenticate, in order, and remembers what was tried.
struct SSHAuthentication {
    private enum Answer { case accepted, refused }

    private let session: SSHSession
    private let options: SSHOptions
    private let deadline: ContinuousClock.Instant
    private var tried: [String] = []
    /// A named key is locked with a passphrase; the agent may hold it unlocked.
    private var needsAgent = false

    init(_ session: SSHSession) {
        self.session = session
        options = session.options
        // PAM delays answers to wrong passwords on purpose, and directories may be slow.
        deadline = ContinuousClock.now + max(options.connectTimeout, .seconds(30))
    }

    /// Named keys first, then a password that was given for this host, then whatever the user has.
    mutating func run() throws(SSHFailure) {
        try begin()
        for path in options.identityFiles where try key(path) == .accepted { return }
        if let password = options.password {
            if session.isUntrusted {
                tried.append("no password, as the host key has changed")
            } else {
                if try self.password(password) == .accepted { return }
                if try keyboardInteractive(password) == .accepted { return }
            }
        }
        if options.agentSocket != nil, !options.identitiesOnly || needsAgent {
            if try agent() == .accepted { return }
        }
        if options.identityFiles.isEmpty {
            for path in defaultKeys() where try key(path) == .accepted { return }
        }
        if tried.isEmpty, try none() == .accepted { return }
        throw refusal()
    }

    /// Asks for the service that authenticates. Before it answers, a server has said which signatures it takes: an RSA
    /// key that is offered earlier would be signed as only old servers want it.
    private func begin() throws(SSHFailure) {
        let code = session.repeated(until: deadline, while: SSH_AGAIN) { [session] in
            ssh_service_request(session.handle, "ssh-userauth")
        }
        guard code == SSH_OK else {
            throw SSHFailure(
                .unreachable, "\(options.place) does not begin with the authentication: \(session.lastError)",
                help: "look at the authentication log of the host")
        }
    }

    private func refusal() -> SSHFailure {
        let help =
            options.password == nil && options.identityFiles.isEmpty
            ? "name a key with ansible_ssh_private_key_file or --private-key, load one into ssh-agent, "
                + "or give a password (--ask-pass)"
            : "check the user (ansible_user) and that its authorized_keys holds the key"
        let list =
            tried.isEmpty ? "there was no key, agent or password to try" : "tried \(tried.joined(separator: ", "))"
        return SSHFailure(
            .authentication, "\(options.place) refused user '\(options.user)': \(list)", help: help)
    }

    private func defaultKeys() -> [String] {
        guard let home = getenv("HOME").map({ String(cString: $0) }) else { return [] }
        return ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" }.filter { access($0, R_OK) == 0 }
    }

    /// Repeats the call until the server has answered.
    private mutating func ask(_ what: String, _ call: () -> Int32) throws(SSHFailure) -> Answer {
        let again = SSH_AUTH_AGAIN.rawValue
        guard let code = session.repeated(until: deadline, while: again, call) else {
            throw SSHFailure(
                .unreachable, "\(options.place) did not answer the \(what) in time",
                help: "look at the authentication log of the host")
        }
        switch code {
        case SSH_AUTH_SUCCESS.rawValue: return .accepted
        case SSH_AUTH_ERROR.rawValue where ssh_is_connected(session.handle) == 0:
            let list = tried.isEmpty ? "" : " (tried \(tried.joined(separator: ", ")))"
            throw SSHFailure(
                .authentication, "\(options.place) hung up during authentication\(list): \(session.lastError)",
                help: "if too many keys were tried, name the right one and set -o IdentitiesOnly=yes")
        case SSH_AUTH_ERROR.rawValue:
            if let last = tried.popLast() { tried.append("\(last) (\(session.lastError))") }
            return .refused
        default: return .refused
        }
    }

    private mutating func none() throws(SSHFailure) -> Answer {
        try ask("request without credentials") { [session] in ssh_userauth_none(session.handle, nil) }
    }

    /// Sends the signed request at once: asking first whether the key is welcome costs a round trip.
    private mutating func key(_ path: String) throws(SSHFailure) -> Answer {
        guard access(path, R_OK) == 0 else {
            tried.append("\(path) (\(errorText(errno)))")
            return .refused
        }
        var key: OpaquePointer?
        guard ssh_pki_import_privkey_file(path, options.passphrase, refusePassphrase, nil, &key) == SSH_OK, let key
        else {
            needsAgent = true
            tried.append("\(path) (unreadable, or it needs a passphrase: load it into ssh-agent)")
            return .refused
        }
        defer { ssh_key_free(key) }
        if try certificates(for: key, at: path) == .accepted { return .accepted }
        tried.append(path)
        return try ask("key \(path)") { [session] in ssh_userauth_publickey(session.handle, nil, key) }
    }

    private mutating func certificates(for key: OpaquePointer, at path: String) throws(SSHFailure) -> Answer {
        for file in options.certificateFiles + ["\(path)-cert.pub"] where access(file, R_OK) == 0 {
            var certificate: OpaquePointer?
            guard ssh_pki_import_cert_file(file, &certificate) == SSH_OK, let certificate else { continue }
            defer { ssh_key_free(certificate) }
            guard let certified = ssh_key_dup(key) else { continue }
            defer { ssh_key_free(certified) }
            guard ssh_pki_copy_cert_to_privkey(certificate, certified) == SSH_OK else { continue }
            tried.append(file)
            let answer = try ask("certificate \(file)") { [session] in
                ssh_userauth_publickey(session.handle, nil, certified)
            }
            if answer == .accepted { return .accepted }
        }
        return .refused
    }

    private mutating func agent() throws(SSHFailure) -> Answer {
        tried.append("ssh-agent")
        return try ask("keys of the agent") { [session] in ssh_userauth_agent(session.handle, nil) }
    }

    private mutating func password(_ password: String) throws(SSHFailure) -> Answer {
        tried.append("password")
        return try ask("password") { [session] in ssh_userauth_password(session.handle, nil, password) }
    }

    /// Answers every question that hides its answer with the password.
    private mutating func keyboardInteractive(_ password: String) throws(SSHFailure) -> Answer {
        tried.append("keyboard-interactive")
        var rounds = 0
        var answered = false
        while true {
            guard
                let code = session.repeated(
                    until: deadline, while: SSH_AUTH_AGAIN.rawValue, { ssh_userauth_kbdint(session.handle, nil, nil) })
            else { return .refused }
            guard code == SSH_AUTH_INFO.rawValue else {
                return code == SSH_AUTH_SUCCESS.rawValue ? .accepted : .refused
            }
            rounds += 1
            let count = ssh_userauth_kbdint_getnprompts(session.handle)
            if rounds > 8 || (count > 0 && answered) { return .refused }
            for index in 0..<max(count, 0) {
                var echo: CChar = 0
                _ = ssh_userauth_kbdint_getprompt(session.handle, UInt32(index), &echo)
                ssh_userauth_kbdint_setanswer(session.handle, UInt32(index), echo == 0 ? password : "")
                answered = true
            }
        }
    }
}

/// libssh would ask on the terminal otherwise.
private func refusePassphrase(
    _: UnsafePointer<CChar>?, _: UnsafeMutablePointer<CChar>?, _: Int, _: Int32, _: Int32,
    _: UnsafeMutableRawPointer?
) -> Int32 { -1 }
