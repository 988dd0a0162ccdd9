//! Short ways to render templates in tests.

import Diagnostics
import Foundation
import Templates
import Values

/// Everything there is, and little patience: tests share the processors with others that keep an eye on the clock.
let testEnvironment = TemplateEnvironment(
    filters: Builtin.filters, tests: Builtin.tests, globals: Builtin.globals, maximumSteps: 100_000)

func scope(_ variables: OrderedMap = [:], templates: [String: String] = [:]) -> RenderScope {
    let files = templates.reduce(into: [String: SourceFile]()) { files, entry in
        files[entry.key] = SourceFile(path: entry.key, text: entry.value)
    }
    return RenderScope(DictionarySource(variables, templates: files), environment: testEnvironment)
}

/// The native value of a template.
func evaluate(
    _ template: String, _ variables: OrderedMap = [:], templates: [String: String] = [:],
    options: TemplateOptions = .init()
) throws(Diagnostic) -> Value {
    try Template(template, at: nil, options: options).evaluate(in: scope(variables, templates: templates))
}

/// The text of a template.
func render(
    _ template: String, _ variables: OrderedMap = [:], templates: [String: String] = [:],
    options: TemplateOptions = .init()
) throws(Diagnostic) -> String {
    try Template(template, at: nil, options: options).render(in: scope(variables, templates: templates))
}

/// The mistake that a template makes; nil if it renders.
func mistake(_ template: String, _ variables: OrderedMap = [:], templates: [String: String] = [:]) -> Diagnostic? {
    do throws(Diagnostic) {
        _ = try evaluate(template, variables, templates: templates)
        return nil
    } catch {
        return error
    }
}

/// The bytes of a file in `Goldens`.
func golden(_ name: String) throws -> [UInt8] {
    let url = Bundle.module.url(forResource: "Goldens/\(name)", withExtension: nil)
    guard let url else { throw CocoaError(.fileNoSuchFile) }
    return Array(try Data(contentsOf: url))
}
