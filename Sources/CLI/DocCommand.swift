//! `drover doc`: what a module does, from its own declaration.

import ArgumentParser
import Diagnostics
import Modules
import Reports
import Values

struct DocCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "doc", abstract: "Explain modules.")

    @Flag(name: [.short, .long], help: "List all modules.")
    var list = false

    @Option(
        name: .long, parsing: .unconditional, help: "Print a page of the reference: modules, filters, tests or lookups."
    )
    var markdown: Reference?

    @Argument(help: "A module.")
    var modules: [String] = []

    func run() throws {
        if let markdown { return print(markdown.markdown, terminator: "") }
        if list || modules.isEmpty {
            let width = BuiltinModules.all.map { $0.spec.names[0].count }.max() ?? 0
            for module in BuiltinModules.all.sorted(by: { $0.spec.names[0] < $1.spec.names[0] }) {
                let name = module.spec.names[0]
                print(name + String(repeating: " ", count: width + 2 - name.count) + module.spec.summary)
            }
            return
        }
        for name in modules { print(try ModuleDocument(ModuleRegistry.standard.module(named: name)).text) }
    }
}

/// A module's documentation as text: names, arguments from its declaration, then its `module.md`.
struct ModuleDocument {
    private let spec: ModuleSpec

    init(_ module: any Module.Type) {
        spec = module.spec
    }

    var text: String {
        var lines = [spec.names.joined(separator: ", "), "", "  " + spec.summary, ""]
        for argument in spec.arguments.sorted(by: { ($0.required ? 0 : 1, $0.name) < ($1.required ? 0 : 1, $1.name) }) {
            lines.append("  \(argument.required ? "=" : "-") \(argument.name): \(argument.summary)")
            var facts: [String] = []
            if let fallback = argument.fallback { facts.append("default: \((try? fallback.text()) ?? "")") }
            if !argument.choices.isEmpty { facts.append("choices: \(argument.choices.joined(separator: ", "))") }
            if !argument.aliases.isEmpty { facts.append("aliases: \(argument.aliases.joined(separator: ", "))") }
            if !facts.isEmpty { lines.append("      " + facts.joined(separator: "; ")) }
        }
        if let folder = spec.names[0].split(separator: ".").last,
            let document = BuiltinModules.documents[String(folder)]
        {
            lines += ["", document]
        }
        return lines.joined(separator: "\n")
    }
}
