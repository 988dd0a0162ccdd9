//! Who agrees to a plan, and what becomes of that when the plan is another by the time of the lock.

import ArgumentParser
import Diagnostics
import Engine
import Reports
import Services

struct Approval {
    enum Source {
        /// A plan that was made before.
        case file(PlanFile, path: String)
        /// `--yes`
        case flag
        case person
    }

    let source: Source
    let output: Output
    let isJSON: Bool

    var isAsked: Bool { if case .person = source { true } else { false } }

    var file: PlanFile? { if case .file(let file, _) = source { file } else { nil } }

    func show(_ plan: DeploymentPlan) throws(Diagnostic) {
        if isJSON { try PlanReport.write(plan, asEvent: true, to: output) } else { PlanReport.write(plan, to: output) }
    }

    /// Refuses a plan from a file whose world is another by now.
    func check(_ plan: DeploymentPlan) throws {
        guard case .file(let file, let path) = source else { return }
        let moved = try file.differences(from: plan)
        guard !moved.isEmpty else { return }
        throw Diagnostic(
            .usage, "the plan '\(path)' of \(file.when) does not fit any more",
            help: "plan again, and deploy with the same variables (-e) and --limit as the plan was made with",
            notes: moved
        ).exiting(1)
    }

    /// Asks whoever has to be asked.
    func ask() throws {
        guard isAsked else { return }
        guard Prompt.isPossible else {
            throw Diagnostic(
                .usage, "nobody can be asked here whether to go on", help: "look at the plan above and give --yes"
            ).exiting(1)
        }
        let answer = try Prompt.answer("Deploy this? [y/N] ", echoes: true)
        guard ["y", "yes"].contains(answer.lowercased()) else { throw ExitCode(1) }
    }

    /// Whether the deployment goes on with what was found under the lock. It does with what was agreed to; with
    /// another plan where `--yes` or the person says so; not where nothing differs any more.
    func holds(
        for now: DeploymentPlan, insteadOf before: DeploymentPlan, _ emit: @Sendable (RunEvent) -> Void
    ) async throws -> Bool {
        if !now.isIncomplete { try check(now) }
        let moved = try now.isIncomplete ? [] : PlanFile(before, when: "").differences(from: now)
        if moved.isEmpty, !now.isIncomplete { return true }
        let notes = moved.map { "\n  \($0)" }.joined()
        emit(.message("The servers are not as the plan found them; compared again:\(notes)"))
        // Behind what has been told so far.
        await withCheckedContinuation { continuation in emit(.barrier { continuation.resume() }) }
        try show(now)
        if now.isIncomplete { throw ExitCode(now.exitCode) }
        if now.isEmpty { return false }
        if isAsked { try ask() } else { emit(.message("Going on with this, as --yes says.")) }
        return true
    }
}
