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
            + "drover template -i inventory --host web1 --file nginx.conf.j2")

    @OptionGroup var inventory: InventoryOptions

    @Option(name: .long, parsing: .unconditional, help: "The host whose variables are used.")
    var host = "localhost"

    @Option(name: .long, parsing: .unconditional, help: "A template file.")
    var file: String?

    @Flag(name: .long, help: "Render JSON lines from standard input, one answer a line.")
    var batch = false

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
        let text: String
        if let file {
            text = try await run.rendered(file: file, for: host)
        } else {
            text = try await run.rendered(expression ?? "", for: host)
        }
        output.write(text.hasSuffix("\n") ? text : text + "\n")
    }

    private static func runBatch(_ output: Output) {
        let batch = TemplateBatch.withLookups
        while let line = readLine(strippingNewline: true) {
            if !line.isEmpty { output.write(batch.answer(line) + "\n") }
        }
    }
}
