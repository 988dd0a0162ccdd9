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
    let world: ServicesSession
    var baseSettings: RunSettings
    private let hasRegistries: Bool
    let lock: LockPolicy
    /// Of the locks under which the rollout runs.
    var watch: LockWatch?
    let folder: String
    var deployment: Deployment
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

    var plays: RolloutPlays { RolloutPlays(deployment, hasRegistries: hasRegistries, lease: lock.lease) }

    var settings: RunSettings {
        var settings = baseSettings
        settings.extraVariables["deployment"] = .constant(deployment.variable)
        return settings
    }

    /// What would differ, and the run that found it out; hosts are only looked at, in check mode. What registries say
    /// from now on counts for this rollout.
    mutating func plan(prunes: Bool) async throws -> (plan: DeploymentPlan, events: [RunEvent]) {
        deployment.prunes = prunes
        try checkTasks()
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
        deployment.digests.merge(plan.digests) { _, new in new }
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

    func run(
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
