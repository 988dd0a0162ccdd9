//! What `drover doc` knows: everything from declarations.

import ArgumentParser
import Diagnostics
import Modules
import Templates
import Values

/// Something with documentation.
protocol Documented {
    var text: String { get }
    var snippet: String { get }
    var json: Value { get }
}

/// What can be asked about.
enum DocumentedKind: String, ExpressibleByArgument, CaseIterable {
    case module, filter, test, lookup

    /// Full names and summaries, sorted.
    var entries: [(name: String, summary: String)] {
        let all: [(name: String, summary: String)] =
            switch self {
            case .module: BuiltinModules.all.map { ($0.spec.names[0], $0.spec.summary) }
            case .filter: Builtin.filters.map { (Self.fullName($0.names), $0.summary) }
            case .test: Builtin.tests.map { (Self.fullName($0.names), $0.summary) }
            case .lookup: Lookup.all.map { (Self.fullName($0.names), $0.summary) }
            }
        return all.sorted { $0.name < $1.name }
    }

    private static func fullName(_ names: [String]) -> String { names.first { $0.contains(".") } ?? names.first ?? "" }

    func document(_ name: String) throws(Diagnostic) -> any Documented {
        switch self {
        case .module: return try ModuleDocument(ModuleRegistry.standard.module(named: name))
        case .filter: return try plugin(name, among: Builtin.filters.map { ($0.names, $0.summary, $0.example) })
        case .test: return try plugin(name, among: Builtin.tests.map { ($0.names, $0.summary, $0.example) })
        case .lookup: return try plugin(name, among: Lookup.all.map { ($0.names, $0.summary, $0.example) })
        }
    }

    private func plugin(
        _ name: String, among all: [(names: [String], summary: String, example: String)]
    ) throws(Diagnostic) -> PluginDocument {
        guard let found = all.first(where: { $0.names.contains(name) }) else {
            throw Diagnostic(
                .templatePlugin, "there is no \(rawValue) '\(name)'",
                help: Suggestion.help(for: name, among: all.flatMap(\.names)))
        }
        return PluginDocument(kind: self, names: found.names, summary: found.summary, example: found.example)
    }
}

/// A filter, test or lookup.
struct PluginDocument: Documented {
    let kind: DocumentedKind
    let names: [String]
    let summary: String
    let example: String

    var text: String { "\(names.joined(separator: ", "))\n\n  \(summary)\n\n  \(example)\n" }
    var snippet: String { example }

    var json: Value {
        ["doc": ["name": .string(names[0]), "short_description": .string(summary)], "examples": .string(example)]
    }
}

/// A module's documentation: names, arguments from its declaration, then its `module.md`.
struct ModuleDocument: Documented {
    private let spec: ModuleSpec

    init(_ module: any Module.Type) {
        spec = module.spec
    }

    private var shortName: String { spec.names[0].split(separator: ".").last.map(String.init) ?? spec.names[0] }

    private var arguments: [ArgumentSpec] {
        spec.arguments.sorted { ($0.required ? 0 : 1, $0.name) < ($1.required ? 0 : 1, $1.name) }
    }

    var text: String {
        var lines = [spec.names.joined(separator: ", "), "", "  " + spec.summary, ""]
        for argument in arguments {
            lines.append("  \(argument.required ? "=" : "-") \(argument.name): \(argument.summary)")
            var facts: [String] = []
            if let fallback = argument.fallback { facts.append("default: \((try? fallback.text()) ?? "")") }
            if !argument.choices.isEmpty { facts.append("choices: \(argument.choices.joined(separator: ", "))") }
            if !argument.aliases.isEmpty { facts.append("aliases: \(argument.aliases.joined(separator: ", "))") }
            if !facts.isEmpty { lines.append("      " + facts.joined(separator: "; ")) }
        }
        if let document = BuiltinModules.document(of: spec.names[0]) { lines += ["", document] }
        return lines.joined(separator: "\n")
    }

    /// A task with every argument and what it means.
    var snippet: String {
        let isOwn = spec.names[0].hasPrefix(BuiltinModules.ownCollection)
        var lines = ["- name: \(spec.summary)", "  \(isOwn ? spec.names[0] : shortName):"]
        for argument in arguments {
            let mark = argument.required ? "(required) " : ""
            let name = "      \(argument.name):"
            lines.append(name.padded(to: 29) + "# \(mark)\(argument.summary)")
        }
        return lines.joined(separator: "\n")
    }

    var json: Value {
        var options: OrderedMap = [:]
        for argument in arguments {
            var facts: OrderedMap = ["description": [.string(argument.summary)], "type": .string(argument.kind.title)]
            if argument.required { facts["required"] = true }
            if let fallback = argument.fallback { facts["default"] = fallback }
            if !argument.choices.isEmpty { facts["choices"] = .list(argument.choices.map { .string($0) }) }
            if !argument.aliases.isEmpty { facts["aliases"] = .list(argument.aliases.map { .string($0) }) }
            options[argument.name] = .dict(facts)
        }
        let collection = spec.names[0].split(separator: ".").dropLast().joined(separator: ".")
        return [
            "doc": [
                "module": .string(shortName), "collection": .string(collection),
                "short_description": .string(spec.summary), "options": .dict(options),
            ], "examples": BuiltinModules.document(of: spec.names[0]).map { .string($0) } ?? .none,
        ]
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self + " "
    }
}
