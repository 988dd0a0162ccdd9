//! From what an author wrote to what a module works with: names, types, choices and the rules between arguments.

import Diagnostics
import Values

/// Validates the arguments of one module call against its declaration.
///
/// Templates are rendered before; an argument whose value is `omit` has been dropped by the caller.
package struct ArgumentValidator: Sendable {
    package let spec: ModuleSpec
    private let canonicalNames: [String: String]
    private let takingNull: Set<String>

    package init(_ spec: ModuleSpec) {
        self.spec = spec
        var names: [String: String] = [:]
        for argument in spec.arguments {
            names[argument.name] = argument.name
            for alias in argument.aliases { names[alias] = argument.name }
        }
        canonicalNames = names
        takingNull = Set(spec.arguments.filter(\.takesNull).map(\.name))
    }

    /// Checks names only, for what can be known before any template is rendered.
    package func validateNames(_ names: [Located<String>]) throws(Diagnostic) {
        guard !spec.acceptsAnyArgument else { return }
        for name in names where canonicalNames[name.value] == nil {
            throw unsupported(name.value, at: name.range)
        }
    }

    /// Converts `raw`, fills in defaults and checks the rules between arguments.
    package func validate(
        _ raw: OrderedMap, range: SourceRange? = nil, ranges: [String: SourceRange] = [:]
    ) throws(Diagnostic) -> ModuleArguments {
        var given: OrderedMap = [:]
        var places: [String: SourceRange] = [:]
        for (key, value) in raw {
            let written = try name(of: key, at: range)
            guard let canonical = canonicalNames[written] ?? (spec.acceptsAnyArgument ? written : nil) else {
                throw unsupported(written, at: ranges[written] ?? range)
            }
            guard !value.isNone || takingNull.contains(canonical) else { continue }
            given[canonical] = value
            places[canonical] = ranges[written]
        }
        var values: OrderedMap = [:]
        for argument in spec.arguments {
            guard let value = given[argument.name] else {
                if let fallback = argument.fallback { values[argument.name] = fallback }
                continue
            }
            values[argument.name] = try converted(value, for: argument, at: places[argument.name] ?? range)
        }
        for (key, value) in given where key.string.map({ canonicalNames[$0] == nil }) ?? true { values[key] = value }
        try ArgumentRules(spec: spec, given: given, values: values, range: range).check()
        return ModuleArguments(values: values, range: range, ranges: places)
    }

    private func name(of key: Value, at range: SourceRange?) throws(Diagnostic) -> String {
        if let name = key.string { return name }
        throw Diagnostic(.unknownArgument, "the name of an argument must be a string", at: range)
    }

    private func converted(
        _ value: Value, for argument: ArgumentSpec, at range: SourceRange?
    ) throws(Diagnostic) -> Value {
        let converted: Value
        switch ArgumentConversion.convert(value, to: argument.kind) {
        case .converted(let result): converted = result
        case .refused(let why):
            let type = value.typeName
            throw Diagnostic(
                .invalidArgument,
                "argument '\(argument.name)' is of type \(type) and we were unable to convert to "
                    + "\(ArgumentConversion.name(of: argument.kind)): \(why)",
                at: range)
        }
        try checkChoices(converted, of: argument, at: range)
        return converted
    }

    private func checkChoices(_ value: Value, of argument: ArgumentSpec, at range: SourceRange?) throws(Diagnostic) {
        guard !argument.choices.isEmpty else { return }
        let chosen = value.list?.map(ArgumentConversion.text) ?? [ArgumentConversion.text(value)]
        for choice in chosen where !argument.choices.contains(choice) {
            let wanted = argument.choices.joined(separator: ", ")
            let quantity = value.list == nil ? "one of" : "one or more of"
            throw Diagnostic(
                .invalidArgument, "value of \(argument.name) must be \(quantity): \(wanted), got: \(choice)",
                at: range, help: Suggestion.help(for: choice, among: argument.choices))
        }
    }

    private func unsupported(_ name: String, at range: SourceRange?) -> Diagnostic {
        let supported = spec.arguments.map(\.name).sorted().joined(separator: ", ")
        let aliases = spec.arguments.flatMap(\.aliases).sorted().joined(separator: ", ")
        let module = spec.names.first ?? ""
        return Diagnostic(
            .unknownArgument,
            "Unsupported parameters for (\(module)) module: \(name). Supported parameters include: "
                + "\(supported)\(aliases.isEmpty ? "" : " (\(aliases))").",
            at: range, help: Suggestion.help(for: name, among: canonicalNames.keys.sorted()))
    }
}
