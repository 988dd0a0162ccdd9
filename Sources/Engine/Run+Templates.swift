//! Rendering outside of any play, for `drover template`.

import Diagnostics
import Inventories
import Playbooks
import Synchronization
import Templates
import Values

extension Run {
    /// What rendering gave, and the variables that it took for it, in the order of their first use.
    package struct Rendering: Sendable {
        package let text: String
        package let variables: [UsedVariable]
    }

    /// An expression or text with a host's variables; JSON unless it is text.
    package func rendered(_ text: String, for host: String) throws(Diagnostic) -> Rendering {
        try watched(host) { scope throws(Diagnostic) in try rendered(text, in: scope) }
    }

    /// A template file with a host's variables, as the template module writes it.
    package func rendered(file path: String, for host: String) throws(Diagnostic) -> Rendering {
        try watched(host) { scope throws(Diagnostic) in
            let controller = TaskController(scope: scope)
            let source = SourceFile(path: path, bytes: try controller.read(path, decrypt: true))
            let header = try TemplateOptions.parseHeader(String(decoding: source.bytes, as: UTF8.self), base: .init())
            return try controller.render(SourceFile(path: path, text: header.1), options: header.0, with: [:])
        }
    }

    /// Renders with a scope that notes which names are asked for.
    private func watched(
        _ host: String, _ render: (HostScope) throws(Diagnostic) -> String
    ) throws(Diagnostic) -> Rendering {
        let scope = try scope(of: host)
        let names = UsedNames()
        var watching = scope
        watching.onUse = { names.note($0) }
        let text = try render(watching)
        let variables = try names.all.map { name throws(Diagnostic) in try scope.use(of: name) }
        return Rendering(text: text, variables: variables)
    }

    private func rendered(_ text: String, in scope: HostScope) throws(Diagnostic) -> String {
        let file = SourceFile(path: "<template>", text: text)
        let range = SourceRange(file: file, offset: 0, length: file.bytes.count)
        let value = try Template(text, at: range).evaluate(in: scope.renderScope).materialized()
        if let text = value.string { return text }
        return try value.json(indent: 4, ascii: false)
    }

    func scope(of host: String) throws(Diagnostic) -> HostScope {
        guard let name = inventory.knownName(host) else {
            throw Diagnostic(
                .hostPattern, "no host '\(host)' in the inventory",
                help: Suggestion.help(for: host, among: inventory.hostNames))
        }
        let play = try loader.adHocPlay(pattern: name, module: "debug", arguments: "")
        readVariables(beside: play)
        let context = PlayContext(
            play: play, name: "", prompts: [:], allHosts: [name], batch: [name], publicRoles: [])
        return HostScope(context: snapshot(context, variableFiles: [:]), host: name, frame: play.frame)
    }
}

/// Names in the order of their first use.
private final class UsedNames: Sendable {
    private let names = Mutex<[String]>([])

    var all: [String] { names.withLock { $0 } }

    func note(_ name: String) {
        names.withLock { names in
            if !names.contains(name) { names.append(name) }
        }
    }
}
