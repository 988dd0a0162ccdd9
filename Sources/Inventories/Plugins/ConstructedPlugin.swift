//! The plugin `constructed`: variables and groups from expressions over what earlier sources said.

import Diagnostics
import Templates
import Values
import YAML

/// Adds composed variables, conditional groups and keyed groups to the hosts that are there already.
struct ConstructedPlugin {
    private struct Composition {
        let name: String
        let expression: Template?
        let range: SourceRange
    }

    private struct ConditionalGroup {
        let name: String
        let condition: Condition
    }

    private static let options = [
        "strict", "compose", "groups", "keyed_groups", "leading_separator", "use_extra_vars", "use_vars_plugins",
    ]

    private let isStrict: Bool
    private let compositions: [Composition]
    private let conditionalGroups: [ConditionalGroup]
    private let keyedGroups: [KeyedGroup]
    /// Whether variables beside the earlier sources and playbooks may be used.
    let usesVariableFiles: Bool
    private let usesExtraVariables: Bool
    private(set) var warnings: [Diagnostic]

    init(_ file: PluginFile) throws(Diagnostic) {
        warnings = file.unknownOptions(besides: Self.options)
        isStrict = try file.flag("strict", default: false)
        usesVariableFiles = try file.flag("use_vars_plugins", default: false)
        usesExtraVariables = try file.flag("use_extra_vars", default: false)
        var compositions: [Composition] = []
        for entry in try file.mapping("compose") {
            compositions.append(
                Composition(
                    name: try entry.key.value().text(), expression: try entry.value.expression(),
                    range: entry.value.range))
        }
        self.compositions = compositions
        var groups: [ConditionalGroup] = []
        for entry in try file.mapping("groups") {
            groups.append(
                ConditionalGroup(
                    name: GroupName.safe(try entry.key.value().text()),
                    condition: Condition(try entry.value.value(), at: entry.value.textRange)))
        }
        conditionalGroups = groups
        let leadingSeparator = try file.flag("leading_separator", default: true)
        var keyed: [KeyedGroup] = []
        for node in try file.list("keyed_groups") {
            warnings += KeyedGroup.unknownOptions(in: node)
            keyed.append(try KeyedGroup(node, leadingSeparator: leadingSeparator))
        }
        keyedGroups = keyed
        warnUnlessStrict()
    }

    /// What cannot work for any host is told even where mistakes of single hosts are passed over.
    private mutating func warnUnlessStrict() {
        guard !isStrict else { return }
        let expressions = compositions.map { ($0.expression, $0.range) } + keyedGroups.map { ($0.key, $0.range) }
        for (expression, range) in expressions {
            var mistake = expression == nil ? Self.noExpression(at: range) : expression?.mistake
            mistake?.severity = .warning
            if let mistake { warnings.append(mistake) }
        }
        for var mistake in conditionalGroups.compactMap(\.condition.mistake) {
            mistake.severity = .warning
            warnings.append(mistake)
        }
    }

    private static func noExpression(at range: SourceRange) -> Diagnostic {
        Diagnostic(
            .inventorySyntax, "an expression has to be text", at: range, help: "put it in quotes, e.g. \"5\"")
    }

    // MARK: Hosts

    /// `view` is the inventory so far with its layers assembled; changes go to `inventory`.
    func apply(
        to inventory: inout Inventory, seen view: Inventory, _ settings: InventorySettings, playbookFolder: String?
    ) throws(Diagnostic) {
        for host in view.hostNames {
            guard let number = inventory.number(ofHost: host) else { continue }
            var templates = HostTemplates(
                host: host, layers: try view.layers(for: host, playbookDirectory: playbookFolder),
                groupNames: inventory.writtenGroupNames(ofHost: number), source: view.origin(of: host),
                extraVariables: usesExtraVariables || settings.usesExtraVariables ? settings.extraVariables : [:],
                facts: settings.cachedFacts?(host) ?? [:], runLookup: settings.lookup)
            templates.computed = try composed(templates)
            for composition in compositions {
                guard let value = templates.computed[composition.name] else { continue }
                let isData = !templates.isWritten(value)
                let located = Located(TemplatedValue.constant(value), at: composition.range)
                inventory.set(composition.name, located, ofHost: number, isComputed: isData)
            }
            try joinConditionalGroups(number, &inventory, templates)
            try joinKeyedGroups(number, &inventory, templates)
        }
    }

    /// Composed variables do not see one another.
    private func composed(_ templates: HostTemplates) throws(Diagnostic) -> [String: Value] {
        var values: [String: Value] = [:]
        for composition in compositions {
            let value = try attempt("Could not set \(composition.name) for host \(templates.host)") {
                () throws(Diagnostic) in
                guard let expression = composition.expression else { throw Self.noExpression(at: composition.range) }
                return try expression.evaluate(in: templates.scope)
            }
            if let value, !value.isOmit { values[composition.name] = value }
        }
        return values
    }

    private func joinConditionalGroups(
        _ host: Int, _ inventory: inout Inventory, _ templates: HostTemplates
    ) throws(Diagnostic) {
        for group in conditionalGroups {
            let isMember = try attempt("Could not add host \(templates.host) to group \(group.name)") {
                () throws(Diagnostic) in try group.condition.isTrue(in: templates.scope)
            }
            if isMember == true { inventory.join(host: host, group: inventory.ensureGroup(group.name)) }
        }
    }

    private func joinKeyedGroups(
        _ host: Int, _ inventory: inout Inventory, _ templates: HostTemplates
    ) throws(Diagnostic) {
        for keyed in keyedGroups {
            let value = try attempt("Could not generate group for host \(templates.host)") { () throws(Diagnostic) in
                guard let key = keyed.key else { throw Self.noExpression(at: keyed.range) }
                return try key.evaluate(in: templates.scope)
            }
            guard let value else { continue }
            for name in try keyed.groups(for: value) {
                let group = inventory.ensureGroup(name)
                inventory.join(host: host, group: group)
                guard let template = keyed.parent else { continue }
                let parent = try attempt("Could not generate parent group for host \(templates.host)") {
                    () throws(Diagnostic) in GroupName.safe(try template.render(in: templates.scope))
                }
                guard let parent, !parent.isEmpty else { continue }
                guard inventory.nest(group, in: inventory.ensureGroup(parent)) else {
                    throw Diagnostic(
                        .inventorySyntax,
                        "group '\(name)' cannot stand below '\(parent)', which stands below it", at: keyed.range)
                }
            }
        }
    }

    /// nil where something fails and `strict` does not ask for an error.
    private func attempt<Result>(
        _ what: String, _ body: () throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result? {
        do throws(Diagnostic) { return try body() } catch {
            guard isStrict else { return nil }
            var mistake = error
            mistake.message = "\(what): \(error.message)"
            throw mistake
        }
    }
}

extension HostTemplates {
    /// Whether a text stands like this in the inventory. Texts that were put together are data: nobody takes them for
    /// templates when the inventory is shown.
    fileprivate func isWritten(_ value: Value) -> Bool {
        switch value {
        case .string: break
        case .list(let items): return items.allSatisfy(isWritten)
        case .dict(let map): return map.values.allSatisfy(isWritten)
        default: return true
        }
        if extraVariables.values.contains(where: { $0.mentions(value) }) { return true }
        for layer in layers {
            for (name, definition) in layer.variables where !layer.computed.contains(name) {
                if definition.value.mentions(value) { return true }
            }
        }
        return false
    }
}

extension TemplatedValue {
    fileprivate func mentions(_ text: Value) -> Bool {
        switch self {
        case .constant(let value): value == text || value.mentions(text)
        case .list(let items): items.contains { $0.mentions(text) }
        case .dict(let entries): entries.contains { $0.value.mentions(text) }
        case .template, .deferred: false
        }
    }
}

extension Value {
    fileprivate func mentions(_ text: Value) -> Bool {
        switch self {
        case .list(let items): items.contains { $0 == text || $0.mentions(text) }
        case .dict(let map): map.contains { $0.value == text || $0.value.mentions(text) }
        default: false
        }
    }
}
