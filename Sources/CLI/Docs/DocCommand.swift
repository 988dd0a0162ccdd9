//! `drover doc`, which `ansible-doc` is another name for: what modules, filters, tests and lookups do.

import ArgumentParser
import Diagnostics
import Modules
import Reports
import Templates
import Values

struct DocCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doc", abstract: "Explain modules, filters, tests and lookups.")

    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: "module, filter, test or lookup; with --list also Ansible's other kinds of plugins.")
    var type = ListedKind.documented(.module)

    @Flag(name: [.short, .long], help: "List all of the type.")
    var list = false

    @Flag(name: [.short, .long], help: "Show a task that uses the module.")
    var snippet = false

    @Flag(name: [.short, .long], help: "Print JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Accepted for compatibility.")
    var verbose: Int

    @Option(
        name: .long, parsing: .unconditional, help: "Print a page of the reference: modules, filters, tests or lookups."
    )
    var markdown: Reference?

    @Argument(help: "Names.")
    var names: [String] = []

    func run() throws {
        if let markdown { return print(markdown.markdown, terminator: "") }
        if list || names.isEmpty { return try printList() }
        guard case .documented(let kind) = type else {
            throw Diagnostic(.usage, "there are no pages about this kind of plugin", help: "list them with --list")
                .exiting(1)
        }
        var documents: OrderedMap = [:]
        for name in names {
            guard let document = try document(name, kind) else { continue }
            if json {
                documents[name] = document.json
            } else {
                print(snippet ? document.snippet : document.text)
            }
        }
        if json { print(try Value.dict(documents).json(indent: 4, sortKeys: true, ascii: false)) }
    }

    private func printList() throws {
        let entries = type.entries
        if json {
            let map = OrderedMap(entries.map { ($0.name, Value.string($0.summary)) })
            return print(try Value.dict(map).json(indent: 4, sortKeys: true, ascii: false))
        }
        let width = entries.map(\.name.count).max() ?? 0
        for entry in entries {
            print(entry.name + String(repeating: " ", count: width + 2 - entry.name.count) + entry.summary)
        }
    }

    /// nil where there is no such thing and Ansible would only have warned of it.
    private func document(_ name: String, _ kind: DocumentedKind) throws(Diagnostic) -> (any Documented)? {
        do throws(Diagnostic) { return try kind.document(name) } catch {
            guard ProgramName.current == .ansibleDoc else { throw error }
            var warning = error
            warning.severity = .warning
            Output.standard(isColoured: false, width: 80).writeError(
                "[WARNING]: \(name) was not found\n" + warning.rendered(isColoured: false))
            return nil
        }
    }
}
