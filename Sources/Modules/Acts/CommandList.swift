//! Acts that are a list of commands, each of which has to succeed.

import Connections
import Diagnostics
import Values

/// Commands that an observation has found to be needed.
struct CommandList: Sendable {
    var commands: [String]
    /// Result keys, known before anything runs.
    var fields: OrderedMap = [:]
    var differences: [Difference] = []
    /// Values that commands use as variables: the place for secrets.
    var environment: [(name: String, value: String)] = []
    var input: [UInt8] = []
    var uploads: [Script.Upload] = []
    /// What went wrong, in front of the host's own words.
    var complaint: String
    /// Commands that may start daemons or run what others wrote.
    var origin = Script.Origin.module

    /// Nothing to do, or all commands in one round trip.
    func step() -> Step {
        guard !commands.isEmpty else { return .done(ModuleResult(fields: fields)) }
        return .apply(Change(differences: differences, fields: fields), script) { outcome in .done(result(outcome)) }
    }

    private var script: Script {
        let lines = commands.map { "{ \($0)\n} || exit $?" }
        var script = Script("export LC_ALL=C\n" + lines.joined(separator: "\n"), input: input, uploads: uploads)
        script.environment = environment
        script.origin = origin
        return script
    }

    private func result(_ outcome: Observation) -> ModuleResult {
        guard outcome.status == 0 else {
            let words = outcome.errorText.trimmed.isEmpty ? outcome.text.trimmed : outcome.errorText.trimmed
            let failed: OrderedMap = [
                "rc": .int(Int(outcome.status)), "stderr": .string(outcome.errorText), "stdout": .string(outcome.text),
            ]
            return .failure("\(complaint): \(words)", fields: fields.merging(failed))
        }
        return ModuleResult(changed: true, fields: fields)
    }
}
