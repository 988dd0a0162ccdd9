//! `vars_prompt` at the terminal.

import Diagnostics
import Engine
import Playbooks
import Values

/// Asks the person who runs a play.
enum VariablePrompts {
    static func ask(_ prompt: VariablePrompt) throws(Diagnostic) -> Value {
        if !prompt.isQuestion, !Prompt.isPossible { return prompt.fallback ?? .string("") }
        var hint = ""
        if let fallback = prompt.fallback, fallback != "", !prompt.isQuestion { hint = " [\(try fallback.text())]" }
        let ending = prompt.prompt.hasSuffix(" ") ? "" : ": "
        let answer = try Prompt.answer("\(prompt.prompt)\(hint)\(ending)", echoes: !prompt.isPrivate)
        if prompt.confirm {
            let again = try Prompt.answer("confirm \(prompt.prompt): ", echoes: !prompt.isPrivate)
            guard again == answer else {
                throw Diagnostic(.usage, "the two answers to '\(prompt.prompt)' differ", help: "run again")
            }
        }
        if answer.isEmpty, let fallback = prompt.fallback { return fallback }
        return .string(answer)
    }
}
