//! The control node of a case: files from the case itself.

import Diagnostics
import Modules
import Templates
import Values

struct CaseController: Controller {
    let folder: TemporaryFolder
    let variables: OrderedMap

    func path(of name: String, in folder: ControllerFolder) throws(Diagnostic) -> String {
        let path = self.folder.absolute(name)
        guard self.folder.status(name.withoutSlash) != nil else {
            throw Diagnostic(.fileNotFound, "Could not find or access '\(name)'")
        }
        return path
    }

    func read(_ path: String, decrypt: Bool) throws(Diagnostic) -> [UInt8] {
        guard let bytes = folder.read(path) else { throw Diagnostic(.fileUnreadable, "cannot read \(path)") }
        return bytes
    }

    func render(
        _ source: SourceFile, options: TemplateOptions, with variables: OrderedMap
    ) throws(Diagnostic) -> String {
        let text = String(decoding: source.bytes, as: UTF8.self)
        return try Template(text, at: nil, options: options).render(in: scope(variables))
    }

    func isTrue(_ condition: Value) throws(Diagnostic) -> Bool {
        if let flag = condition.bool { return flag }
        return try Template(condition.string ?? "", at: nil, form: .expression).evaluate(in: scope([:])) == true
    }

    func variable(_ name: String) throws(Diagnostic) -> Value? { variables[name] }

    func evaluate(_ expression: String) throws(Diagnostic) -> Value {
        try Template(expression, at: nil, form: .expression).evaluate(in: scope([:]))
    }

    private func scope(_ more: OrderedMap) -> RenderScope {
        var all = variables
        all.merge(more)
        return RenderScope(CaseVariables(values: all), environment: .standard)
    }
}

private struct CaseVariables: VariableSource {
    let values: OrderedMap

    func variable(_ name: String, for scope: RenderScope) throws(Diagnostic) -> TemplatedValue? {
        values[name].map { .constant($0) }
    }

    var variableNames: [String] { values.keys.compactMap(\.string) }

    func lookup(_ plugin: String, _ arguments: Arguments, for scope: RenderScope) throws(Diagnostic) -> [Value] { [] }

    func templateSource(_ name: String) throws(Diagnostic) -> SourceFile {
        throw Diagnostic(.fileNotFound, "no template \(name)")
    }
}
