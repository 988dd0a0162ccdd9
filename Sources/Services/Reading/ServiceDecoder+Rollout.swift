//! How a service is rolled out.

import Diagnostics
import Values

extension ServiceDecoder {
    func rollout() throws(Diagnostic) -> ServiceRollout {
        var rollout = ServiceRollout()
        for file in fields["preflight"]?.items ?? [] { rollout.preflight.append(try text(file, "'preflight'")) }
        for file in fields["verify"]?.items ?? [] { rollout.verify.append(try text(file, "'verify'")) }
        guard let written = fields["rollout"] else { return rollout }
        if let batches = written["batches"] { rollout.batches = try self.batches(batches) }
        rollout.before = try written["before"].map { placed throws(Diagnostic) in try text(placed, "'before'") }
        rollout.after = try written["after"].map { placed throws(Diagnostic) in try text(placed, "'after'") }
        if let keep = written["keep"] {
            guard let number = keep.number, number >= 1 else {
                throw Diagnostic(
                    .serviceSyntax, "'keep' must be a number from 1", at: keep.range,
                    help: "the last release has to stay, or nothing could be rolled back")
            }
            rollout.keep = number
        }
        if let failure = written["on_failure"] {
            guard let known = ServiceRollout.Failure(rawValue: failure.text ?? "") else {
                throw Diagnostic(.serviceSyntax, "'on_failure' must be rollback or halt", at: failure.range)
            }
            rollout.onFailure = known
        }
        return rollout
    }

    /// Numbers and percentages, each at least one host.
    private func batches(_ placed: Placed) throws(Diagnostic) -> Value {
        for item in placed.items {
            let share = item.text.flatMap { $0.hasSuffix("%") ? Int($0.dropLast()) : nil }
            guard (item.number ?? share ?? 0) > 0 else {
                throw Diagnostic(
                    .serviceSyntax, "a batch is a number of hosts or a percentage", at: item.range,
                    help: "e.g. `batches: [1, \"25%\"]`")
            }
        }
        return placed.value
    }
}
