//! Options that an author has specified as data (`meta/argument_specs.yml`), and what is wrong with values for them.

import Diagnostics
import Values

/// The options of one level of a specification. Everything wrong is collected, in Ansible's order and words.
struct OptionTable {
    /// Names and specifications as written; what is no mapping has been refused before.
    private let options: [(name: String, spec: OrderedMap)]
    /// Of the option that holds these: rules between them.
    private let rules: OrderedMap
    /// The options around these, the outermost first.
    private let path: [String]

    init(_ options: OrderedMap, rules: OrderedMap = [:], inside path: [String] = []) throws(Diagnostic) {
        self.options = try options.map { key, spec throws(Diagnostic) in
            guard let spec = spec.dict else {
                throw Diagnostic(
                    .invalidArgument,
                    "the specification of the option '\(try key.text())' must be a dict, got "
                        + "\(spec.typeName)", help: "describe it with keys such as `type:` and `required:`")
            }
            return (try key.text(), spec)
        }
        self.rules = rules
        self.path = path
    }

    /// Names under which values may be given.
    var names: [String] { options.flatMap { [$0.name] + Self.aliases($0.spec) } }

    private static func aliases(_ spec: OrderedMap) -> [String] { spec["aliases"]?.list?.compactMap(\.string) ?? [] }

    /// What is wrong with the values.
    func errors(in given: OrderedMap) throws(Diagnostic) -> [String] {
        var unsupported = Unsupported()
        var errors = try errors(in: given, &unsupported)
        if let message = unsupported.message { errors.append(message) }
        return errors
    }

    private func errors(in given: OrderedMap, _ unsupported: inout Unsupported) throws(Diagnostic) -> [String] {
        let known = Set(names)
        unsupported.add(
            try given.keys.map { key throws(Diagnostic) in try key.text() }.filter { !known.contains($0) }, in: path,
            supported: options.map(\.name))
        var values = named(given)
        if let option = options.first(where: { Self.isRequired($0.spec) && $0.spec["default"]?.isNone == false }) {
            return ["internal error: required and default are mutually exclusive for \(option.name)"]
        }
        for option in options where values[option.name] == nil { values[option.name] = Self.fallback(option.spec) }
        let relations = OptionRelations(rules: rules, values: values, place: place)
        var errors = relations.exclusive()
        let missing = options.filter { Self.isRequired($0.spec) && values[$0.name] == nil }.map(\.name)
        if !missing.isEmpty { errors.append("missing required arguments: \(missing.joined(separator: ", "))\(place)") }
        for option in options { errors += convert(option, in: &values) }
        for option in options { errors += choiceError(option, values[option.name]) }
        errors += OptionRelations(rules: rules, values: values, place: place).dependent()
        for option in options { errors += try inner(option, values[option.name], &unsupported) }
        return errors
    }

    /// The values under their canonical names.
    private func named(_ given: OrderedMap) -> OrderedMap {
        var values: OrderedMap = [:]
        for option in options {
            for name in Self.aliases(option.spec) + [option.name] {
                values[option.name] = given[name] ?? values[option.name]
            }
        }
        return values
    }

    private static func isRequired(_ spec: OrderedMap) -> Bool { spec["required"]?.bool == true }

    private static func fallback(_ spec: OrderedMap) -> Value? {
        if let value = spec["default"] { return value.isNone ? nil : value }
        return spec["apply_defaults"]?.bool == true && spec["options"] != nil ? .dict([:]) : nil
    }

    private var place: String { path.isEmpty ? "" : " found in \(path.joined(separator: " -> "))" }

    private func convert(_ option: (name: String, spec: OrderedMap), in values: inout OrderedMap) -> [String] {
        guard let value = values[option.name], !value.isNone || Self.isRequired(option.spec) else { return [] }
        let type = option.spec["type"]?.string ?? "str"
        switch OptionType.convert(value, to: type) {
        case .converted(let converted): values[option.name] = converted
        case .refused(let why):
            let around = path.isEmpty ? "" : " found in '\(path.joined(separator: " -> "))'."
            return [
                "argument '\(option.name)' is of type \(value.typeName)\(around) and we were unable to convert to "
                    + "\(type): \(why)"
            ]
        }
        guard let element = option.spec["elements"]?.string, let items = values[option.name]?.list else { return [] }
        var errors: [String] = []
        var converted: [Value] = []
        for item in items {
            switch OptionType.convert(item, to: element) {
            case .converted(let item): converted.append(item)
            case .refused(let why):
                let around = path.isEmpty ? "" : " found in '\(path.joined(separator: " -> "))'"
                errors.append(
                    "Elements value for option '\(option.name)'\(around) is of type \(item.typeName) and we were "
                        + "unable to convert to \(element): \(why)")
                converted.append(item)
            }
        }
        values[option.name] = .list(converted)
        return errors
    }

    private func choiceError(_ option: (name: String, spec: OrderedMap), _ value: Value?) -> [String] {
        guard let choices = option.spec["choices"]?.list, !choices.isEmpty, let value, !value.isNone else { return [] }
        let wanted = choices.map(ArgumentConversion.text).joined(separator: ", ")
        if let items = value.list {
            let others = items.filter { !choices.contains($0) }.map(ArgumentConversion.text)
            return others.isEmpty
                ? []
                : [
                    "value of \(option.name) must be one or more of: \(wanted). Got no match for: "
                        + others.joined(separator: ", ") + place
                ]
        }
        return choices.contains(value)
            ? [] : ["value of \(option.name) must be one of: \(wanted), got: \(ArgumentConversion.text(value))\(place)"]
    }

    /// The options of an option: of a dict, or of every dict of a list.
    private func inner(
        _ option: (name: String, spec: OrderedMap), _ value: Value?, _ unsupported: inout Unsupported
    ) throws(Diagnostic) -> [String] {
        guard let options = option.spec["options"]?.dict, let value else { return [] }
        let table = try OptionTable(options, rules: option.spec, inside: path + [option.name])
        var errors: [String] = []
        for part in value.list ?? [value] {
            guard let part = part.dict else { continue }
            errors += try table.errors(in: part, &unsupported)
        }
        return errors
    }
}

/// Names that no option has, from all levels.
private struct Unsupported {
    private var names: [String] = []
    private var supported: [String] = []

    mutating func add(_ names: [String], in path: [String], supported: [String]) {
        guard !names.isEmpty else { return }
        if self.names.isEmpty { self.supported = supported.sorted() }
        self.names += names.map { (path + [$0]).joined(separator: ".") }
    }

    var message: String? {
        guard !names.isEmpty else { return nil }
        let known = supported.joined(separator: ", ")
        return "\(names.sorted().joined(separator: ", ")). Supported parameters include: \(known)."
    }
}
