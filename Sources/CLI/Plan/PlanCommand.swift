//! `drover plan`: what a deployment would do, on the terminal, as JSON, or as a file that can be carried out.

import ArgumentParser
import Diagnostics
import Engine
import Playbooks
import Reports
import Services
import Values

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Say what a deployment would do; hosts are only looked at.",
        discussion: """
            drover plan -i inventories/production -o monday.plan
            drover deploy monday.plan -i inventories/production

            Exit codes: 0 whether something would change or not (with --exit-code 3 where it would), 2 a host failed, \
            4 hosts unreachable or a mistake in services.yml.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var connection: ConnectionFlags
    @OptionGroup(title: "Services") var services: ServicesOptions

    @Option(name: .long, help: "text or json.")
    var format = Format.text

    @Option(
        name: [.customShort("o"), .customLong("out")], parsing: .unconditional,
        help: "Write a plan for `drover deploy FILE`.")
    var file: String?

    @Flag(name: .customLong("exit-code"), help: "End with 3 where something would change.")
    var exitCode = false

    @Flag(name: .long, help: "Plan to remove containers whose service is not described on their host any more.")
    var prune = false

    @Argument(help: "Services; all of them where none is named.")
    var names: [String] = []

    func validate() throws {
        if let file, !PlanPath.isFile(file) {
            throw ValidationError(
                "'\(file)' could be the name of a service: give the file an ending, e.g. \(file).plan")
        }
    }

    func run() async throws {
        let session = try Session(inventory, connection)
        let world = ServicesSession(session: session, options: services)
        var rollout = try await Rollout(world: world, settings: try session.settings(), services: names, message: nil)
        let plan = try await rollout.plan(prunes: prune).plan
        let output = Terminal.output(session.configuration, session.environment)
        switch format {
        case .text: PlanReport.write(plan, to: output)
        case .json: try PlanReport.write(plan, asEvent: false, to: output)
        }
        if plan.isIncomplete { throw ExitCode(plan.exitCode) }
        if let file {
            let text = try PlanFile(plan, when: Journal.now).text
            try PlainFile.write(Array(text.utf8), to: file, mode: 0o600)
        }
        if exitCode, !plan.isEmpty { throw ExitCode(3) }
    }
}

/// How a file is told from a service on a command line.
enum PlanPath {
    /// Names of services have neither.
    static func isFile(_ word: String) -> Bool { word.contains("/") || word.contains(".") }
}
