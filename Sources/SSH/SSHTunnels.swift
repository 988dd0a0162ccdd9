//! Sessions without a socket of their own: through a program, or through another host.

import CLibSSH
import Glibc

/// What carries a session that has no socket of its own.
protocol SSHTunnel: Sendable {
    func close() async
}

/// `ProxyCommand`: a program whose standard streams lead to the host.
struct ProxyCommand: SSHTunnel {
    private let process: ChildProcess

    /// The program and our end of the connection with it.
    static func open(_ command: String, _ options: SSHOptions) throws(SSHFailure) -> (Int32, ProxyCommand) {
        let pair = try SocketPair(options)
        defer { _ = Glibc.close(pair.theirs) }
        do throws(ChildProcess.SpawnError) {
            let process = try ChildProcess.start(
                ["/bin/sh", "-c", "exec \(command)"], input: pair.theirs, output: pair.theirs, errorOutput: nil)
            return (pair.ours, ProxyCommand(process: process))
        } catch {
            _ = Glibc.close(pair.ours)
            throw SSHFailure(
                .unreachable, "cannot start the proxy command of \(options.place): \(errorText(error.code))")
        }
    }

    /// The program belongs to this connection alone.
    func close() async {
        kill(process.identifier, SIGTERM)
        for _ in 0..<100 where process.reap() == nil { try? await Task.sleep(for: .milliseconds(10)) }
    }
}

/// Two connected sockets; ours never blocks.
struct SocketPair {
    let ours: Int32
    let theirs: Int32

    init(_ options: SSHOptions) throws(SSHFailure) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw SSHFailure(.unreachable, "no socket left for \(options.place): \(errorText(errno))")
        }
        (ours, theirs) = (ends[0], ends[1])
        _ = fcntl(ours, F_SETFL, O_NONBLOCK)
    }
}

/// `ProxyJump`: a connection to the host on the way, and one of its channels, which a socket stands for.
actor JumpTunnel: SSHTunnel, IOThreadClient {
    private nonisolated let thread: IOThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let jump: SSHConnection
    private let channel: any RemoteProcess
    private var socket: Int32?
    private var outgoing: [UInt8] = []
    /// Bytes on their way into the channel.
    private var incoming = 0
    private static let plenty = 1024 * 1024

    /// Connects to the last of the hosts on the way, through the others.
    static func open(_ options: SSHOptions) async throws(SSHFailure) -> (Int32, JumpTunnel)? {
        guard var next = options.jumps.last else { return nil }
        next.jumps += options.jumps.dropLast()
        let jump = SSHConnection(next)
        try await jump.connect()
        let (stream, events) = AsyncStream.makeStream(of: ProcessEvent.self)
        let channel: any RemoteProcess
        let pair: SocketPair
        do throws(SSHFailure) {
            channel = try await jump.forward(host: options.host, port: options.port, events: events)
            pair = try SocketPair(options)
        } catch {
            await jump.close()
            throw SSHFailure(
                .unreachable, "\(next.place) opens no way to \(options.host):\(options.port): \(error.message)",
                help: "check that the jump host reaches that address, and that its sshd allows forwarding")
        }
        _ = fcntl(pair.theirs, F_SETFL, O_NONBLOCK)
        let tunnel = JumpTunnel(jump: jump, channel: channel, socket: pair.theirs)
        Task { await tunnel.carry(stream) }
        return (pair.ours, tunnel)
    }

    private init(jump: SSHConnection, channel: any RemoteProcess, socket: Int32) {
        self.jump = jump
        self.channel = channel
        self.socket = socket
        thread = IOThread()
        thread.attach(self)
    }

    isolated deinit {
        if let socket { _ = Glibc.close(socket) }
        thread.stop()
    }

    func close() async {
        hangUp()
        await channel.close()
        await jump.close()
    }

    private func carry(_ stream: AsyncStream<ProcessEvent>) async {
        for await event in stream {
            if case .output(let bytes) = event { outgoing += bytes }
        }
        hangUp()
    }

    private func hangUp() {
        write()
        if let open = socket { _ = Glibc.close(open) }
        socket = nil
    }

    nonisolated func serve(_ ready: [pollfd]) -> IOWait { assumeIsolated { $0.move(ready) } }

    private func move(_ ready: [pollfd]) -> IOWait {
        write()
        if !ready.isEmpty { read() }
        guard let socket else { return IOWait() }
        // While the next host takes no more, neither does this one.
        let events = (incoming < Self.plenty ? POLLIN : 0) | (outgoing.isEmpty ? 0 : POLLOUT)
        return IOWait([pollfd(fd: socket, events: Int16(events), revents: 0)])
    }

    private func write() {
        guard let socket, !outgoing.isEmpty else { return }
        let count = outgoing.withUnsafeBytes { Glibc.write(socket, $0.baseAddress, $0.count) }
        if count > 0 { outgoing.removeFirst(count) }
    }

    private func read() {
        guard let socket, incoming < Self.plenty else { return }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(socket, &buffer, buffer.count)
        let channel = channel
        if count > 0 {
            let bytes = Array(buffer[..<count])
            incoming += count
            forwarding = Task { [previous = forwarding] in
                await previous?.value
                await channel.send(bytes)
                await channel.waitForRoom()
                sent(count)
            }
        } else if count == 0 {
            hangUp()
            Task { await channel.close() }
        }
    }

    private func sent(_ count: Int) { incoming -= count }

    /// Sends in order: each waits for the one before.
    private var forwarding: Task<Void, Never>?
}
