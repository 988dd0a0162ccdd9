//! One program of the control node: its pipes and its end; confined to its launcher's thread.

import Glibc
import SSH

/// A child process and our ends of its pipes.
final class LocalChild {
    private let process: ChildProcess
    private let events: ProcessEvents
    private var input: Int32?
    private var output: Int32?
    private var errorOutput: Int32?
    private var end: Int32?
    private var outgoing: [[UInt8]] = []
    private var sentOfFirst = 0
    private var queued = 0
    /// Who waits until more may be queued.
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var inputIsFinished = false
    private var toldClosed = false

    private static let chunk = 256 * 1024
    /// What may be queued before those who stream have to wait.
    private static let plenty = 2 * 1024 * 1024

    init(_ arguments: [String], events: ProcessEvents) throws(SSHFailure) {
        self.events = events
        let (pipes, ends) = try Self.makePipes()
        defer { for descriptor in ends { _ = Glibc.close(descriptor) } }
        do throws(ChildProcess.SpawnError) {
            process = try ChildProcess.start(arguments, input: ends[0], output: ends[1], errorOutput: ends[2])
        } catch {
            for descriptor in pipes { _ = Glibc.close(descriptor) }
            throw SSHFailure(.unreachable, "cannot start \(arguments[0]): \(errorText(error.code))")
        }
        (input, output, errorOutput) = (pipes[0], pipes[1], pipes[2])
        end = process.endDescriptor()
    }

    /// Our ends, which never block, and the child's; in the order of the standard streams.
    private static func makePipes() throws(SSHFailure) -> (ours: [Int32], theirs: [Int32]) {
        var ours: [Int32] = []
        var theirs: [Int32] = []
        for stream in 0..<3 {
            guard let pipe = makePipe() else {
                let code = errno
                for descriptor in ours + theirs { _ = Glibc.close(descriptor) }
                throw SSHFailure(.unreachable, "no pipe left: \(errorText(code))", help: "raise `ulimit -n`")
            }
            let (own, other) = stream == 0 ? (pipe.write, pipe.read) : (pipe.read, pipe.write)
            _ = fcntl(own, F_SETFL, O_NONBLOCK)
            ours.append(own)
            theirs.append(other)
        }
        return (ours, theirs)
    }

    /// Nothing is left to watch.
    var isGone: Bool { end == nil && toldClosed }

    var interests: [pollfd] {
        var list: [pollfd] = []
        if let input, !outgoing.isEmpty { list.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
        for descriptor in [output, errorOutput, end] {
            if let descriptor { list.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
        }
        return list
    }

    func enqueue(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, input != nil else { return }
        outgoing.append(bytes)
        queued += bytes.count
    }

    var hasRoom: Bool { queued < Self.plenty || input == nil }

    func wait(_ waiter: CheckedContinuation<Void, Never>) { waiters.append(waiter) }

    private func resumeWaiters() {
        guard hasRoom else { return }
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func finishInput() { inputIsFinished = true }

    /// Closes our ends; the child is waited for, not ended: it removes its files when its input ends.
    func close() {
        Self.close(&input)
        Self.close(&output)
        Self.close(&errorOutput)
        outgoing = []
        resumeWaiters()
        tellClosed()
    }

    /// Moves what can be moved without waiting.
    func move(_ ready: Set<Int32>) {
        write()
        resumeWaiters()
        if let output, ready.contains(output) { read(&self.output) { .output($0) } }
        if let errorOutput, ready.contains(errorOutput) { read(&self.errorOutput) { .errorOutput($0) } }
        if let end, ready.contains(end), let status = process.reap() {
            events.yield(.exited(status: status))
            Self.close(&self.end)
        }
        if output == nil, errorOutput == nil, end == nil { tellClosed() }
    }

    private func write() {
        while let first = outgoing.first, let descriptor = input {
            let count = first.withUnsafeBytes { bytes in
                bytes.baseAddress.map { Glibc.write(descriptor, $0 + sentOfFirst, first.count - sentOfFirst) } ?? 0
            }
            if count < 0 {
                if errno == EAGAIN || errno == EINTR { return }
                outgoing = []
                Self.close(&input)
                return
            }
            sentOfFirst += count
            queued -= count
            if sentOfFirst == first.count {
                outgoing.removeFirst()
                sentOfFirst = 0
            }
        }
        if inputIsFinished { Self.close(&input) }
    }

    private func read(_ descriptor: inout Int32?, _ event: ([UInt8]) -> ProcessEvent) {
        guard let source = descriptor else { return }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, length in
            count = Glibc.read(source, buffer.baseAddress, Self.chunk)
            length = max(count, 0)
        }
        if count > 0 {
            events.yield(event(bytes))
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            Self.close(&descriptor)
        }
    }

    private func tellClosed() {
        guard !toldClosed else { return }
        toldClosed = true
        events.yield(.closed)
    }

    private static func close(_ descriptor: inout Int32?) {
        if let open = descriptor { _ = Glibc.close(open) }
        descriptor = nil
    }
}
