//! `drover graph`: the services as boxes and lines, and whether the lines are open.

import ArgumentParser
import Diagnostics
import Playbooks
import Reports
import Services
import Values

struct GraphCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw the services and the lines between them, or test the lines.",
        discussion: "drover graph -i inventories/production --format svg -o fleet.svg\n\nExit codes of --test: 0 all "
            + "lines are open, 3 one is cut, 2 a host could not ask, 4 hosts unreachable or a mistake in a file.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, mermaid, dot, svg, json }

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions
    @OptionGroup(title: "Connection") var login: LoginFlags
    @OptionGroup(title: "Services") var services: ServicesOptions

    @Option(name: .long, help: "text, mermaid, dot, svg or json.")
    var format: Format?

    @Flag(name: .long, help: "Open each line from the servers that need it; cut ones are drawn red and dashed.")
    var test = false

    @Option(name: .shortAndLong, parsing: .unconditional, help: "Write into this file; its ending tells the format.")
    var output: String?

    func run() async throws {
        let session = try Session(inventory, ConnectionFlags(login))
        guard test else {
            let fleet = try await ServicesSession(session: session, options: services).fleet(session.settings())
            let graph = FleetGraph(fleet)
            return try write(try drawn(graph) ?? graph.text, session)
        }
        let query = try await ServiceQuery(session: session, options: services, names: [])
        var tests = LineTests(query.fleet)
        let answers = try await query.ask("drover.core.service_lines", each: "lines", tests.arguments)
        tests.keep(from: answers.map(\.host))
        for answer in answers {
            if let failure = answer.failure {
                tests.fail(answer.host, failure.text)
            } else {
                tests.take(.dict(answer.result), from: answer.host)
            }
        }
        let graph = FleetGraph(query.fleet, tests: tests)
        if chosen == .json {
            var value = graph.value
            value["tests"] = .list(tests.all.map(\.value))
            try write(try Value.dict(value).json(indent: 2) + "\n", session)
        } else {
            let drawing = try drawn(graph)
            if let drawing { try write(drawing, session) }
            // Beside a drawing in a file, the table says what was found.
            if drawing == nil || output != nil { try write(tests.table, session, isTable: drawing != nil) }
        }
        if let code = answers.compactMap({ $0.failure?.code }).max() { throw ExitCode(code) }
        if tests.isCut { throw ExitCode(3) }
    }

    private func write(_ text: String, _ session: Session, isTable: Bool = false) throws {
        if let output, !isTable {
            try PlainFile.write(Array(text.utf8), to: output, mode: 0o644)
        } else {
            Terminal.output(session.configuration, session.environment).write(text)
        }
    }

    private var chosen: Format { format ?? named ?? .text }

    /// nil for what is a text for people.
    private func drawn(_ graph: FleetGraph) throws -> String? {
        switch chosen {
        case .text: nil
        case .mermaid: graph.mermaid
        case .dot: graph.dot
        case .svg: SVGGraph(graph).text
        case .json: try Value.dict(graph.value).json(indent: 2) + "\n"
        }
    }

    private var named: Format? {
        let endings: [(String, Format)] = [
            (".svg", .svg), (".dot", .dot), (".gv", .dot), (".mmd", .mermaid), (".json", .json),
        ]
        return endings.first { output?.hasSuffix($0.0) == true }?.1
    }
}

extension LineTests {
    /// One row for each connection, and how many there are.
    fileprivate var table: String {
        guard !all.isEmpty else { return "no lines to test: no service on these hosts needs another\n" }
        var table = TextTable(head: ["FROM", "SERVICE", "TO", "NEEDS", "ADDRESS", "LINE", ""])
        table.rows = all.map { test in
            let (state, reason) =
                switch test.verdict {
                case .open: ("open", "")
                case .cut(let reason): ("CUT", reason)
                case .untested(let reason): ("untested", reason)
                }
            let from = test.from.map { "from the \($0)" } ?? ""
            return [
                test.consumerHost, test.consumer, test.providerHost, "\(test.provider) \(test.port)", test.target,
                state, [reason, from].filter { !$0.isEmpty }.joined(separator: ", "),
            ]
        }
        let open = all.count { $0.verdict == .open }
        return table.text + "\(open) of \(all.count) \(all.count == 1 ? "line" : "lines") open\n"
    }
}
