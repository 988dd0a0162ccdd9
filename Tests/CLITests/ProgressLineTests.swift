//! The line at the bottom of a terminal.

import Testing
import Values

@testable import Engine
@testable import Reports

@Suite struct ProgressLineTests {
    /// What the line says behind the last event.
    private func line(_ events: [RunEvent], isShown: Bool = true) async -> String {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let output = Output(width: 100, write: { continuation.yield($0) }, writeError: { _ in })
        var progress = ProgressLine(output, isShown: isShown)
        for event in events {
            progress.clear()
            progress.follow(event)
        }
        continuation.finish()
        var last = ""
        for await text in stream { last = text }
        return last
    }

    private static let header = TaskHeader(name: "Send", isHandler: false, path: nil, action: "x", isFree: false)

    private static func done(_ host: String) -> RunEvent {
        .result(
            TaskReport(
                host: host, task: header, status: .changed, result: [:], differences: [], delegate: nil,
                isIgnored: false, item: nil, mistake: nil, help: nil, isHidden: false))
    }

    private static func sent(_ host: String, _ bytes: Int, of total: Int?) -> RunEvent {
        .transfer(TransferReport(host: host, bytes: bytes, total: total))
    }

    private static let beginning: [RunEvent] = [
        .playStarted(PlayHeader(name: "p", hosts: ["a", "b", "c"])), .taskStarted(header),
    ]

    @Test func tellsWhatIsOnItsWay() async {
        let events = Self.beginning + [Self.sent("a", 1_250_000, of: 20_000_000), Self.sent("b", 900_000, of: nil)]
        #expect(await line(events) == "… Send  0/3  a 1.2 of 20.0 MB, b 0.9 MB")
        #expect(await line(events + [Self.sent("a", 20_000_000, of: 20_000_000)]) == "… Send  0/3  a 20.0 MB, b 0.9 MB")
        #expect(await line(events + [Self.done("a"), .tick]) == "… Send  1/3  b 0.9 MB")
        #expect(await line(events + [.taskStarted(Self.header)]) == "… Send  0/3")
    }

    @Test func nobodyWatchesNothingIsSaid() async {
        #expect(await line(Self.beginning + [Self.sent("a", 1, of: 2)], isShown: false) == "")
    }

    @Test func jsonLinesTellOfNoTransfer() async {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        var reporter = JSONReporter(Output(write: { continuation.yield($0) }, writeError: { _ in }))
        for event in [Self.sent("a", 1, of: 2), .tick] { reporter.report(event) }
        continuation.finish()
        for await text in stream { Issue.record("said: \(text)") }
    }
}
