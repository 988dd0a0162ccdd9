//! Variables from a plain dictionary, for rendering without an engine.

import Diagnostics
import Values

/// A variable source over data: strings in it are templates, as in a vars file.
package final class DictionarySource: VariableSource {
    package typealias Lookup =
        @Sendable (_ plugin: String, _ arguments: Arguments, _ scope: RenderScope) throws(Diagnostic) -> [Value]

    private let definitions: [String: TemplatedValue]
    private let templates: [String: SourceFile]
    private let runLookup: Lookup?

    package init(
        _ variables: OrderedMap, templates: [String: SourceFile] = [:], lookup: Lookup? = nil,
        environment: TemplateEnvironment = .standard
    ) {
        var definitions: [String: TemplatedValue] = [:]
        for (key, value) in variables {
            if case .string(let name) = key { definitions[name] = TemplatedValue(trusting: value, environment) }
        }
        self.definitions = definitions
        self.templates = templates
        runLookup = lookup
    }

    package var variableNames: [String] { definitions.keys.sorted() }

    package func variable(_ name: String, for scope: RenderScope) throws(Diagnostic) -> TemplatedValue? {
        definitions[name]
    }

    package func lookup(_ plugin: String, _ arguments: Arguments, for scope: RenderScope) throws(Diagnostic) -> [Value]
    {
        guard let runLookup else {
            throw Diagnostic(.templatePlugin, "The lookup plugin '\(plugin)' is not available here")
        }
        return try runLookup(plugin, arguments, scope)
    }

    package func templateSource(_ name: String) throws(Diagnostic) -> SourceFile {
        guard let file = templates[name] else {
            throw Diagnostic(
                .fileNotFound, "no template named '\(name)'",
                help: Suggestion.help(for: name, among: templates.keys.sorted()))
        }
        return file
    }
}

extension TemplatedValue {
    /// Data that an author vouches for: every string in it is a template.
    package init(trusting value: Value, _ environment: TemplateEnvironment = .standard) {
        switch value {
        case .string(let text):
            var options = TemplateOptions()
            options.keepsBackslashes = true
            self = .template(Template(text, at: nil, options: options, environment: environment))
        case .list(let items) where value.mentionsTemplate:
            self = .list(items.map { TemplatedValue(trusting: $0, environment) })
        case .dict(let map) where value.mentionsTemplate:
            self = .dict(
                map.map {
                    Entry(key: .constant($0.key), value: TemplatedValue(trusting: $0.value, environment), range: nil)
                })
        default: self = .constant(value)
        }
    }
}

extension Value {
    fileprivate var mentionsTemplate: Bool {
        switch self {
        case .string(let text): text.hasBytes(of: "{{") || text.hasBytes(of: "{%") || text.hasBytes(of: "{#")
        case .list(let items), .tuple(let items): items.contains(where: \.mentionsTemplate)
        case .dict(let map): map.contains { $0.value.mentionsTemplate }
        default: false
        }
    }
}
