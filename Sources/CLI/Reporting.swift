//! One reporter, fed by one stream of events.

import Engine
import Reports
import Values

/// Collects events from everywhere and hands them to the reporter in order.
struct Reporting {
    let emit: @Sendable (RunEvent) -> Void
    private let continuation: AsyncStream<RunEvent>.Continuation
    private let consumer: Task<Void, Never>

    init(_ reporter: sending any Reporter) {
        let (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        self.continuation = continuation
        emit = { continuation.yield($0) }
        consumer = Task {
            var reporter = reporter
            for await event in stream { reporter.report(event) }
        }
    }

    /// Waits until everything has been written.
    func finish() async {
        continuation.finish()
        await consumer.value
    }
}

extension Reporting {
    /// For rollouts: people read of a service's failure what it says; what only programs need is for `--output json`
    /// and for `-v`.
    func services(_ session: Session, _ settings: RunSettings) -> @Sendable (RunEvent) -> Void {
        guard session.connectionFlags.output == .text, settings.verbosity == 0 else { return emit }
        return { [emit] event in
            guard case .result(var report) = event, report.status == .failed else { return emit(event) }
            report.result["service"] = nil
            for key in ["stderr", "logs"] where report.result[key]?.string == "" { report.result[key] = nil }
            emit(.result(report))
        }
    }
}
