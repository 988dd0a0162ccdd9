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
    private let baseSettings: RunSettings
    private let hasRegistries: Bool
    private let folder: String
    private(set) var deployment: Deployment
    /// The file that describes the services.
    let path: String

    init(world: ServicesSession, settings: RunSettings, services: [String], message: String?) async throws {
        let described = try await world.described(settings)
        let fleet = described.fleet
        deployment = Deployment(
            fleet: fleet, roles: try fleet.roles(named: services), id: Self.newID(), who: Self.who, message: message)
        deployment.formerHosts = Journal(environment: ProcessEnvironment.all).hosts(
            of: deployment.roles.map(\.name), known: described.hostNames)
        var settings = settings
        settings.extraVariables["services"] = .constant(fleet.variable)
        settings.pinning = described.pinning
        if let registries = described.registries { settings.extraVariables["registries"] = registries }
        baseSettings = settings
        self.world = world
        hasRegistries = described.registries != nil
        path = described.path
        folder = Path.folder(of: described.path)
    }

    private var plays: RolloutPlays { RolloutPlays(deployment, hasRegistries: hasRegistries) }

    private var settings: RunSettings {
        var settings = baseSettings
        settings.extraVariables["deployment"] = .constant(deployment.variable)
        return settings
    }

    /// What would differ, and the run that found it out; hosts are only looked at, in check mode. What registries say
    /// from now on counts for this rollout.
    mutating func plan(prunes: Bool) async throws -> (plan: DeploymentPlan, events: [RunEvent]) {
        deployment.prunes = prunes
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
        try await locked { () async throws in
            let code = try await run(plays.rollout(), settings, emit)
            guard code == 0 else {
                emit(.message("The rollout failed: servers that it has switched go back to what they ran before."))
                _ = try await run(plays.restoration(), settings, emit)
                return code
            }
            // Last, when consumers talk to the new place already.
            return former.isEmpty ? 0 : try await run(plays.removal(of: former), settings, emit)
        }
    }

    /// Starts the containers of an earlier release again, from what the hosts have kept.
    func goBack(to release: String?, _ emit: @escaping @Sendable (RunEvent) -> Void) async throws -> Int32 {
        try await locked { () async throws in try await run(plays.rollback(to: release), settings, emit) }
    }

    /// Under a lock that is renewed meanwhile. The plays take it; whatever becomes of them, it is given back.
    private func locked(_ body: () async throws -> Int32) async throws -> Int32 {
        let heartbeat = Task { await keepLock() }
        defer { heartbeat.cancel() }
        let code = try await body()
        heartbeat.cancel()
        _ = try await run(plays.release(), settings, { _ in })
        return code
    }

    /// A lock whose holder dies must end by itself; as long as this process lives, it does not.
    private func keepLock() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(20)) } catch { return }
            _ = try? await run(plays.renewal(), settings, { _ in })
        }
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
