//! One line at the bottom of a terminal: what is being done, on how many hosts it is done already, and what is on its
//! way to others.

import Engine

/// Written over and over in place; gone before anything else is written.
struct ProgressLine {
    private let output: Output
    private let isShown: Bool
    private var hosts = 0
    private var done = 0
    private var task: String?
    private var began = ContinuousClock.now
    /// In the order in which they began.
    private var transfers: [TransferReport] = []
    private var isVisible = false

    init(_ output: Output, isShown: Bool) {
        self.output = output
        self.isShown = isShown
    }

    mutating func follow(_ event: RunEvent) {
        guard isShown else { return }
        switch event {
        case .playStarted(let play): hosts = play.hosts.count
        case .taskStarted(let header):
            task = header.name
            done = 0
            began = .now
            transfers = []
        case .result(let report):
            done += 1
            transfers.removeAll { $0.host == report.host || $0.host == report.delegate }
        case .transfer(let report): note(report)
        case .finished, .noHostsRemaining: task = nil
        default: break
        }
        show()
    }

    mutating func clear() {
        guard isVisible else { return }
        output.console("\r\u{1B}[K")
        isVisible = false
    }

    private mutating func note(_ report: TransferReport) {
        if let index = transfers.firstIndex(where: { $0.host == report.host }) {
            transfers[index] = report
        } else {
            transfers.append(report)
        }
    }

    private mutating func show() {
        guard let task else { return }
        var text = "… \(task)  \(min(done, hosts))/\(hosts)"
        let seconds = (ContinuousClock.now - began).components.seconds
        if seconds >= 2 { text += "  \(seconds) s" }
        let parts = transfers.map { "\($0.host) \(Self.megabytes($0))" }
        if !parts.isEmpty { text += "  \(parts.joined(separator: ", "))" }
        output.console(Colour.grey.painted(String(text.prefix(output.width - 1)), output.isColoured))
        isVisible = true
    }

    /// `1.5 of 104.8 MB`
    private static func megabytes(_ report: TransferReport) -> String {
        let bytes = tenths(report.bytes)
        guard let total = report.total, report.bytes < total else { return "\(bytes) MB" }
        return "\(bytes) of \(tenths(total)) MB"
    }

    private static func tenths(_ bytes: Int) -> String { "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000)" }
}
