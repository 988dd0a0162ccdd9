//! What a rollout does to servers: under locks, with a way back, and with an end where somebody asks for one.

import ArgumentParser
import Diagnostics
import Engine
import Services
import Templates
import Values

extension Rollout {
    typealias Emit = @Sendable (RunEvent) -> Void

    /// Rolls a plan out; where it fails, hosts that were switched go back.
    func execute(_ plan: DeploymentPlan, _ approval: Approval, _ emit: @escaping Emit) async throws -> Int32 {
        try await locked(emit) { rollout, hasWaited async throws in
            var plan = plan
            if hasWaited || approval.isAsked {
                let now = try await rollout.planAgain()
                guard try await approval.holds(for: now, insteadOf: plan, emit) else { return 0 }
                plan = now
            }
            let code = try await rollout.transaction(
                plays.rollout(), "The rollout failed: servers that it has switched go back to what they ran before.",
                isRollback: false, emit)
            // Last, when consumers talk to the new place already.
            guard code == 0, !plan.removals.isEmpty, Signals.stop == nil else { return code }
            return try await rollout.attempt(plays.removal(of: plan.removals), mayStop: true, emit).result.get()
        }
    }

    /// The comparison anew, without insisting on what was found before.
    private func planAgain() async throws -> DeploymentPlan {
        var rollout = self
        rollout.deployment.planned = [:]
        return try await rollout.plan(prunes: deployment.prunes).plan
    }

    /// Starts the containers of an earlier release again, from what the hosts have kept: on all of them, or on none.
    func goBack(to release: String?, _ emit: @escaping Emit) async throws -> Int32 {
        try checkTasks()
        return try await locked(emit) { rollout, _ async throws in
            var settings = rollout.settings
            settings.checkMode = true
            let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
            let code = try await run(plays.rollbackComparison(to: release), settings) { continuation.yield($0) }
            continuation.finish()
            var found: [RunEvent] = []
            for await event in events { found.append(event) }
            guard code == 0 else {
                found.forEach(emit)
                return code
            }
            try Self.refuseMixture(found)
            return try await rollout.transaction(
                plays.rollback(to: release),
                "The rollback failed: servers that went back run again what they ran before.", isRollback: true, emit)
        }
    }

    /// The release before need not be the same everywhere: not after a rollout that was halted, or one that changed
    /// some servers only.
    private static func refuseMixture(_ events: [RunEvent]) throws {
        var targets: [(host: String, service: String, release: String)] = []
        for case .result(let report) in events {
            guard let service = report.result["service"]?.dict, let release = service["release"]?.string else {
                continue
            }
            targets.append((report.host, service["name"]?.string ?? "", release))
        }
        guard let first = targets.first, targets.contains(where: { $0.release != first.release }) else { return }
        throw Diagnostic(
            .usage, "servers would go back to different releases of '\(first.service)'",
            help: "say which one with --to RELEASE (see `drover releases`), or go server by server with --limit",
            notes: targets.map { "\($0.host): to release \($0.release)" }
        ).exiting(1)
    }

    /// On all servers or, where services want that, on none; somebody who asks for an end leaves it where it is.
    private func transaction(
        _ text: String, _ excuse: String, isRollback: Bool, _ emit: @escaping Emit
    ) async throws -> Int32 {
        let attempt = try await attempt(text, mayStop: true, emit)
        let isFinished = !attempt.hasFailed && Signals.stop == nil
        if isFinished, !isRollback { return try attempt.result.get() }
        if attempt.hasFailed, Signals.stop == nil, let restoration = try plays.restoration(of: attempt.unsettled) {
            emit(.message(excuse))
            _ = try await self.attempt(restoration, mayStop: false, emit)
        }
        if attempt.touched.isEmpty {
            emit(.message("No server was switched."))
        } else {
            try await tellStanding(isRollback: isRollback, isFinished: isFinished, emit)
        }
        return try attempt.result.get()
    }

    /// Asks the servers: a run that came to a bad end does not know, and "the release before" has many names.
    private func tellStanding(isRollback: Bool, isFinished: Bool, _ emit: Emit) async throws {
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        _ = try await run(plays.standing(), settings) { continuation.yield($0) }
        continuation.finish()
        var standing = FleetStanding(deployment, isRollback: isRollback)
        for await event in events { standing.take(event) }
        emit(.message(isFinished ? standing.list : standing.text))
    }

    /// Under locks that are renewed meanwhile: taken on all servers before, given back whatever becomes of the body,
    /// even where somebody asks the process to end.
    private func locked(
        _ emit: @escaping Emit, _ body: (_ holding: Rollout, _ hasWaited: Bool) async throws -> Int32
    ) async throws -> Int32 {
        if settings.checkMode { return try await body(self, false) }
        do {
            return try await Signals.listening { stop in
                emit(
                    .message(
                        "\(stop.name): stopping; what is under way on servers comes to its end first. Another signal "
                            + "ends drover at once, and leaves servers and locks as they are."))
            } _: {
                let code = try await holding(emit, body)
                return Signals.stop?.exitCode ?? code
            }
        } catch let mistake as Diagnostic where mistake.code == .interrupted {
            return Signals.stop?.exitCode ?? mistake.exitCode
        }
    }

    private func holding(_ emit: @escaping Emit, _ body: (Rollout, Bool) async throws -> Int32) async throws -> Int32 {
        let locks = DeployLocks(plays: plays, policy: lock) { text, emit in try await run(text, settings, emit) }
        let hold = try await locks.acquire(emit)
        var holding = self
        holding.baseSettings.extraVariables["drover_fences"] = .constant(hold.fences)
        let watch = LockWatch()
        holding.watch = watch
        let heartbeat = Task { await locks.keep(watch) }
        let code: Int32
        do {
            code = try await body(holding, hold.hasWaited)
        } catch {
            heartbeat.cancel()
            await locks.giveBack()
            throw error
        }
        heartbeat.cancel()
        await locks.giveBack()
        return code
    }

    /// One playbook under the locks. Where one is lost, nothing further starts and nothing goes back: whoever has it
    /// now decides what runs.
    private func attempt(_ text: String, mayStop: Bool, _ emit: @escaping Emit) async throws -> Attempt {
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        var settings = settings
        if mayStop { settings.refusal = Self.refusal }
        let result: Result<Int32, any Error>
        do {
            result = .success(
                try await run(text, settings) { event in
                    continuation.yield(event)
                    emit(event)
                })
        } catch {
            result = .failure(error)
        }
        continuation.finish()
        var attempt = Attempt(result: result)
        for await event in events { attempt.take(event) }
        if let loss = await watch?.loss ?? attempt.loss { throw attempt.stopped(by: loss) }
        return attempt
    }

    /// After a signal no batch begins and no server is switched; what has begun comes to its end.
    private static let refusal: @Sendable (RunStep) -> String? = { step in
        guard let stop = Signals.stop else { return nil }
        switch step {
        case .batch: return stop.reason
        case .task(let name):
            return RolloutPlays.switchedService(name) == nil ? nil : "\(stop.reason) before the switch"
        }
    }
}
