//! One running remote shell: its streams, its markers, its end.

import SSH

/// Why a shell did not answer.
enum ShellEnd: Error {
    case lost(SSHFailure)
    case ended
    case deadline
    case cancelled
}

/// A process that speaks in marked lines. One caller at a time.
actor ShellSession {
    private let stream: AsyncStream<ProcessEvent>
    private let events: ProcessEvents
    private let process: any RemoteProcess
    private var output = MarkerScanner()
    private var errors = MarkerScanner()
    private var nextDeadline = 0
    private(set) var status: Int32?

    /// The number that stands for "the process has ended, and its streams had time to follow".
    private static let afterExit = -1

    init(launcher: any Launcher, command: String) async throws(SSHFailure) {
        (stream, events) = AsyncStream.makeStream(of: ProcessEvent.self)
        process = try await launcher.launch(command, events: events)
    }

    func send(_ text: String) async { await process.send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) async { await process.send(bytes) }
    func waitForRoom() async { await process.waitForRoom() }
    func finishInput() async { await process.finishInput() }
    func close() async { await process.close() }

    /// What it wrote that belongs to no reply, for messages.
    var remains: (output: [UInt8], errors: [UInt8]) { (output.pending, errors.pending) }

    /// Everything up to the marker on both streams, and what follows it on its line of the output.
    func read(
        through marker: String, timeout: Duration?
    ) async throws(ShellEnd) -> (output: [UInt8], errors: [UInt8], rest: [UInt8]) {
        let bytes = Array("\n\(marker) ".utf8)
        var fromOutput: (before: [UInt8], rest: [UInt8])?
        var fromErrors: (before: [UInt8], rest: [UInt8])?
        try await receive(timeout: timeout) {
            if fromOutput == nil { fromOutput = $0.output.take(through: bytes) }
            if fromErrors == nil { fromErrors = $0.errors.take(through: bytes) }
            return fromOutput != nil && fromErrors != nil
        }
        return (fromOutput?.before ?? [], fromErrors?.before ?? [], fromOutput?.rest ?? [])
    }

    /// Waits until one of the texts has come by; which it was is told by `matches`.
    func wait<Answer: Sendable>(
        timeout: Duration?, for matches: @Sendable (_ output: MarkerScanner, _ errors: MarkerScanner) -> Answer?
    ) async throws(ShellEnd) -> Answer {
        var answer: Answer?
        try await receive(timeout: timeout) {
            answer = matches($0.output, $0.errors)
            return answer != nil
        }
        guard let answer else { throw .ended }
        return answer
    }

    /// Forgets what has come by so far.
    func skip() {
        output = MarkerScanner()
        errors = MarkerScanner()
    }

    /// Waits until the process has ended.
    func waitForExit(timeout: Duration?) async throws(ShellEnd) -> Int32? {
        do {
            try await receive(timeout: timeout) { $0.status != nil }
        } catch .ended {
            return status
        }
        return status
    }

    private func receive(
        timeout: Duration?, until done: (isolated ShellSession) -> Bool
    ) async throws(ShellEnd) {
        nextDeadline += 1
        let own = nextDeadline
        let timer = timeout.map { alarm(own, after: $0) }
        defer { timer?.cancel() }
        var iterator = stream.makeAsyncIterator()
        while !done(self) {
            guard let event = await iterator.next(isolation: self) else {
                throw Task.isCancelled ? .cancelled : .ended
            }
            switch event {
            case .output(let bytes): output.append(bytes)
            case .errorOutput(let bytes): errors.append(bytes)
            case .exited(let status):
                self.status = status
                _ = alarm(Self.afterExit, after: .milliseconds(500))
            case .closed: if !done(self) { throw .ended }
            case .lost(let failure): throw .lost(failure)
            case .deadline(Self.afterExit): if !done(self) { throw .ended }
            case .deadline(let number): if number == own { throw .deadline }
            }
        }
    }

    private func alarm(_ number: Int, after duration: Duration) -> Task<Void, Never> {
        let events = events
        return Task {
            guard (try? await Task.sleep(for: duration)) != nil else { return }
            events.yield(.deadline(number))
        }
    }
}
