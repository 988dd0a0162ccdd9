//! The command `drover` and its subcommands.

import ArgumentParser
import Diagnostics
import Glibc
import Reports

/// The root command.
struct Drover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drover",
        abstract: "Provision fleets, roll out containers and run commands over SSH, from Ansible's playbooks.",
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(name: "Host", subcommands: [RunCommand.self, ExecCommand.self]),
            CommandGroup(
                name: "Service",
                subcommands: [
                    GraphCommand.self, PlanCommand.self, DeployCommand.self, RollbackCommand.self, DriftCommand.self,
                    ReleasesCommand.self, JournalCommand.self, LockCommand.self, PinCommand.self, PromoteCommand.self,
                ]),
            CommandGroup(
                name: "File",
                subcommands: [
                    InventoryCommand.self, TemplateCommand.self, VaultCommand.self, GalaxyCommand.self,
                    ConfigCommand.self, DocCommand.self,
                ]),
        ])
}

enum Version {
    static let number = "0.1.0"
    static let text = "drover \(number)"

    /// What tools around Ansible look for: `PROGRAM [core X]` and the lines behind it.
    static func ansible(_ program: String) -> String {
        let configuration = try? Configuration(environment: ProcessEnvironment.all)
        // ansible-compat insists on the version of the Python package that is installed beside it.
        let core = ProcessEnvironment.all["DROVER_ANSIBLE_VERSION"].flatMap { $0.isEmpty ? nil : $0 } ?? "2.19.4"
        return """
            \(program) [core \(core)]
              config file = \(configuration?.file ?? "None")
              configured module search path = []
              ansible python module location = None
              ansible collection location = None
              executable location = \(CommandLine.arguments.first ?? program)
              python version = none (drover \(number))
              jinja version = none (drover \(number))
              libyaml = True
            """
    }
}

/// The whole program: reads the command line, runs, ends the process with Ansible's exit codes.
package func runDrover() async {
    Signals.ignoreClosedPipes()
    var code = await Entry.run(ProgramName.current, Array(CommandLine.arguments.dropFirst()))
    if let failure = Output.failure {
        Output.standard(isColoured: false, width: 80).writeError("error: the output is not complete: \(failure)\n")
        if code == 0 { code = 1 }
    }
    // Not `exit`: it would run the C libraries' destructors under connection threads that are still ending.
    fflush(nil)
    _exit(code)
}

/// From arguments to an exit code.
enum Entry {
    static func run(_ program: ProgramName, _ arguments: [String]) async -> Int32 {
        switch program {
        case .drover: return await run(Drover.self, arguments)
        default:
            return await run(command(program), arguments)
        }
    }

    private static func command(_ program: ProgramName) -> any ParsableCommand.Type {
        switch program {
        case .drover: Drover.self
        case .ansible: ExecCommand.self
        case .ansiblePlaybook: RunCommand.self
        case .ansibleVault: VaultCommand.self
        case .ansibleInventory: InventoryCommand.self
        case .ansibleConfig: ConfigCommand.self
        case .ansibleDoc: DocCommand.self
        case .ansibleGalaxy: GalaxyCommand.self
        }
    }

    /// A word that stands for an action and is none.
    private static func unknownAction(_ command: any ParsableCommand.Type, _ arguments: [String]) -> Diagnostic? {
        let actions = command.configuration.subcommands
        guard !actions.isEmpty, let word = arguments.first, !word.hasPrefix("-"), word != "help" else { return nil }
        let names = actions.flatMap { [$0.configuration.commandName].compactMap { $0 } + $0.configuration.aliases }
        guard names.contains(word) else {
            return Diagnostic(
                .usage, "the action '\(word)' is not built in",
                help: Suggestion.help(for: word, among: names) ?? "there are \(names.joined(separator: ", "))")
        }
        let next = actions.first { $0.configuration.commandName == word || $0.configuration.aliases.contains(word) }
        return next.flatMap { unknownAction($0, Array(arguments.dropFirst())) }
    }

    private static func run(_ command: any ParsableCommand.Type, _ arguments: [String]) async -> Int32 {
        if let mistake = unknownAction(command, arguments) { return report(mistake, code: 2) }
        if ProgramName.current != .drover, arguments.contains("--version") {
            print(Version.ansible(ProgramName.current.rawValue))
            return 0
        }
        let parsed: any ParsableCommand
        do throws(Diagnostic) {
            let arguments =
                OptionSpelling.hasJoined(arguments)
                ? try OptionSpelling.writtenOut(arguments, of: command) : arguments
            do { parsed = try command.parseAsRoot(arguments) } catch {
                // A question for help or the version has been understood.
                guard command.exitCode(for: error) != .success else { return report(error, command, arguments) }
                let written = try OptionSpelling.writtenOut(arguments, of: command)
                if written != arguments { return await run(command, written) }
                return report(error, command, arguments)
            }
        } catch {
            return report(error, code: 2)
        }
        return await run(parsed, command, arguments)
    }

    private static func run(
        _ parsed: any ParsableCommand, _ command: any ParsableCommand.Type, _ arguments: [String]
    ) async -> Int32 {
        var parsed = parsed
        do {
            if var asynchronous = parsed as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try parsed.run()
            }
            return 0
        } catch {
            return report(error, command, arguments)
        }
    }

    private static func report(_ error: any Error, _ command: any ParsableCommand.Type, _ arguments: [String]) -> Int32
    {
        switch error {
        case let code as ExitCode: return code.rawValue
        case let diagnostic as Diagnostic: return report(diagnostic, code: diagnostic.exitCode)
        case let exiting as ExitingDiagnostic: return report(exiting.diagnostic, code: exiting.code)
        case let wrong as WrongServices:
            for diagnostic in wrong.diagnostics { _ = report(diagnostic, code: 4) }
            return 4
        default:
            let code = command.exitCode(for: error)
            let text = usage(command.fullMessage(for: error), of: command)
            // Without any action, help is an answer to a mistake.
            let isAsked = arguments.contains { $0.hasPrefix("-") || $0 == "help" } || ProgramName.current == .drover
            if code == .success, isAsked {
                print(text)
                return 0
            }
            put(text + "\n")
            return 2
        }
    }

    /// The text with the name that the program was called by, not with the command's that this name stands for.
    private static func usage(_ text: String, of command: any ParsableCommand.Type) -> String {
        guard ProgramName.current != .drover, let name = command.configuration.commandName else { return text }
        let called = ProgramName.current.rawValue
        return text.replacing("sage: \(name) ", with: "sage: \(called) ")
            .replacing("USAGE: \(name) ", with: "USAGE: \(called) ")
            .replacing("See '\(name) ", with: "See '\(called) ")
    }

    private static func report(_ diagnostic: Diagnostic, code: Int32) -> Int32 {
        if ProgramName.current != .drover { put(AnsibleRenderer().render(diagnostic) + "\n") }
        let isColoured = isatty(STDERR_FILENO) == 1 && ProcessEnvironment.all["NO_COLOR"] == nil
        put(diagnostic.rendered(isColoured: isColoured))
        return code
    }

    private static func put(_ text: String) {
        Output.standard(isColoured: false, width: 80).writeError(text)
    }
}
