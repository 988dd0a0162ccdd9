//! `drover exec`, which `ansible` is another name for: one module on many hosts.

import ArgumentParser
import Diagnostics
import Engine
import Reports

struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run one command or module on hosts.",
        discussion: "drover exec web uptime\ndrover exec all -m apt -a 'name=nginx state=present' -b")

    @OptionGroup var inventory: InventoryOptions
    @OptionGroup var connection: ConnectionFlags

    @Option(
        name: [.customShort("m"), .customLong("module-name")], parsing: .unconditional,
        help: "The module; command where a command is given.")
    var moduleName: String?

    @Option(
        name: [.customShort("a"), .customLong("args")], parsing: .unconditional,
        help: "The module's arguments: key=value pairs or a command.")
    var args: String?

    @Flag(name: .customLong("list-hosts"), help: "Only show the hosts.")
    var listHosts = false

    @Flag(name: [.customShort("o"), .customLong("one-line")], help: "One line for each host.")
    var oneLine = false

    @Argument(help: "Which hosts.")
    var pattern: String

    @Argument(parsing: .remaining, help: "A command, instead of -m and -a.")
    var command: [String] = []

    func run() async throws {
        let session = try Session(inventory, connection)
        let settings = try session.settings()
        let output = Terminal.output(session.configuration, session.environment)
        if listHosts {
            let listing = PlaybookListing(wanted: .hosts) {
                output.writeError($0.rendered(isColoured: output.isColoured))
            }
            return output.write(try listing.hosts(matching: pattern, session: session, settings: settings))
        }
        let (module, arguments) = try call()
        let reporter: any Reporter =
            connection.output == .json
            ? JSONReporter(output)
            : AdHocReporter(
                output, verbosity: settings.verbosity, showsDifferences: settings.showsDifferences, isOneLine: oneLine)
        let reporting = Reporting(reporter)
        let code: Int32
        do {
            let run = try await session.run(settings, emit: reporting.emit)
            code = try await run.runAdHoc(pattern: pattern, module: module, arguments: arguments)
        } catch {
            await reporting.finish()
            throw error
        }
        await reporting.finish()
        if code != 0 { throw ExitCode(code) }
    }

    private func call() throws(Diagnostic) -> (module: String, arguments: String) {
        guard !command.isEmpty else {
            let module = moduleName ?? "command"
            if args == nil, ["command", "shell", "raw", "script"].contains(module) {
                throw Diagnostic(
                    .usage, "No argument passed to \(module) module",
                    help: "drover exec \(pattern) -m \(module) -a 'uptime'")
            }
            return (module, args ?? "")
        }
        guard moduleName == nil, args == nil else {
            throw Diagnostic(.usage, "give either a command or -m and -a", help: "drover exec \(pattern) uptime")
        }
        let words = command.first == "--" ? Array(command.dropFirst()) : command
        return (
            words.count == 1 ? "shell" : "command",
            words.count == 1 ? words[0] : words.map(\.quotedWord).joined(separator: " ")
        )
    }
}

extension String {
    /// As one word for a command's own splitting.
    fileprivate var quotedWord: String {
        contains { " \t\n'\"\\".contains($0) } || isEmpty
            ? "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\"'\"'") + "'" : self
    }
}
