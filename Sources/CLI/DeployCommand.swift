//! `drover deploy`: rolls services out, in batches, with a way back; or carries out a plan from a file.

import ArgumentParser
import Diagnostics
import Engine
import Playbooks
import Reports
import Services

struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Roll services out: fetched everywhere first, switched in batches.",
        discussion: """
            Shows what will change and asks before it acts. A word with '/' or '.' in it is a plan of `drover plan -o \
            FILE`: it is carried out as it is, without a question, or refused where anything has moved since.

            Exit codes: 0 all is well, 1 refused, 2 a host failed and what it ran before runs again, 4 hosts \
            unreachable or a mistake in services.yml, 75 another deployment is at \
            work or took the lock, 130 or \
            143 stopped by SIGINT or SIGTERM: what was under way has ended, the locks are free.
            """)

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var connection: ConnectionFlags
    @OptionGroup(title: "Services") var services: ServicesOptions
    @OptionGroup(title: "Lock") var lock: LockOptions

    @Flag(name: [.customShort("y"), .long], help: "Do not ask.")
    var yes = false

    @Flag(name: .long, help: "Remove containers whose service is not described on their host any more; data stays.")
    var prune = false

    @Option(name: .shortAndLong, parsing: .unconditional, help: "Why, for the records.")
    var message: String?

    @Argument(help: "Services, all of them where none is named; or one plan.")
    var names: [String] = []

    private var planPath: String? { names.first(where: PlanPath.isFile) }

    func validate() throws {
        guard let planPath else { return }
        if names.count > 1 { throw ValidationError("the plan '\(planPath)' says which services it is about") }
        if prune { throw ValidationError("the plan '\(planPath)' says whether something is removed") }
    }

    func run() async throws {
        let session = try Session(inventory, connection)
        let file = try planPath.map { path throws(Diagnostic) in
            try PlanFile(text: String(decoding: PlainFile.read(path), as: UTF8.self), path: path)
        }
        let world = ServicesSession(session: session, options: services)
        let settings = try session.settings()
        var rollout = try await Rollout(
            world: world, settings: settings, services: file?.services ?? names, message: message, lock: lock.policy)
        let output = Terminal.output(session.configuration, session.environment)
        let approval = Approval(
            source: file.map { .file($0, path: planPath ?? "") } ?? (yes ? .flag : .person), output: output,
            isJSON: connection.output == .json)
        let (plan, events) = try await rollout.plan(prunes: file?.prunes ?? prune)
        try approval.show(plan)
        if plan.isIncomplete { throw ExitCode(plan.exitCode) }
        try approval.check(plan)
        if let file { rollout.insist(on: file) }
        if settings.checkMode { return }
        if !plan.isEmpty { try approval.ask() }
        let journaling = Journaling(
            file == nil ? .deploy : .apply, rollout, session: session, plan: file?.id, output: output)
        let reporting = Reporting(try reporter(session, output, settings))
        let code: Int32
        do {
            code = try await journaling.note(reporting.services(session, settings), isSame: plan.isEmpty) {
                [rollout] emit in
                guard !plan.isEmpty else {
                    for event in events { emit(event) }
                    return 0
                }
                return try await rollout.execute(plan, approval, emit)
            }
        } catch {
            await reporting.finish()
            throw error
        }
        await reporting.finish()
        if code != 0 { throw ExitCode(code) }
    }
}
