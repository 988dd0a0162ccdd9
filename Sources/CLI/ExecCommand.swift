//! `drover exec`, which `ansible` is another name for: one module on many hosts.

import ArgumentParser
import Diagnostics
import Engine
import Playbooks
import Reports
import Values

struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run one command or module on hosts.",
        discussion: "drover exec web uptime\ndrover exec all -m apt -a 'name=nginx state=present' -b")

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var connection: ConnectionFlags
    @OptionGroup(title: "Pins") var pins: PinsOptions

    @Option(
        name: [.customShort("m"), .customLong("module-name")], parsing: .unconditional,
        help: "The module; command where a command is given.")
    var moduleName: String?

    @Option(
        name: [.customShort("a"), .customLong("args")], parsing: .unconditional,
        help: "The module's arguments: key=value pairs or a command.")
    var args: String?

    @Option(
        name: [.customShort("B"), .customLong("background")], parsing: .unconditional,
        help: "Run in the background, for at most so many seconds.")
    var background: Int?

    @Option(
        name: [.customShort("P"), .customLong("poll")], parsing: .unconditional,
        help: "Seconds between looks at what runs in the background; 0 does not wait.")
    var poll: Int?

    @Option(
        name: .customLong("task-timeout"), parsing: .unconditional, help: "Seconds after which the module is ended.")
    var taskTimeout: Int?

    @Option(
        name: [.customShort("t"), .customLong("tree")], parsing: .unconditional,
        help: "Write each host's result into a file of this folder.")
    var tree: String?

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
        var settings = try session.settings()
        settings.pinning = try pins.pinning(session)
        let output = Terminal.output(session.configuration, session.environment)
        if connection.output == .text { session.sayConfigurationFile(output) }
        if listHosts {
            let listing = PlaybookListing(wanted: .hosts) {
                output.writeError($0.rendered(isColoured: output.isColoured))
            }
            return output.write(try listing.hosts(matching: pattern, session: session, settings: settings))
        }
        let (module, arguments) = try call(session.configuration)
        let keywords = try keywords()
        let reporter: any Reporter =
            try connection.output == .json
            ? JSONReporter(output)
            : session.callbacks.reporter(
                around: AdHocReporter(output, verbosity: settings.verbosity, isOneLine: oneLine), output,
                verbosity: settings.verbosity,
                isAdHoc: true)
        let tree = try tree.map { folder throws(Diagnostic) in try ResultTree(folder) }
        let reporting = Reporting(reporter)
        let code: Int32
        do {
            let emit: @Sendable (RunEvent) -> Void = { event in
                reporting.emit(event)
                if let warning = tree?.write(event) { reporting.emit(.warning(warning)) }
            }
            settings.stop = { Signals.stop?.reason }
            let run = try await session.run(settings, emit: emit)
            code = try await self.code(emit, of: run) { () async throws(Diagnostic) in
                try await run.runAdHoc(pattern: pattern, module: module, arguments: arguments, keywords: keywords)
            }
        } catch let error as Diagnostic {
            await reporting.finish()
            // Ansible finds that out on each host.
            if error.code == .unknownModule { throw error.exiting(2) }
            throw error
        }
        await reporting.finish()
        Signals.sayInterruption(output)
        if code != 0 { throw ExitCode(code) }
    }

    /// Nothing follows on this one task: somebody who asks for an end does not want to wait for it either. It is ended
    /// on its hosts.
    private func code(
        _ emit: @escaping @Sendable (RunEvent) -> Void, of run: Run,
        _ body: @escaping @Sendable () async throws -> Int32
    ) async throws -> Int32 {
        let work = Task { try await body() }
        return try await Signals.listening { stop in
            emit(.message(StopReport(stop: stop).ending(await run.underWay)))
            work.cancel()
        } _: {
            let code = try await work.value
            guard let stop = Signals.stop else { return code }
            for point in await run.stopPoints { emit(.message("Not run to its end on \(point.hosts.shortened).")) }
            return stop.exitCode
        }
    }

    private func keywords() throws -> [Keyword: Value] {
        var keywords: [Keyword: Value] = [:]
        if let background {
            keywords[.async] = .int(background)
            keywords[.poll] = .int(poll ?? 15)
        }
        if let taskTimeout {
            guard taskTimeout >= 0 else {
                throw Diagnostic(.usage, "--task-timeout is a positive number of seconds").exiting(5)
            }
            if taskTimeout > 0 { keywords[.timeout] = .int(taskTimeout) }
        }
        return keywords
    }

    private func call(_ configuration: Configuration) throws -> (module: String, arguments: String) {
        guard !command.isEmpty else {
            let module = moduleName ?? configuration.text(.moduleName) ?? "command"
            let arguments = args ?? configuration.text(.moduleArguments) ?? ""
            let short = module.split(separator: ".").last.map(String.init) ?? module
            if arguments.isEmpty, ["command", "shell", "raw", "script"].contains(short) {
                throw Diagnostic(
                    .usage, "No argument passed to \(module) module",
                    help: "drover exec \(pattern) -m \(module) -a 'uptime'"
                ).exiting(5)
            }
            if short.hasPrefix("include_") || short.hasPrefix("import_") || short == "meta" {
                throw Diagnostic(
                    .usage, "'\(module)' is not a valid action for ad-hoc commands", help: "write a playbook"
                ).exiting(5)
            }
            return (module, arguments)
        }
        guard moduleName == nil, args == nil else {
            throw Diagnostic(.usage, "give either a command or -m and -a", help: "drover exec \(pattern) uptime")
                .exiting(2)
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
