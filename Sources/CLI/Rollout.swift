//! One deployment from plan to recap: the plays of `Services` on the one engine.

import Diagnostics
import Engine
import Glibc
import Modules
import Playbooks
import Services
import Templates
import Values

/// Compares, rolls out, puts back.
struct Rollout {
    private let world: ServicesSession
    private var baseSettings: RunSettings
    private let hasRegistries: Bool
    private let lock: LockPolicy
    /// Of the locks under which the rollout runs.
    private var watch: LockWatch?
    private let folder: String
    private(set) var deployment: Deployment
    /// The file that describes the services.
    let path: String

    init(
        world: ServicesSession, settings: RunSettings, services: [String], message: String?,
        lock: LockPolicy = LockPolicy()
    )
        async throws
    {
        let described = try await world.described(settings)
        let fleet = described.fleet
        deployment = Deployment(
            fleet: fleet, roles: try fleet.roles(named: services), id: Self.newID(), who: Self.who, message: message)
        deployment.formerHosts = Journal(environment: ProcessEnvironment.all).hosts(
            of: deployment.roles.map(\.name), known: described.hostNames)
        var settings = settings
        settings.extraVariables["services"] = .constant(fleet.variable)
        settings.pinning = described.pinning
        let built = fleet.roles.filter { $0.supply.build != nil }.flatMap(\.services)
        settings.pinning?.built = Set(built.map(\.image))
        if let registries = described.registries { settings.extraVariables["registries"] = registries }
        settings.extraVariables["drover_fences"] = .constant([:])
        baseSettings = settings
        self.world = world
        self.lock = lock
        hasRegistries = described.registries != nil
        path = described.path
        folder = Path.folder(of: described.path)
    }

    private var plays: RolloutPlays { RolloutPlays(deployment, hasRegistries: hasRegistries, lease: lock.lease) }

    private var settings: RunSettings {
        var settings = baseSettings
        settings.extraVariables["deployment"] = .constant(deployment.variable)
        return settings
    }

    /// What would differ, and the run that found it out; hosts are only looked at, in check mode. What registries say
    /// from now on counts for this rollout.
    mutating func plan(prunes: Bool) async throws -> (plan: DeploymentPlan, events: [RunEvent]) {
        deployment.prunes = prunes
        try await askForBases()
        do { try deployment.readBuilds() } catch { throw WrongServices(diagnostics: [error]) }
        deployment.taskSums = try await taskSums()
        try await LockedPlaybooks(session: world.session, settings: self.settings).check(
            text: plays.rollout(), at: Path.join(folder, "rollout.yml"))
        var settings = settings
        settings.checkMode = true
        settings.showsDifferences = true
        settings.extraVariables["deployment"] = .constant(deployment.comparedVariable)
        let (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        _ = try await run(plays.comparison(), settings) { continuation.yield($0) }
        continuation.finish()
        var plan = DeploymentPlan(deployment)
        var events: [RunEvent] = []
        for await event in stream {
            plan.take(event)
            events.append(event)
        }
        deployment.digests = plan.digests
        return (plan, events)
    }

    /// What images are built on, where `pull` wants to know.
    private mutating func askForBases() async throws {
        guard let questions = try plays.baseQuestions() else { return }
        var settings = settings
        settings.checkMode = true
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        _ = try await run(questions, settings) { continuation.yield($0) }
        continuation.finish()
        var bases: [String: String] = [:]
        for await event in events {
            switch event {
            case .itemResult(let report):
                let image = report.result["item"]?.string ?? ""
                guard let digest = report.result["digest"]?.string else { throw Self.unknown(image, report) }
                bases[image] = digest
            case .result(let report) where report.status == .failed || report.status == .unreachable:
                throw Self.unknown("", report)
            default: break
            }
        }
        deployment.build(on: bases)
    }

    private static func unknown(_ image: String, _ report: TaskReport) -> ExitingDiagnostic {
        let reason = report.result["msg"]?.string ?? report.mistake?.message ?? "no answer"
        return Diagnostic(
            .notPinned, "no registry tells what the base image\(image.isEmpty ? "" : " '\(image)'") is now: \(reason)",
            help: "`pull: true` of 'build' wants to know; leave it out, or name the image by its digest"
        ).exiting(report.status == .unreachable ? 4 : 2)
    }

    /// What the tasks before, after and behind switches come from.
    private func taskSums() async throws -> TaskSums {
        let run = try await world.session.run(settings, emit: { _ in })
        let sources = try await run.sources(ofText: plays.rollout(), at: Path.join(folder, "rollout.yml"))
        return try TaskSums(sources, from: folder)
    }

    /// From now on hosts are refused that are not as this plan found them.
    mutating func insist(on file: PlanFile) { deployment.planned = file.planned }

    /// What hosts run and remember, and what would differ, all in check mode.
    func survey(known: @escaping (String) -> Bool) async throws -> DriftReport {
        var settings = settings
        settings.checkMode = true
        settings.showsDifferences = true
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        _ = try await run(plays.survey(), settings) { continuation.yield($0) }
        continuation.finish()
        var drift = ServiceDrift(fleet: deployment.fleet, roles: deployment.roles, isKnown: known)
        for await event in events { drift.take(event) }
        return drift.report
    }

    /// Rolls out; where it fails, hosts that were switched go back.
    func execute(
        removing former: [DeploymentPlan.Former], _ emit: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> Int32 {
        try await locked(emit) { rollout async throws in
            let attempt = try await rollout.attempt(plays.rollout(), emit)
            if attempt.hasFailed, let restoration = try plays.restoration(of: attempt.touched) {
                emit(.message("The rollout failed: servers that it has switched go back to what they ran before."))
                _ = try await rollout.attempt(restoration, emit)
            }
            let code = try attempt.result.get()
            // Last, when consumers talk to the new place already.
            guard code == 0, !former.isEmpty else { return code }
            return try await rollout.attempt(plays.removal(of: former), emit).result.get()
        }
    }

    /// Starts the containers of an earlier release again, from what the hosts have kept: on all of them, or on none.
    func goBack(to release: String?, _ emit: @escaping @Sendable (RunEvent) -> Void) async throws -> Int32 {
        try await locked(emit) { rollout async throws in
            var settings = rollout.settings
            settings.checkMode = true
            let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
            let code = try await run(plays.rollbackComparison(to: release), settings) { continuation.yield($0) }
            continuation.finish()
            guard code == 0 else {
                for await event in events { emit(event) }
                return code
            }
            return try await rollout.attempt(plays.rollback(to: release), emit).result.get()
        }
    }

    /// Under locks that are renewed meanwhile: taken on all servers before, given back whatever becomes of the body.
    private func locked(
        _ emit: @escaping @Sendable (RunEvent) -> Void, _ body: (Rollout) async throws -> Int32
    ) async throws -> Int32 {
        if settings.checkMode { return try await body(self) }
        let locks = DeployLocks(plays: plays, policy: lock) { text, emit in try await run(text, settings, emit) }
        var holding = self
        holding.baseSettings.extraVariables["drover_fences"] = .constant(try await locks.acquire(emit))
        let watch = LockWatch()
        holding.watch = watch
        let heartbeat = Task { await locks.keep(watch) }
        let code: Int32
        do {
            code = try await body(holding)
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
    private func attempt(_ text: String, _ emit: @escaping @Sendable (RunEvent) -> Void) async throws -> Attempt {
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
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

    private func run(
        _ text: String, _ settings: RunSettings, _ emit: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> Int32 {
        let run = try await world.session.run(settings, emit: emit)
        return try await run.run(text: text, at: Path.join(folder, "rollout.yml"))
    }

    /// Sorts by time; two of one second differ.
    private static func newID() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        strftime(&buffer, buffer.count, "%Y%m%dT%H%M%SZ", &parts)
        let stamp = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(stamp)-\(String(UInt16.random(in: 0...UInt16.max), radix: 16))"
    }

    private static var who: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let machine = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let account = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
        return "\(ProcessEnvironment.all["SUDO_USER"] ?? account ?? String(getuid()))@\(machine)"
    }
}
