//! `drover rollback`: an earlier release runs again, from what the hosts have kept.

import ArgumentParser
import Diagnostics
import Engine
import Reports
import Services

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Run an earlier release of a service again; needs no registry.",
        discussion: """
            `drover releases` shows which releases there are. Where a server cannot go back, none does.

            Exit codes: 0 all is well, 1 refused, 2 a host failed and all run what they ran before, 4 hosts unreachable \
            or a mistake in services.yml, 75 another deployment is at work or took the lock, 130 or 143 stopped by \
            SIGINT or SIGTERM: what was under way has ended, the locks are free.
            """)

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var connection: ConnectionFlags
    @OptionGroup(title: "Services") var services: ServicesOptions
    @OptionGroup(title: "Lock") var lock: LockOptions

    @Option(name: .long, parsing: .unconditional, help: "The release; the one before the current one.")
    var to: String?

    @Option(name: .shortAndLong, parsing: .unconditional, help: "Why, for the records.")
    var message: String?

    @Argument(help: "The service.")
    var name: String

    func run() async throws {
        let session = try Session(inventory, connection)
        let world = ServicesSession(session: session, options: services)
        let settings = try session.settings()
        let rollout = try await Rollout(
            world: world, settings: settings, services: [name], message: message, lock: lock.policy)
        let output = Terminal.output(session.configuration, session.environment)
        let journaling = Journaling(.rollback, rollout, session: session, output: output)
        let reporting = Reporting(try reporter(session, output, settings))
        let code: Int32
        do {
            code = try await journaling.note(reporting.services(session, settings)) { emit in
                try await rollout.goBack(to: to, emit)
            }
        } catch {
            await reporting.finish()
            throw error
        }
        await reporting.finish()
        if code != 0 { throw ExitCode(code) }
    }
}
