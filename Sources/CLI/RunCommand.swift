//! `drover run`, which `ansible-playbook` is another name for.

import ArgumentParser
import Diagnostics
import Engine
import Glibc
import Playbooks
import Reports

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run playbooks over an inventory.",
        discussion: "Exit codes: 0 all is well, 1 an error before running, 2 hosts failed, 4 hosts unreachable or a "
            + "mistake in a playbook.")

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var connection: ConnectionFlags
    @OptionGroup(title: "Pins") var pins: PinsOptions

    @Option(name: [.short, .long], parsing: .unconditionalSingleValue, help: "Only tasks with these tags.")
    var tags: [String] = []

    @Option(name: .customLong("skip-tags"), parsing: .unconditionalSingleValue, help: "Not tasks with these tags.")
    var skipTags: [String] = []

    @Flag(name: .customLong("syntax-check"), help: "Load everything, run nothing.")
    var syntaxCheck = false

    @Flag(name: .customLong("list-hosts"), help: "Show the hosts of each play.")
    var listHosts = false

    @Flag(name: .customLong("list-tasks"), help: "Show the tasks of each play.")
    var listTasks = false

    @Flag(name: .customLong("list-tags"), help: "Show the tags of each play.")
    var listTags = false

    @Option(name: .customLong("start-at-task"), parsing: .unconditional, help: "Begin with this task.")
    var startAtTask: String?

    @Flag(name: .customLong("step"), help: "Ask before each task.")
    var step = false

    @Flag(name: .customLong("force-handlers"), help: "Run notified handlers even of failed hosts.")
    var forceHandlers = false

    @Argument(help: "Playbooks.")
    var playbooks: [String]

    func run() async throws {
        let session = try Session(inventory, connection)
        let output = Terminal.output(session.configuration, session.environment)
        if session.connectionFlags.output == .text { session.sayConfigurationFile(output) }
        var settings = try session.settings()
        settings.tags = TagSelection(
            run: tags.isEmpty && listTags
                ? ["all", "never"] : Self.words(tags.isEmpty ? session.configuration.list(.tagsRun) : tags),
            skip: Self.words(skipTags.isEmpty ? session.configuration.list(.tagsSkip) : skipTags))
        settings.startAtTask = startAtTask
        settings.steps = step
        settings.forceHandlers = settings.forceHandlers || forceHandlers
        settings.pinning = try pins.pinning(session)
        let collections = Collections(besides: ["."], configured: session.configuration.paths(.collectionsPath))
        for path in playbooks where !Path.isFile(collections.playbookFile(path)) {
            throw Diagnostic(
                .usage, "the playbook: \(path) could not be found",
                help: FolderListing.help(for: path, missingAt: [path]) ?? "name an existing file"
            ).exiting(1)
        }
        if syntaxCheck || listHosts || listTasks || listTags {
            return try await list(session, settings, output)
        }
        try await LockedPlaybooks(session: session, settings: settings).check(playbooks)
        let reporting = Reporting(try reporter(session, output, settings))
        let code: Int32
        do { code = try await run(session, settings, reporting.emit) } catch {
            await reporting.finish()
            throw error
        }
        await reporting.finish()
        Signals.sayInterruption(output)
        if code != 0 { throw ExitCode(code) }
    }

    /// Somebody who asks for an end gets one between two tasks.
    private func run(
        _ session: Session, _ settings: RunSettings, _ emit: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> Int32 {
        var settings = settings
        settings.stop = { Signals.stop?.reason }
        let run = try await session.run(settings, emit: emit)
        return try await Signals.listening { stop in
            emit(.message(StopReport(stop: stop).waiting(for: await run.underWay)))
        } _: {
            let code = try await run.run(playbooks)
            RetryFile(session.configuration).write(await run.unsuccessfulHosts, for: playbooks, emit)
            guard let stop = Signals.stop else { return code }
            emit(.message(await run.standing(after: stop)))
            return stop.exitCode
        }
    }

    private static func words(_ options: [String]) -> [String] {
        options.flatMap { $0.split(separator: ",").map { String($0).trimmed } }
    }

    private func list(_ session: Session, _ settings: RunSettings, _ output: Output) async throws {
        var wanted: PlaybookListing.Wanted = []
        if listHosts { wanted.insert(.hosts) }
        if listTasks { wanted.insert(.tasks) }
        if listTags { wanted.insert(.tags) }
        let listing = PlaybookListing(wanted: wanted) { output.writeError($0.rendered(isColoured: output.isColoured)) }
        let (text, missing) = try await listing.text(playbooks, session: session, settings: settings)
        if missing == nil || !wanted.isEmpty { output.write(text) }
        if let missing { throw missing }
    }
}

extension AsyncParsableCommand {
    /// The reporter that flags and configuration ask for.
    func reporter(
        _ session: Session, _ output: Output, _ settings: RunSettings
    ) throws(Diagnostic) -> any Reporter {
        let configuration = session.configuration
        if session.connectionFlags.output == .json { return JSONReporter(output) }
        var options = TextReporter.Options()
        let isCompact = ProgramName.current == .drover
        options.verbosity = settings.verbosity
        options.workingFolder = Path.absolute(".")
        options.showsSkipped =
            configuration.isSet(.displaySkippedHosts)
            ? configuration.flag(.displaySkippedHosts) : !isCompact || settings.verbosity > 0
        options.showsOK =
            configuration.isSet(.displayOkHosts)
            ? configuration.flag(.displayOkHosts) : !isCompact || settings.verbosity > 0
        options.putsFailuresOnStandardError = configuration.flag(.displayFailedStderr)
        options.showsProgress = isCompact && isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        options.showsCustomStatistics = configuration.flag(.showCustomStats)
        options.marksCheckMode = configuration.flag(.checkModeMarkers)
        options.isDryRun = settings.checkMode
        options.delaysHeadings = !options.showsOK || !options.showsSkipped
        return try session.callbacks.reporter(
            around: TextReporter(output, options: options), output, verbosity: settings.verbosity)
    }
}
