//! `drover journal`: what was deployed from this machine.

import ArgumentParser
import Diagnostics
import Reports
import Services
import Values

struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Show what was deployed from this machine, the newest first.",
        discussion: "The files are in $XDG_STATE_HOME/drover/journal, or in ~/.local/state/drover/journal: JSON lines.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(name: .long, help: "text, or json: one deployment a line.")
    var format = Format.text

    @Option(name: .shortAndLong, help: "At most so many.")
    var number = 20

    @Argument(help: "Services; all of them where none is named.")
    var names: [String] = []

    func run() async throws {
        let (all, unreadable) = try Journal(environment: ProcessEnvironment.all).entries()
        let output = Output.standard(isColoured: false, width: 80)
        let wanted = all.reversed().filter { names.isEmpty || !Set($0.services).isDisjoint(with: names) }.prefix(number)
        switch format {
        case .json: for entry in wanted { output.write(try entry.value.json() + "\n") }
        case .text: output.write(wanted.isEmpty ? "nothing was deployed from here\n" : Self.table(wanted).text)
        }
        guard unreadable > 0 else { return }
        let lines = unreadable == 1 ? "1 line" : "\(unreadable) lines"
        let warning = Diagnostic(.fileUnreadable, "\(lines) of the journal cannot be read", severity: .warning)
        output.writeError(warning.rendered(isColoured: false))
    }

    private static func table(_ entries: some Sequence<JournalEntry>) -> TextTable {
        var table = TextTable(head: ["WHEN", "RUN", "WHAT", "SERVICES", "CHANGED ON", "WHO", "OUTCOME", "WHY"])
        for entry in entries {
            var hosts: [String] = []
            for change in entry.changes where !hosts.contains(change.host) { hosts.append(change.host) }
            let outcome = entry.outcome == .unknown ? "not known" : entry.outcome.rawValue
            table.rows.append([
                entry.when, entry.id, entry.act.rawValue, entry.services.joined(separator: ","),
                hosts.joined(separator: ","), entry.who, outcome + (entry.code.map { " (\($0))" } ?? ""), entry.message,
            ])
        }
        return table
    }
}
