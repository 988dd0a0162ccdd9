//! A running process with three streams, wherever it runs.

/// What a process tells; the order is that of its streams.
package enum ProcessEvent: Sendable {
    case output([UInt8])
    case errorOutput([UInt8])
    /// The process itself has ended; output may still follow.
    case exited(status: Int32)
    /// Nothing will follow.
    case closed
    /// The way to the process broke.
    case lost(SSHFailure)
    /// Sent by the one who waits, to himself: a time has passed.
    case deadline(Int)
}

/// A running process: bytes go in here, events come out of the stream given at its start.
package protocol RemoteProcess: Sendable {
    /// Queues bytes for standard input; never waits for the process to take them.
    func send(_ bytes: [UInt8]) async
    /// Waits until what is queued is little, so that a long stream is never in memory as a whole.
    func waitForRoom() async
    /// End of file on standard input, after what was queued.
    func finishInput() async
    /// Lets go of the process; its input and output are closed.
    func close() async
}

/// Where the events of a process go.
package typealias ProcessEvents = AsyncStream<ProcessEvent>.Continuation
