//! `drover template`: render an expression or a file for a host, and say where each variable came from.

import ArgumentParser
import Diagnostics
import Engine
import Playbooks
import Reports
import Templates
import Values

struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "Render an expression or a template file for a host.",
        discussion: "drover template -i inventory --host web1 '{{ ansible_host }}'\n"
            + "drover template -i inventory --host web1 --file nginx.conf.j2\n\n"
            + "Standard output has the text alone; where each variable came from goes to standard error.")

    @OptionGroup(title: "Inventory and Variables") var inventory: InventoryOptions

    @Option(name: .long, parsing: .unconditional, help: "The host whose variables are used.")
    var host = "localhost"

    @Option(name: .long, parsing: .unconditional, help: "A template file.")
    var file: String?

    @Flag(name: .long, help: "Render JSON lines from standard input, one answer a line.")
    var batch = false

    @Flag(inversion: .prefixedNo, help: "Say where each variable came from, and which definitions it hides.")
    var origins = true

    @Argument(help: "A template such as '{{ groups.web | length }}'.")
    var expression: String?

    func run() async throws {
        let output = Output.standard(isColoured: false, width: 80)
        if batch { return Self.runBatch(output) }
        guard (expression == nil) != (file == nil) else {
            throw Diagnostic(.usage, "give either a template or --file", help: "drover template --host web1 '{{ x }}'")
                .exiting(2)
        }
        let session = try Session(inventory, ConnectionFlags.none)
        let run = try await session.run(session.settings(), emit: { _ in })
        let rendering =
            if let file {
                try await run.rendered(file: file, for: host)
            } else {
                try await run.rendered(expression ?? "", for: host)
            }
        output.write(rendering.text.hasSuffix("\n") ? rendering.text : rendering.text + "\n")
        if origins { Self.tell(rendering.variables, output) }
    }

    /// No values: some of them are secrets.
    private static func tell(_ variables: [UsedVariable], _ output: Output) {
        let width = variables.map(\.name.count).max() ?? 0
        for variable in variables {
            let name = variable.name + String(repeating: " ", count: width - variable.name.count)
            let over = variable.hidden.isEmpty ? "" : ", instead of \(variable.hidden.joined(separator: "; "))"
            output.writeError("\(name)  \(variable.origin ?? "not defined")\(over)\n")
        }
    }

    private static func runBatch(_ output: Output) {
        let batch = TemplateBatch.withLookups
        while let line = readLine(strippingNewline: true) {
            if !line.isEmpty { output.write(batch.answer(line) + "\n") }
        }
    }
}
