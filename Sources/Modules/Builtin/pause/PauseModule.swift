//! `pause`: waits some time.

import Diagnostics
import Values

package struct PauseModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.pause"], "Waits before the run goes on",
        arguments: [
            ArgumentSpec("seconds", .float, "How long"),
            ArgumentSpec("minutes", .float, "How long"),
            ArgumentSpec("prompt", .string, "What to say meanwhile"),
            ArgumentSpec("echo", .bool, "Shows what is typed", default: true),
        ], mutuallyExclusive: [["minutes", "seconds"]], needsHost: false, onlyWaits: true)

    private let seconds: Double?
    private let echo: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        func number(_ name: String) -> Double? { if case .float(let value)? = arguments[name] { value } else { nil } }
        seconds = number("seconds") ?? number("minutes").map { $0 * 60 }
        echo = arguments.bool("echo") ?? true
    }

    package func start() throws(Diagnostic) -> Step {
        let start = Instant.now
        // Without a time it is a question to the person at the terminal, which the engine asks before.
        guard let seconds else { return .done(result(from: start)) }
        return .wait(.milliseconds(Int64(max(0, seconds) * 1000))) { .done(result(from: start)) }
    }

    private func result(from start: Instant) -> ModuleResult {
        let stop = Instant.now
        let hundredths = (stop.microseconds - start.microseconds) / 10_000
        let said = "Paused for \(hundredths / 100).\((hundredths % 100).padded(2)) seconds"
        return ModuleResult(fields: [
            "start": .string(start.text), "stop": .string(stop.text), "delta": .int(hundredths / 100),
            "echo": .bool(echo), "rc": 0, "stderr": "", "stdout": .string(said), "user_input": "",
        ])
    }
}
