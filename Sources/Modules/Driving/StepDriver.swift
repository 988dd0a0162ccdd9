//! Runs a module's steps against a host: the one place that knows what check mode is.

import Diagnostics
import Values

/// What carries out scripts: a host's shell for the engine, a local one for tests.
package protocol ScriptExecutor: Sendable {
    associatedtype Failure: Error
    /// Read-only; one answer for each probe, all in one round trip.
    func observe(_ probes: [Probe]) async throws(Failure) -> [Observation]
    /// Changes the host.
    func apply(_ script: Script) async throws(Failure) -> Observation
    func wait(_ duration: Duration) async throws(Failure)
}

/// Why a module did not come to a result.
package enum StepFailure<Failure: Error>: Error {
    /// The author's mistake.
    case mistake(Diagnostic)
    /// The host could not be asked.
    case execution(Failure)
}

/// Drives one module on one host from its first step to its result.
package struct StepDriver<Executor: ScriptExecutor>: Sendable {
    private let executor: Executor
    private let checkMode: Bool
    private let showsDifferences: Bool
    private let foretold: Foretold

    package init(
        _ executor: Executor, checkMode: Bool, showsDifferences: Bool, foretold: Foretold = Foretold()
    ) {
        self.executor = executor
        self.checkMode = checkMode
        self.showsDifferences = showsDifferences
        self.foretold = foretold
    }

    /// The module's result.
    package func run(_ module: any Module) async throws(StepFailure<Executor.Failure>) -> ModuleResult {
        let spec = type(of: module).spec
        guard !checkMode || spec.supportsCheckMode else { return skipped(spec) }
        var applied: [Difference] = []
        var step = try first(of: module)
        while true {
            let answers: [Observation]
            switch step {
            case .observe(let probe, _): answers = try await observe([probe])
            case .observeAll(let probes, _): answers = try await observe(probes)
            case .apply(let change, let script, _):
                let rehearsal = checkMode ? change.rehearsal : script
                if rehearsal == nil, change.prediction != .upkeep { return predicted(change, after: applied) }
                applied += change.differences
                if let rehearsal { answers = [try await apply(rehearsal)] } else { answers = [Observation()] }
            case .wait(let duration, _):
                try await wait(duration)
                answers = []
            case .lacking(let resources, let failure, let next):
                step = checkMode && resources.allSatisfy(foretold.covers) ? next : .done(failure)
                continue
            case .done(var result):
                result.differences = showsDifferences && !result.failed ? applied + result.differences : []
                return result
            }
            step = try self.step(after: step, answers)
        }
    }

    private func first(of module: any Module) throws(StepFailure<Executor.Failure>) -> Step {
        do { return try module.start() } catch { throw .mistake(error) }
    }

    private func step(
        after step: Step, _ answers: [Observation]
    ) throws(StepFailure<Executor.Failure>) -> Step {
        do {
            switch step {
            case .observe(_, let then), .apply(_, _, let then): return try then(answers[0])
            case .observeAll(_, let then): return try then(answers)
            case .wait(_, let then): return try then()
            case .lacking, .done: return step
            }
        } catch {
            throw .mistake(error)
        }
    }

    private func observe(_ probes: [Probe]) async throws(StepFailure<Executor.Failure>) -> [Observation] {
        do { return try await executor.observe(probes) } catch { throw .execution(error) }
    }

    private func apply(_ script: Script) async throws(StepFailure<Executor.Failure>) -> Observation {
        let began = Instant.now
        do {
            var answer = try await executor.apply(script)
            answer.period = Period(from: began, to: .now)
            return answer
        } catch {
            throw .execution(error)
        }
    }

    private func wait(_ duration: Duration) async throws(StepFailure<Executor.Failure>) {
        do { try await executor.wait(duration) } catch { throw .execution(error) }
    }

    /// What would be there afterwards cannot be told.
    private func skipped(_ spec: ModuleSpec) -> ModuleResult {
        let message = "remote module (\(spec.names[0])) does not support check mode"
        var result = ModuleResult(skipped: true, fields: ["msg": .string(message)])
        result.foretold = [.anything]
        return result
    }

    /// The result that check mode reports instead of applying.
    private func predicted(_ change: Change, after applied: [Difference]) -> ModuleResult {
        switch change.prediction {
        case .changes, .upkeep:
            var result = ModuleResult(
                changed: true, fields: change.fields,
                differences: showsDifferences ? applied + change.differences : [])
            result.foretold = change.provides
            return result
        case .unknown:
            var fields = change.fields
            fields["msg"] = fields["msg"] ?? "Command would have run if not in check mode"
            var result = ModuleResult(skipped: true, fields: fields)
            result.foretold = [.anything]
            return result
        }
    }
}
