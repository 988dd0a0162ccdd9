//! Signals: what the process does when one comes, in one place.

import Glibc
import Reports
import Synchronization

/// A command that holds nothing ends at once with SIGINT, SIGTERM and SIGHUP, as the system has it. One that holds
/// something listens: the first signal is noted, for the command to come to an end; the next one ends the process.
enum Signals {
    /// Somebody asked for an end.
    struct Stop: Sendable, Equatable {
        let number: Int32

        var name: String {
            switch number {
            case SIGINT: "SIGINT"
            case SIGHUP: "SIGHUP"
            default: "SIGTERM"
            }
        }

        /// As a shell tells it; under Ansible's names as Ansible does.
        var exitCode: Int32 { number == SIGINT && ProgramName.current != .drover ? 99 : 128 + number }

        var reason: String { "stopped by \(name)" }
    }

    private static let asking = [SIGINT, SIGTERM, SIGHUP]
    /// 0 as long as there is none.
    private static let noted = Atomic<Int32>(0)
    private static let listeners = Atomic<Int>(0)

    /// A closed pipe is an error of a write, not the end of the program.
    static func ignoreClosedPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// The first signal since somebody began to listen.
    static var stop: Stop? {
        let number = noted.load(ordering: .relaxed)
        return number == 0 ? nil : Stop(number: number)
    }

    /// Nobody who began to listen before is disturbed.
    static func listen() {
        guard listeners.add(1, ordering: .relaxed).oldValue == 0 else { return }
        noted.store(0, ordering: .relaxed)
        for number in asking where !isIgnored(number) {
            _ = signal(number) { received in
                Signals.noted.store(received, ordering: .relaxed)
                for number in [SIGINT, SIGTERM, SIGHUP] {
                    _ = signal(number) { last in
                        SilencedTerminal.restore()
                        _ = signal(last, SIG_DFL)
                        // Blocked until the handler returns; then it ends the process.
                        raise(last)
                    }
                }
            }
        }
    }

    static func stopListening() {
        guard listeners.subtract(1, ordering: .relaxed).oldValue == 1 else { return }
        for number in asking where !isIgnored(number) { _ = signal(number, SIG_DFL) }
    }

    /// Runs the body, which comes to its end by itself after `stop`; the first signal is told to `hear` meanwhile.
    static func listening<Result>(
        _ hear: @escaping @Sendable (Stop) async -> Void, _ body: () async throws -> Result
    ) async rethrows -> Result {
        listen()
        defer { stopListening() }
        let listener = Task { if let stop = await next() { await hear(stop) } }
        defer { listener.cancel() }
        return try await body()
    }

    /// Waits for a signal; nil where the task is cancelled before. Asking is all that a handler leaves time for.
    private static func next() async -> Stop? {
        while !Task.isCancelled {
            if let stop { return stop }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    /// As `nohup` and shells have it for what they start in the background; that stays.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

extension Signals {
    /// In Ansible's words, under its names.
    static func sayInterruption(_ output: Output) {
        guard stop?.number == SIGINT, ProgramName.current != .drover else { return }
        output.writeError("[ERROR]: User interrupted execution\n")
    }
}
