//! One line at the bottom of a terminal: what is being done, and on how many hosts it is done already.

import Engine

/// Written over and over in place; gone before anything else is written.
struct ProgressLine {
    private let output: Output
    private let isShown: Bool
    private var hosts = 0
    private var done = 0
    private var task: String?
    private var isVisible = false

    init(_ output: Output, isShown: Bool) {
        self.output = output
        self.isShown = isShown
    }

    mutating func follow(_ event: RunEvent) {
        guard isShown else { return }
        switch event {
        case .playStarted(_, let all): hosts = all.count
        case .taskStarted(let header):
            task = header.name
            done = 0
        case .result: done += 1
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

    private mutating func show() {
        guard let task else { return }
        let text = "… \(task)  \(min(done, hosts))/\(hosts)"
        output.console(Colour.grey.painted(String(text.prefix(output.width - 1)), output.isColoured))
        isVisible = true
    }
}
