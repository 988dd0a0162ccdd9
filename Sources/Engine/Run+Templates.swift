//! Rendering outside of any play, for `drover template`.

import Diagnostics
import Inventories
import Playbooks
import Templates
import Values

extension Run {
    /// An expression or text with a host's variables; JSON unless it is text.
    package func rendered(_ text: String, for host: String) throws(Diagnostic) -> String {
        let file = SourceFile(path: "<template>", text: text)
        let range = SourceRange(file: file, offset: 0, length: file.bytes.count)
        let value = try Template(text, at: range).evaluate(in: scope(of: host).renderScope).materialized()
        if let text = value.string { return text }
        return try value.json(indent: 4, ascii: false)
    }

    /// A template file with a host's variables, as the template module writes it.
    package func rendered(file path: String, for host: String) throws(Diagnostic) -> String {
        let controller = TaskController(scope: try scope(of: host))
        let source = SourceFile(path: path, bytes: try controller.read(path, decrypt: true))
        let header = try TemplateOptions.parseHeader(String(decoding: source.bytes, as: UTF8.self), base: .init())
        return try controller.render(SourceFile(path: path, text: header.1), options: header.0, with: [:])
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
