//! One deployment from plan to recap: the plays of `Services` on the one engine.

import Diagnostics
import Engine
import Glibc
import Playbooks
import Services
import Templates
import Values

/// Compares, rolls out, puts back.
struct Rollout {
    private let world: ServicesSession
    private var settings: RunSettings
    private let lock: LockOptions
    /// Of the locks under which the rollout runs.
    private var watch: LockWatch?
    private let deployment: Deployment
    private let plays: RolloutPlays
    private let folder: String

    init(world: ServicesSession, settings: RunSettings, services: [String], message: String?, lock: LockOptions)
        async throws
    {
        let described = try await world.described(settings)
        let fleet = described.fleet
        deployment = Deployment(
            fleet: fleet, roles: try fleet.roles(named: services), id: Self.newID(), who: Self.who, message: message)
        var settings = settings
        settings.extraVariables["deployment"] = .constant(deployment.variable)
        settings.extraVariables["services"] = .constant(fleet.variable)
        if let registries = described.registries { settings.extraVariables["registries"] = registries }
        settings.extraVariables["drover_fences"] = .constant([:])
        self.settings = settings
        self.world = world
        self.lock = lock
        plays = RolloutPlays(deployment, hasRegistries: described.registries != nil, lease: lock.lockLease)
        folder = Path.folder(of: described.path)
    }

    /// What would differ; hosts are only looked at.
    func plan() async throws -> DeploymentPlan {
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        _ = try await compare { continuation.yield($0) }
        continuation.finish()
        var plan = DeploymentPlan(deployment)
        for await event in events { plan.take(event) }
        return plan
    }

    /// The comparing run: all in check mode.
    func compare(_ emit: @escaping @Sendable (RunEvent) -> Void) async throws -> Int32 {
        var settings = settings
        settings.checkMode = true
        settings.showsDifferences = true
        return try await run(plays.comparison(), settings, emit)
    }

    /// Rolls out; where it fails, hosts that were switched go back.
    func execute(_ emit: @escaping @Sendable (RunEvent) -> Void) async throws -> Int32 {
        try await locked(emit) { rollout async throws in
            let attempt = try await rollout.attempt(plays.rollout(), emit)
            if attempt.hasFailed, let restoration = try plays.restoration(of: attempt.touched) {
                emit(.message("The rollout failed: servers that it has switched go back to what they ran before."))
                _ = try await rollout.attempt(restoration, emit)
            }
            return try attempt.result.get()
        }
    }

    /// Starts the containers of an earlier release again, from what the hosts have kept.
    func goBack(to release: String?, _ emit: @escaping @Sendable (RunEvent) -> Void) async throws -> Int32 {
        try await locked(emit) { rollout async throws in
            try await rollout.attempt(plays.rollback(to: release), emit).result.get()
        }
    }

    /// Under locks that are renewed meanwhile: taken on all servers before, given back whatever becomes of the body.
    private func locked(
        _ emit: @escaping @Sendable (RunEvent) -> Void, _ body: (Rollout) async throws -> Int32
    ) async throws -> Int32 {
        if settings.checkMode { return try await body(self) }
        let locks = DeployLocks(plays: plays, options: lock) { text, emit in try await run(text, settings, emit) }
        var holding = self
        holding.settings.extraVariables["drover_fences"] = .constant(try await locks.acquire(emit))
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
