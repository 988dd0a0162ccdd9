//! One SSH connection with its own thread, the single owner of the C handle.

import CLibSSH
import Glibc

/// A connection to one host. Everything that touches libssh happens on its thread.
package actor SSHConnection: IOThreadClient {
    private nonisolated let thread: IOThread
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let options: SSHOptions
    private var session: SSHSession?
    private var event: OpaquePointer?
    private var tunnel: (any SSHTunnel)?
    private var channels: [Int: SSHChannel] = [:]
    private var nextChannel = 0
    /// Why the connection is no more.
    private var end: SSHFailure?
    private var pulse: SSHPulse?
    /// Until the first answers are in, the kernel is asked to acknowledge at once (75 ms against 37).
    private var eagerRounds = 200

    package init(_ options: SSHOptions) {
        self.options = options
        thread = IOThread()
        thread.attach(self)
    }

    isolated deinit {
        close()
        thread.stop()
    }

    /// Connects and authenticates; a connection is connected once.
    package func connect() async throws(SSHFailure) {
        let (session, tunnel) = try await SSHDialer(options).dial()
        guard let event = ssh_event_new(), ssh_event_add_session(event, session.handle) == SSH_OK else {
            throw SSHFailure(.unreachable, "no memory for a session with \(options.place)")
        }
        self.session = session
        self.tunnel = tunnel
        self.event = event
        pulse = SSHPulse(session)
    }

    /// Runs a command; its events go to `events`.
    package func launch(_ command: String, events: ProcessEvents) async throws(SSHFailure) -> any RemoteProcess {
        try await open(.command(command), events: events)
    }

    /// Connects from the host to another.
    package func forward(
        host: String, port: Int, events: ProcessEvents
    ) async throws(SSHFailure) -> any RemoteProcess {
        try await open(.forward(host: host, port: port), events: events)
    }

    private func open(_ purpose: ChannelPurpose, events: ProcessEvents) async throws(SSHFailure) -> any RemoteProcess {
        if let end { throw end }
        guard let session, let channel = SSHChannel(session: session.handle, purpose: purpose, events: events) else {
            throw SSHFailure(.unreachable, "there is no connection to \(options.place)")
        }
        let number = nextChannel
        nextChannel += 1
        channels[number] = channel
        let result = await withCheckedContinuation { channel.starter = $0 }
        if case .failure(let failure) = result {
            throw SSHFailure(failure.kind, "\(options.place): \(failure.message)", help: failure.help)
        }
        return SSHProcess(connection: self, number: number)
    }

    /// Ends all channels and the connection.
    package func close() {
        guard end == nil else { return }
        finish(SSHFailure(.unreachable, "the connection to \(options.place) has been closed"))
    }

    fileprivate func send(_ bytes: [UInt8], to number: Int) { channels[number]?.enqueue(bytes) }

    fileprivate func waitForRoom(_ number: Int) async {
        guard let channel = channels[number], !channel.hasRoom else { return }
        await withCheckedContinuation { channel.wait($0) }
    }

    fileprivate func finishInput(of number: Int) { channels[number]?.finishInput() }

    fileprivate func close(_ number: Int) {
        guard let channel = channels.removeValue(forKey: number) else { return }
        channel.tellClosed()
        channel.free()
    }

    package nonisolated func serve(_ ready: [pollfd]) -> IOWait { assumeIsolated { $0.pump() } }

    /// Moves bytes both ways and says what to wait for.
    private func pump() -> IOWait {
        guard let session, let event, end == nil else { return IOWait() }
        if ssh_event_dopoll(event, 0) == SSH_ERROR || ssh_is_connected(session.handle) == 0 {
            return lose(session, session.lastError)
        }
        for (number, channel) in channels { advance(number, channel) }
        guard let pulse, pulse.beats() else {
            return lose(session, "it has said nothing for \(options.deadPeerTimeout)")
        }
        let flags = ssh_get_poll_flags(session.handle)
        if eagerRounds > 0 {
            eagerRounds -= 1
            TCPSocket.acknowledgeAtOnce(session.descriptor)
        }
        let events = flags & SSH_WRITE_PENDING != 0 ? POLLIN | POLLOUT : POLLIN
        return IOWait([pollfd(fd: session.descriptor, events: Int16(events), revents: 0)], timeout: pulse.patience)
    }

    private func advance(_ number: Int, _ channel: SSHChannel) {
        if channel.phase == .opening || channel.phase == .requesting {
            switch channel.advance() {
            case .success(true): return
            case .success(false): channel.resume(.success(()))
            case .failure(let failure):
                channels[number] = nil
                channel.free()
                channel.resume(.failure(failure))
                return
            }
        }
        let alive = channel.flush()
        if !alive || channel.phase == .closed {
            channels[number] = nil
            channel.resume(.failure(SSHFailure(.unreachable, "the server closed the channel")))
            channel.tellClosed()
            channel.free()
        }
    }

    private func lose(_ session: SSHSession, _ reason: String) -> IOWait {
        finish(
            SSHFailure(
                .unreachable, "the connection to \(options.place) broke: \(reason)",
                help: "check that the host is up; the running command may or may not have finished"))
        return IOWait()
    }

    private func finish(_ reason: SSHFailure) {
        end = reason
        for channel in channels.values {
            channel.resume(.failure(reason))
            channel.tellLost(reason)
            channel.free()
        }
        channels = [:]
        if let event, let session {
            ssh_event_remove_session(event, session.handle)
            ssh_event_free(event)
        }
        event = nil
        pulse = nil
        session = nil
        if let tunnel { Task { await tunnel.close() } }
        tunnel = nil
    }
}

/// A command on a connection.
private struct SSHProcess: RemoteProcess {
    let connection: SSHConnection
    let number: Int

    func send(_ bytes: [UInt8]) async { await connection.send(bytes, to: number) }
    func waitForRoom() async { await connection.waitForRoom(number) }
    func finishInput() async { await connection.finishInput(of: number) }
    func close() async { await connection.close(number) }
}
