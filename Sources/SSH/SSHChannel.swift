//! One channel: a command on the host and its three streams; confined to the thread of its connection.

import CLibSSH

/// What a channel is for.
enum ChannelPurpose {
    case command(String)
    /// A TCP connection from the host to somewhere else.
    case forward(host: String, port: Int)
}

/// The state of one channel. libssh calls back with an unretained pointer to it.
final class SSHChannel {
    enum Phase { case opening, requesting, running, closed }

    let handle: OpaquePointer
    let purpose: ChannelPurpose
    var phase = Phase.opening
    /// Who waits for the command to start.
    var starter: CheckedContinuation<Result<Void, SSHFailure>, Never>?
    /// Who waits until more may be queued.
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private let events: ProcessEvents
    private let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>
    private var outgoing: [[UInt8]] = []
    private var sentOfFirst = 0
    private var inputIsFinished = false
    private var sentEndOfFile = false
    private var toldExit = false

    private var queued = 0
    /// What may be queued before those who stream have to wait.
    private static let plenty = 2 * 1024 * 1024

    /// What goes into one call of libssh.
    private static let chunk = 64 * 1024

    init?(session: OpaquePointer, purpose: ChannelPurpose, events: ProcessEvents) {
        guard let handle = ssh_channel_new(session) else { return nil }
        self.handle = handle
        self.purpose = purpose
        self.events = events
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        connectCallbacks()
    }

    /// Frees the C handle; libssh forgets the callbacks with it.
    func free() {
        ssh_remove_channel_callbacks(handle, callbacks)
        ssh_channel_free(handle)
        callbacks.deallocate()
        phase = .closed
        resumeWaiters()
    }

    private func connectCallbacks() {
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
        callbacks.pointee.channel_data_function = { _, _, data, length, isError, context in
            guard let data, let context else { return 0 }
            let bytes = Array(UnsafeRawBufferPointer(start: data, count: Int(length)))
            SSHChannel.from(context).events.yield(isError == 0 ? .output(bytes) : .errorOutput(bytes))
            return Int32(length)
        }
        callbacks.pointee.channel_exit_status_function = { _, _, status, context in
            if let context { SSHChannel.from(context).exited(status) }
        }
        callbacks.pointee.channel_exit_signal_function = { _, _, signal, _, _, _, context in
            if let context { SSHChannel.from(context).exited(128 + signalNumber(signal)) }
        }
        callbacks.pointee.channel_close_function = { _, _, context in
            if let context { SSHChannel.from(context).phase = .closed }
        }
        callbacks.pointee.channel_eof_function = { _, _, context in
            guard let context, case .forward = SSHChannel.from(context).purpose else { return }
            SSHChannel.from(context).phase = .closed
        }
        ssh_set_channel_callbacks(handle, callbacks)
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> SSHChannel {
        Unmanaged<SSHChannel>.fromOpaque(context).takeUnretainedValue()
    }

    private func exited(_ status: Int32) {
        guard !toldExit else { return }
        toldExit = true
        events.yield(.exited(status: status))
    }

    func enqueue(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        outgoing.append(bytes)
        queued += bytes.count
    }

    var hasRoom: Bool { queued < Self.plenty || phase == .closed }

    func wait(_ waiter: CheckedContinuation<Void, Never>) { waiters.append(waiter) }

    private func resumeWaiters() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func finishInput() { inputIsFinished = true }

    /// Takes the next step of opening; returns true while it has to be repeated.
    func advance() -> Result<Bool, SSHFailure> {
        if phase == .opening {
            let code =
                switch purpose {
                case .command: ssh_channel_open_session(handle)
                case .forward(let host, let port):
                    ssh_channel_open_forward(handle, host, Int32(port), "127.0.0.1", 0)
                }
            if code == SSH_AGAIN { return .success(true) }
            guard code == SSH_OK else { return .failure(failure("the server opened no channel", .sessionLimit)) }
            phase = .requesting
        }
        if phase == .requesting {
            if case .command(let command) = purpose {
                let code = ssh_channel_request_exec(handle, command)
                if code == SSH_AGAIN { return .success(true) }
                guard code == SSH_OK else {
                    return .failure(failure("the server runs no command for this user", .unreachable))
                }
            }
            phase = .running
        }
        return .success(false)
    }

    private func failure(_ text: String, _ kind: SSHFailure.Kind) -> SSHFailure {
        let session = ssh_channel_get_session(handle)
        let reason = session.map { String(cString: ssh_get_error(UnsafeMutableRawPointer($0))) } ?? ""
        return SSHFailure(kind, "\(text): \(reason)")
    }

    /// Sends what the peer's window takes.
    func flush() -> Bool {
        guard phase == .running else { return true }
        while let first = outgoing.first {
            let window = Int(ssh_channel_window_size(handle))
            let count = min(first.count - sentOfFirst, window, Self.chunk)
            guard count > 0 else { return true }
            let sent = first.withUnsafeBytes { bytes in
                bytes.baseAddress.map { ssh_channel_write(handle, $0 + sentOfFirst, UInt32(count)) } ?? 0
            }
            if sent < 0 { return false }
            if sent == 0 { return true }
            sentOfFirst += Int(sent)
            queued -= Int(sent)
            if hasRoom { resumeWaiters() }
            if sentOfFirst == first.count {
                outgoing.removeFirst()
                sentOfFirst = 0
            }
        }
        if inputIsFinished, !sentEndOfFile {
            sentEndOfFile = true
            ssh_channel_send_eof(handle)
        }
        return true
    }

    func tellClosed() {
        events.yield(.closed)
        events.finish()
    }

    func tellLost(_ failure: SSHFailure) {
        events.yield(.lost(failure))
        events.finish()
    }

    func resume(_ result: Result<Void, SSHFailure>) {
        starter?.resume(returning: result)
        starter = nil
    }
}

/// The number of a signal as SSH names it; 0 for one that only the host knows.
private func signalNumber(_ name: UnsafePointer<CChar>?) -> Int32 {
    let numbers: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "ABRT": 6, "FPE": 8, "KILL": 9, "USR1": 10, "SEGV": 11, "USR2": 12,
        "PIPE": 13, "ALRM": 14, "TERM": 15,
    ]
    return name.flatMap { numbers[String(cString: $0)] } ?? 0
}
