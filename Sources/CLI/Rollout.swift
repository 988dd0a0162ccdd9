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
    private let settings: RunSettings
    private let deployment: Deployment
    private let plays: RolloutPlays
    private let folder: String

    init(world: ServicesSession, settings: RunSettings, services: [String], message: String?) async throws {
        let described = try await world.described(settings)
        let fleet = described.fleet
        deployment = Deployment(
            fleet: fleet, roles: try fleet.roles(named: services), id: Self.newID(), who: Self.who, message: message)
        var settings = settings
        settings.extraVariables["deployment"] = .constant(deployment.variable)
        settings.extraVariables["services"] = .constant(fleet.variable)
        settings.pinning = described.pinning
        if let registries = described.registries { settings.extraVariables["registries"] = registries }
        self.settings = settings
        self.world = world
        plays = RolloutPlays(deployment, hasRegistries: described.registries != nil)
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
        try await locked { () async throws in
            let code = try await run(plays.rollout(), settings, emit)
            if code != 0 {
                emit(.message("The rollout failed: servers that it has switched go back to what they ran before."))
                _ = try await run(plays.restoration(), settings, emit)
            }
            return code
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
