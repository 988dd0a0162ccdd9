//! The locks of one deployment: taken on all of its servers or on none, renewed, given back.

import ArgumentParser
import Diagnostics
import Engine
import Services
import Values

/// Runs the plays of locks.
struct DeployLocks: Sendable {
    typealias Emit = @Sendable (RunEvent) -> Void

    /// Somebody else deploys, or has taken the lock away: try again later.
    static let exitCode: Int32 = 75

    let plays: RolloutPlays
    let policy: LockPolicy
    /// Runs a playbook over the deployment's servers.
    let run: @Sendable (String, @escaping Emit) async throws -> Int32

    /// What a deployment gets with its locks.
    struct Hold {
        /// The numbers that every switch has to show, by host and service.
        let fences: Value
        /// Whether somebody else was at work until now.
        let hasWaited: Bool
    }

    func acquire(_ emit: Emit) async throws -> Hold {
        var patience = LockPatience(limit: policy.wait)
        let began = ContinuousClock.now
        var isSaid = false
        while true {
            let answers = try await ask(plays.locking())
            if answers.code == 0 { return Hold(fences: answers.fences, hasWaited: isSaid) }
            // Whoever waits holds nothing meanwhile, else two that hold a part each would wait for each other.
            await giveBack()
            guard answers.isRefused else {
                for event in answers.events { emit(event) }
                throw ExitCode(answers.code)
            }
            let waited = Int((ContinuousClock.now - began).components.seconds)
            guard let left = patience.secondsLeft(answers.holders, waited: waited) else {
                throw refusal(answers.holders)
            }
            if !isSaid {
                emit(.message("\(Self.text(answers.holders)); waiting, for \(left) s at most"))
                isSaid = true
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 700...1300)))
            if let stop = Signals.stop { throw ExitCode(stop.exitCode) }
        }
    }

    /// Renews until it is cancelled or a lock is lost. Then the others are given back as well: each switch looks for its
    /// lock first, and none finds one. A server that is out of reach has lost nothing, since nobody else reaches all.
    func keep(_ watch: LockWatch) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: policy.renewal) } catch { return }
            guard let answers = try? await ask(plays.renewal()), let loss = answers.loss else { continue }
            await watch.lose(loss)
            return await giveBack()
        }
    }

    func giveBack() async { _ = try? await run(plays.release(), { _ in }) }

    // MARK: - Words

    private func refusal(_ holders: [LockHolder]) -> ExitingDiagnostic {
        var services: [String] = []
        for holder in holders where !services.contains(holder.service) { services.append(holder.service) }
        return Diagnostic(
            .serviceLock, "another deployment is at work: \(Self.text(holders))",
            help:
                "try again when it has ended, or give --lock-wait SECONDS; if nobody deploys, take the lock away with: "
                + "drover lock release \(services.joined(separator: " "))"
        ).exiting(Self.exitCode)
    }

    /// `'app' is locked on app1, app2 by ana@desk since …`
    static func text(_ holders: [LockHolder]) -> String {
        var texts: [String] = []
        for holder in holders {
            let same = holders.filter { $0.service == holder.service && $0.text == holder.text }
            let text =
                "'\(holder.service)' is locked on \(same.map(\.host).sorted().joined(separator: ", ")) by \(holder.text)"
            if !texts.contains(text) { texts.append(text) }
        }
        return texts.joined(separator: "; ")
    }

    // MARK: - Answers

    private func ask(_ playbook: String) async throws -> LockAnswers {
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        let code = try await run(playbook) { continuation.yield($0) }
        continuation.finish()
        var answers = LockAnswers(code: code)
        for await event in events { answers.take(event) }
        return answers
    }
}

/// What the servers said to a play of locks.
struct LockAnswers {
    let code: Int32
    private(set) var events: [RunEvent] = []
    private(set) var holders: [LockHolder] = []
    private(set) var loss: Diagnostic?
    private var numbers: OrderedMap = [:]
    private var hasOtherFailures = false

    init(code: Int32) { self.code = code }

    var fences: Value { .dict(numbers) }

    /// Whether nothing but locks stands in the way.
    var isRefused: Bool { !holders.isEmpty && !hasOtherFailures }

    mutating func take(_ event: RunEvent) {
        events.append(event)
        guard case .result(let report) = event else { return }
        loss = loss ?? report.lockLoss
        switch report.status {
        case .ok, .changed: numbers[.string(report.host)] = report.result["fences"]
        case .skipped: break
        case .unreachable: hasOtherFailures = true
        case .failed:
            let locks = report.result["locks"]?.dict ?? [:]
            let held = locks.compactMap { LockHolder(host: report.host, service: $0.string ?? "", $1) }
            holders += held
            if held.isEmpty || locks.values.contains(where: { $0["damaged"] == true }) { hasOtherFailures = true }
        }
    }
}

extension TaskReport {
    /// Set where the task found that the deployment's lock is gone or somebody else's.
    var lockLoss: Diagnostic? {
        guard status == .failed, result["lost"]?.list != nil else { return nil }
        return Diagnostic(.serviceLock, "\(host): \(result["msg"]?.string ?? "the lock is lost")")
    }
}
