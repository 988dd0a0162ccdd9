//! `drover graph`: the services as boxes and lines.

import ArgumentParser
import Diagnostics
import Playbooks
import Reports
import Services

struct GraphCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw the services and the lines between them.",
        discussion: "drover graph -i inventories/production --format svg -o fleet.svg")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, mermaid, dot, svg }

    @OptionGroup var inventory: InventoryOptions
    @OptionGroup var services: ServicesOptions

    @Option(name: .long, help: "text, mermaid, dot or svg.")
    var format: Format?

    @Option(name: .shortAndLong, parsing: .unconditional, help: "Write into this file; its ending tells the format.")
    var output: String?

    func run() async throws {
        let session = try Session(inventory, ConnectionFlags.none)
        let fleet = try await ServicesSession(session: session, options: services).fleet(session.settings())
        let text = drawn(FleetGraph(fleet))
        if let output {
            try PlainFile.write(Array(text.utf8), to: output, mode: 0o644)
        } else {
            Output.standard(isColoured: false, width: 80).write(text)
        }
    }

    private func drawn(_ graph: FleetGraph) -> String {
        switch format ?? named ?? .text {
        case .text: graph.text
        case .mermaid: graph.mermaid
        case .dot: graph.dot
        case .svg: SVGGraph(graph).text
        }
    }

    private var named: Format? {
        let endings: [(String, Format)] = [(".svg", .svg), (".dot", .dot), (".gv", .dot), (".mmd", .mermaid)]
        return endings.first { output?.hasSuffix($0.0) == true }?.1
    }
}
