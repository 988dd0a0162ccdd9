//! `drover drift`: whether servers are what the files say.

import ArgumentParser
import Diagnostics
import Engine
import Glibc
import Modules
import Playbooks
import Reports
import Services
import Values

struct DriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Compare servers with services.yml, their records and playbooks; read-only.",
        discussion: "Exit codes: 0 no drift, 3 drift, 2 a host could not be compared, 4 hosts unreachable or a "
            + "mistake in a file.")

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var login: LoginFlags
    @OptionGroup(title: "Services") var services: ServicesOptions

    @Option(
        name: .long, parsing: .unconditionalSingleValue,
        help: "Also what the tasks of this playbook would change; may be repeated.")
    var playbook: [String] = []

    @Option(
        name: .long, parsing: .unconditionalSingleValue,
        help: "Containers that may be there though no file describes them (a pattern such as 'runner-*').")
    var known: [String] = []

    @Flag(name: [.customShort("D"), .customLong("diff")], help: "Show what differs in files.")
    var diff = false

    @Option(name: .long, help: "text, or json.")
    var format = OutputFormat.text

    @Argument(help: "Services; all of them where none is named.")
    var names: [String] = []

    func run() async throws {
        let session = try Session(inventory, ConnectionFlags(login))
        let world = ServicesSession(session: session, options: services)
        let settings = try session.settings()
        try Self.check(playbook)
        var report = DriftReport()
        // A fleet without services has playbooks all the same.
        if world.isDescribed || playbook.isEmpty || !names.isEmpty {
            let rollout = try await Rollout(world: world, settings: settings, services: names, message: nil)
            report = try await rollout.survey { [known] name in known.contains { fnmatch($0, name, 0) == 0 } }
            guard !report.hosts.isEmpty else { throw Self.nobody }
        }
        if !playbook.isEmpty { report.add(try await tasks(session, settings)) }
        let output = Terminal.output(session.configuration, session.environment)
        if names.isEmpty, let pins = try services.pins.pinning(session)?.pins {
            report.add(try await PinQuery(session: session, settings: settings, output: output).drift(from: pins))
        }
        switch format {
        case .text: output.write(DriftText(report, showsDifferences: diff, isColoured: output.isColoured).text)
        case .json:
            let render = { DifferenceText.render($0, isColoured: false) }
            output.write(try report.value(diff: diff ? render : nil).json(indent: 2) + "\n")
        }
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    private static var nobody: ExitingDiagnostic {
        Diagnostic(
            .usage, "--limit leaves no server of these services",
            help: "`drover graph` shows which services are on which servers"
        ).exiting(1)
    }

    private static func check(_ playbooks: [String]) throws {
        for path in playbooks where !Path.isFile(path) {
            throw Diagnostic(
                .usage, "the playbook: \(path) could not be found",
                help: FolderListing.help(for: path, missingAt: [path]) ?? "name an existing file"
            ).exiting(1)
        }
    }

    /// Everything that the playbooks would change.
    private func tasks(_ session: Session, _ settings: RunSettings) async throws -> DriftReport {
        var settings = settings
        settings.checkMode = true
        settings.showsDifferences = true
        settings.pinning = try services.pins.pinning(session)
        let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        let run = try await session.run(settings, emit: { continuation.yield($0) })
        _ = try await run.run(playbook)
        continuation.finish()
        var drift = TaskDrift()
        for await event in events { drift.take(event) }
        return drift.found
    }
}

/// A report for people.
struct DriftText {
    private let report: DriftReport
    private let showsDifferences: Bool
    private let isColoured: Bool

    init(_ report: DriftReport, showsDifferences: Bool, isColoured: Bool) {
        self.report = report
        self.showsDifferences = showsDifferences
        self.isColoured = isColoured
    }

    var text: String {
        var text = ""
        if !report.findings.isEmpty {
            var table = TextTable(head: ["HOST", "SERVICE", "DRIFT", "WHAT", "IS", "SHOULD BE"])
            table.rows = report.findings.map { finding in
                [
                    finding.host, finding.service ?? "-", finding.kind.rawValue, finding.what, finding.actual ?? "-",
                    finding.expected ?? "-",
                ].map(Self.cell)
            }
            text += table.text
        }
        if showsDifferences {
            for finding in report.findings where !finding.differences.isEmpty {
                text += "\n\(finding.host) \(finding.service ?? finding.what):\n"
                text += finding.differences.map { DifferenceText.render($0, isColoured: isColoured) }.joined()
            }
        }
        for gap in report.gaps {
            let of = gap.service.map { " (\($0))" } ?? ""
            text += "\(gap.host)\(of): \(gap.isUnreachable ? "unreachable: " : "")\(gap.reason)\n"
        }
        for note in report.notes { text += "note: \(note)\n" }
        return text + summary
    }

    private var summary: String {
        let hosts = "\(report.hosts.count) \(report.hosts.count == 1 ? "host" : "hosts")"
        let count = report.findings.count
        if count > 0 { return "\(count) \(count == 1 ? "difference" : "differences") on \(hosts)\n" }
        return report.gaps.isEmpty ? "no drift on \(hosts)\n" : "no drift on the hosts that answered\n"
    }

    /// One line, digests shortened.
    private static func cell(_ text: String) -> String {
        text.replacing(#/sha256:([0-9a-f]{12})[0-9a-f]{52}/#) { "sha256:\($0.1)…" }.replacing("\n", with: " ")
    }
}
