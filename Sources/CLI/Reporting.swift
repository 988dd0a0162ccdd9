//! One reporter, fed by one stream of events.

import Engine
import Reports

/// Collects events from everywhere and hands them to the reporter in order.
struct Reporting {
    let emit: @Sendable (RunEvent) -> Void
    private let continuation: AsyncStream<RunEvent>.Continuation
    private let consumer: Task<Void, Never>
    /// Only where somebody watches.
    private let clock: Task<Void, Never>?

    init(_ reporter: sending any Reporter) {
        let (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        self.continuation = continuation
        emit = { continuation.yield($0) }
        clock =
            reporter.watches
            ? Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    continuation.yield(.tick)
                }
            } : nil
        consumer = Task {
            var reporter = reporter
            for await event in stream { reporter.report(event) }
        }
    }

    /// Waits until everything has been written.
    func finish() async {
        clock?.cancel()
        continuation.finish()
        await consumer.value
    }
}
