//! `drover deploy`: rolls services out, in batches, with a way back.

import ArgumentParser
import Diagnostics
import Engine
import Reports
import Services

struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Roll services out: fetched everywhere first, switched in batches.",
        discussion: "Shows what will change and asks before it acts. Exit codes: 0 all is well, 2 a host failed and "
            + "what it ran before runs again, 4 hosts unreachable or a mistake in services.yml.")

    @OptionGroup var inventory: InventoryOptions
    @OptionGroup var connection: ConnectionFlags
    @OptionGroup var services: ServicesOptions
    @OptionGroup var lock: LockOptions

    @Flag(name: [.customShort("y"), .long], help: "Do not ask.")
    var yes = false

    @Option(name: .shortAndLong, parsing: .unconditional, help: "Why, for the records.")
    var message: String?

    @Argument(help: "Services; all of them where none is named.")
    var names: [String] = []

    func run() async throws {
        let session = try Session(inventory, connection)
        let world = ServicesSession(session: session, options: services)
        let settings = try session.settings()
        let rollout = try await Rollout(world: world, settings: settings, services: names, message: message, lock: lock)
        let output = Terminal.output(session.configuration, session.environment)
        let plan = try await rollout.plan()
        output.write(plan.text)
        if plan.isIncomplete { throw ExitCode(plan.entries.contains { $0.verdict == .unreachable } ? 4 : 2) }
        if settings.checkMode { return }
        if !plan.isEmpty, !yes { try confirm() }
        let reporting = Reporting(reporter(session, output, settings))
        let code: Int32
        do {
            code = try await plan.isEmpty ? rollout.compare(reporting.emit) : rollout.execute(reporting.emit)
        } catch {
            await reporting.finish()
            throw error
        }
        await reporting.finish()
        if code != 0 { throw ExitCode(code) }
    }

    private func confirm() throws {
        guard Prompt.isPossible else {
            throw Diagnostic(
                .usage, "nobody can be asked here whether to go on", help: "look at the plan above and give --yes"
            ).exiting(1)
        }
        let answer = try Prompt.answer("Deploy this? [y/N] ", echoes: true)
        guard ["y", "yes"].contains(answer.lowercased()) else { throw ExitCode(1) }
    }
}
