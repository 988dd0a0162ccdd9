//! From options to an authenticated session, with patience for a busy server.

import CLibSSH
import Glibc

/// Makes one authenticated session. Runs on the thread of its connection and blocks it.
struct SSHDialer {
    private let options: SSHOptions

    /// How often a server may hang up before its banner (`MaxStartups`) until we give up.
    private static let attempts = 10
    /// How long it takes altogether at most.
    private static let patience: Duration = .seconds(30)

    init(_ options: SSHOptions) { self.options = options }

    nonisolated(nonsending) func dial() async throws(SSHFailure) -> (SSHSession, (any SSHTunnel)?) {
        let giveUp = ContinuousClock.now + Self.patience
        var attempt = 0
        while true {
            let (descriptor, tunnel) = try await carrier()
            do throws(SSHFailure) {
                let session = try SSHSession(options, descriptor: descriptor)
                switch try session.exchangeKeys() {
                case .done:
                    try session.checkHostKey()
                    var authentication = SSHAuthentication(session)
                    try authentication.run()
                    return (session, tunnel)
                case .refused(let failure):
                    attempt += 1
                    // Behind a tunnel it is rather the tunnel that failed.
                    guard tunnel == nil else { throw failure }
                    guard attempt < Self.attempts, ContinuousClock.now < giveUp else { throw tooBusy(failure, attempt) }
                    usleep(Self.pause(after: attempt))
                }
            } catch {
                await tunnel?.close()
                throw error
            }
        }
    }

    /// A descriptor that leads to the host.
    private nonisolated(nonsending) func carrier() async throws(SSHFailure) -> (Int32, (any SSHTunnel)?) {
        if let command = options.proxyCommand { return try ProxyCommand.open(command, options) }
        if let tunnel = try await JumpTunnel.open(options) { return tunnel }
        return (try TCPSocket.connect(options), nil)
    }

    private func tooBusy(_ failure: SSHFailure, _ attempt: Int) -> SSHFailure {
        SSHFailure(
            .unreachable, "\(failure.message) (\(attempt) attempts; the server hung up before its banner)",
            help: "raise MaxStartups in the host's sshd_config, lower --forks, or check that it is an SSH server")
    }

    /// Microseconds: doubling, at most 3 s, half of it at random so that many clients don't come back at once.
    private static func pause(after attempt: Int) -> UInt32 {
        let full = min(100_000 << UInt32(attempt - 1), 3_000_000 as UInt32)
        return full / 2 + UInt32.random(in: 0...full / 2)
    }
}
