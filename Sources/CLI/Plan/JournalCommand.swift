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

    /// A row for each run, and one more for each further server that it has changed.
    private static func table(_ entries: some Sequence<JournalEntry>) -> TextTable {
        var table = TextTable(head: [
            "WHEN", "RUN", "WHAT", "SERVICES", "CHANGED", "SPECIFICATION", "CONTAINER", "WHO", "OUTCOME", "WHY",
        ])
        for entry in entries {
            let outcome = entry.outcome == .unknown ? "not known" : entry.outcome.rawValue
            let front = [entry.when, entry.id, entry.act.rawValue, entry.services.joined(separator: ",")]
            let back = [entry.who, outcome + (entry.code.map { " (\($0))" } ?? ""), entry.message]
            table.rows.append(front + cells(entry.changes.first) + back)
            for change in entry.changes.dropFirst() {
                table.rows.append(front.map { _ in "" } + cells(change) + back.map { _ in "" })
            }
        }
        return table
    }

    /// Twelve digits are enough to tell one hash from others, as for Docker.
    private static func cells(_ change: JournalEntry.Change?) -> [String] {
        guard let change else { return ["", "", ""] }
        return [
            "\(change.service) on \(change.host)", String(change.specification.prefix(12)),
            change.failed ? "failed" : String(change.container.prefix(12)),
        ]
    }
}
