//! Signals: what the process does when one comes, in one place.

import Glibc
import Synchronization

/// A command that holds nothing ends at once with SIGINT and SIGTERM, as the system has it. One that holds something
/// listens: the first signal is noted, for the command to come to an end; the next one ends the process.
enum Signals {
    /// Somebody asked for an end.
    struct Stop: Sendable, Equatable {
        let number: Int32

        var name: String { number == SIGINT ? "SIGINT" : "SIGTERM" }

        /// As a shell tells it.
        var exitCode: Int32 { 128 + number }
    }

    private static let asking = [SIGINT, SIGTERM]
    /// 0 as long as there is none.
    private static let noted = Atomic<Int32>(0)

    /// A closed pipe is an error of a write, not the end of the program.
    static func ignoreClosedPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// The first signal since somebody began to listen.
    static var stop: Stop? {
        let number = noted.load(ordering: .relaxed)
        return number == 0 ? nil : Stop(number: number)
    }

    static func listen() {
        noted.store(0, ordering: .relaxed)
        for number in asking where !isIgnored(number) {
            _ = signal(number) { received in
                Signals.noted.store(received, ordering: .relaxed)
                for number in [SIGINT, SIGTERM] { _ = signal(number, SIG_DFL) }
            }
        }
    }

    static func stopListening() {
        for number in asking where !isIgnored(number) { _ = signal(number, SIG_DFL) }
    }

    /// Waits for a signal; nil where the task is cancelled before. Asking is all that a handler leaves time for.
    static func next() async -> Stop? {
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
