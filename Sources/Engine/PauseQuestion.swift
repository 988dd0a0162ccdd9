//! `pause` without a time: it waits for the person at the terminal.

import Diagnostics
import Modules
import Playbooks
import Values

/// What a `pause` asks; nil where a time is given, which it waits for instead.
struct PauseQuestion {
    private let text: String
    private let echoes: Bool

    init?(_ arguments: ModuleArguments) {
        guard arguments["seconds"] == nil, arguments["minutes"] == nil else { return nil }
        text = arguments.string("prompt") ?? "Press enter to continue, Ctrl+C to interrupt"
        echoes = arguments.bool("echo") ?? true
    }

    /// The result of the module with what the person said. Goes on at once where nobody could answer.
    func ask(_ run: RunContext, _ outcome: ActionOutcome) async throws(Diagnostic) -> ActionOutcome {
        var answered = outcome
        answered.result["user_input"] = try await run.answer(to: VariablePrompt(pause: text, echoes: echoes))
        return answered
    }
}
