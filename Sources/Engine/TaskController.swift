//! The control node as a module sees it: files of the role and playbook, templates, conditions.

import Diagnostics
import Glibc
import Modules
import Playbooks
import Templates
import Values

struct TaskController: Controller {
    let scope: HostScope

    func path(of name: String, in folder: ControllerFolder) throws(Diagnostic) -> String {
        if Path.isAbsolute(name) {
            let path = Path.expanded(name)
            guard Path.exists(path) else { throw missing(name, [path]) }
            return path
        }
        var candidates: [String] = []
        for base in scope.searchFolders {
            candidates.append("\(base)/\(folder.rawValue)/\(name)")
            candidates.append("\(base)/\(name)")
        }
        guard let path = candidates.first(where: Path.exists) else { throw missing(name, candidates) }
        return path
    }

    private func missing(_ name: String, _ searched: [String]) -> Diagnostic {
        Diagnostic(
            .fileNotFound, "Could not find or access '\(name)' on the Ansible Controller.",
            help: FolderListing.help(for: name, missingAt: searched),
            notes: ["searched: " + searched.joined(separator: ", ")])
    }

    func read(_ path: String, decrypt: Bool) throws(Diagnostic) -> [UInt8] {
        if let guess = scope.context.guess, !guess.allowsReading(path) { throw GuessLimit.refusal }
        return try SourceReader(decrypt: scope.context.run.vault).read(path, decrypted: decrypt).bytes
    }

    func destination(_ path: String) -> String {
        Path.absolute(Path.join(scope.context.play.play.folder, path))
    }

    func render(
        _ source: SourceFile, options: TemplateOptions, with variables: OrderedMap
    ) throws(Diagnostic) -> String {
        var locals: [String: Value] = [:]
        for (key, value) in variables { if let name = key.string { locals[name] = value } }
        let text = String(decoding: source.bytes, as: UTF8.self)
        let range = SourceRange(file: source, offset: 0, length: source.bytes.count)
        return try Template(text, at: range, options: options).render(in: scope.with(locals).renderScope)
    }

    func isTrue(_ condition: Value) throws(Diagnostic) -> Bool {
        try Condition(condition, at: nil).isTrue(in: scope.renderScope)
    }

    func variable(_ name: String) throws(Diagnostic) -> Value? {
        let render = scope.renderScope
        return try scope.variable(name, for: render)?.evaluate(in: render).materialized()
    }

    func evaluate(_ expression: String) throws(Diagnostic) -> Value {
        try Template(expression, at: nil, form: .expression).evaluate(in: scope.renderScope).materialized()
    }
}
