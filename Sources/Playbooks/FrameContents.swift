//! The keywords of one mapping, before they are linked to the place around it.

import Diagnostics
import Modules
import Templates
import Values
import YAML

/// What a play, block, task or role entry says with keywords.
package struct FrameContents: Sendable {
    package var settings: [Keyword: Setting] = [:]
    package var conditions: [Keyword: [Condition]] = [:]
    package var variables: [String: TemplatedValue] = [:]
    package var tags: [String] = []
}

extension Frame {
    package convenience init(parent: Frame?, kind: Kind, contents: FrameContents, range: SourceRange) {
        self.init(
            parent: parent, kind: kind, settings: contents.settings, conditions: contents.conditions,
            variables: contents.variables, tags: contents.tags, range: range)
    }
}

extension PlaybookLoader {
    /// The keywords of a mapping; any other key that is not in `besides` is a mistake.
    func frameContents(
        of node: Node, at level: Keyword.Level, besides: Set<String> = [], in parent: Frame?
    ) throws(Diagnostic) -> FrameContents {
        var (contents, rest) = try splitContents(of: node, at: level, in: parent)
        rest.removeAll { besides.contains($0.key.text) }
        if let unknown = rest.first { throw unknownKeyword(unknown.key, at: level) }
        return contents
    }

    /// The keywords of a mapping, and the entries that are none.
    func splitContents(
        of node: Node, at level: Keyword.Level, in parent: Frame?
    ) throws(Diagnostic) -> (contents: FrameContents, rest: [Node.Entry]) {
        var contents = FrameContents()
        var rest: [Node.Entry] = []
        var tags: Node?
        for entry in node.entries ?? [] {
            guard let keyword = Keyword(rawValue: entry.key.text), keyword.isAllowed(at: level) else {
                rest.append(entry)
                continue
            }
            switch keyword {
            case .debugger:
                try refuseUnknownOccasion(entry.value)
                contents.settings[keyword] = Setting(value: try templated(entry.value), range: entry.value.range)
            case .tags: tags = entry.value
            case .vars: contents.variables = try variables(entry.value)
            case _ where keyword.isCondition: contents.conditions[keyword] = try conditions(entry.value)
            case _ where keyword.holdsTasks: break
            case .moduleDefaults:
                try refuseUnknownGroups(in: entry.value)
                contents.settings[keyword] = Setting(value: try templated(entry.value), range: entry.value.range)
            case .collections:
                try refuseOtherThanNames(in: entry.value, of: keyword)
                contents.settings[keyword] = Setting(value: try templated(entry.value), range: entry.value.range)
            default: contents.settings[keyword] = Setting(value: try templated(entry.value), range: entry.value.range)
            }
        }
        if let tags {
            let frame = Frame(parent: parent, kind: .block, contents: contents, range: node.range)
            contents.tags = try self.tags(tags, in: frame)
        }
        return (contents, rest)
    }

    /// A list of names holds nothing but text.
    private func refuseOtherThanNames(in node: Node, of keyword: Keyword) throws(Diagnostic) {
        for item in node.items ?? [] {
            if case .constant(let value) = try templated(item), value.string == nil {
                throw Diagnostic(
                    .playbookSyntax,
                    "Keyword '\(keyword.rawValue)' items must be of type 'str', not '\(value.typeName)'",
                    at: item.range)
            }
        }
    }

    private func refuseUnknownOccasion(_ node: Node) throws(Diagnostic) {
        let known = ["always", "never", "on_failed", "on_unreachable", "on_skipped"]
        guard !node.isNull, !node.text.contains("{{"), !known.contains(node.text) else { return }
        throw Diagnostic(
            .playbookSyntax,
            "'\(node.text)' is not a valid value for debugger. Must be one of "
                + known.joined(separator: ", "), at: node.range, help: Suggestion.help(for: node.text, among: known))
    }

    /// `group/NAME` in `module_defaults` names modules that belong together.
    private func refuseUnknownGroups(in node: Node) throws(Diagnostic) {
        for part in node.items ?? [node] {
            for entry in part.entries ?? [] where entry.key.text.hasPrefix("group/") {
                let name = String(entry.key.text.dropFirst("group/".count))
                guard ModuleRegistry.standard.group(name) == nil else { continue }
                throw Diagnostic(
                    .invalidArgument, "could not resolve the module_defaults group \(name)", at: entry.key.range,
                    help: "name the modules one by one")
            }
        }
    }

    func unknownKeyword(_ key: Node, at level: Keyword.Level) -> Diagnostic {
        let name = key.text
        let owner =
            level == .play ? "a Play" : level == .role ? "a RoleInclude" : "a \(level.rawValue.capitalizedFirst)"
        let help: String? =
            switch name {
            case "sudo", "sudo_user", "su", "su_user": "use become and become_user"
            default: Suggestion.help(for: name, among: Keyword.names(at: level))
            }
        return Diagnostic(
            .unknownKeyword, "'\(name)' is not a valid attribute for \(owner)", at: key.range, label: "unknown keyword",
            help: help)
    }

    /// `vars:`: a mapping from names to values.
    func variables(_ node: Node) throws(Diagnostic) -> [String: TemplatedValue] {
        if node.isNull { return [:] }
        guard let entries = node.entries else {
            throw Diagnostic(.playbookSyntax, "Vars must be specified as a dictionary", at: node.range)
        }
        var variables: [String: TemplatedValue] = [:]
        for entry in entries {
            let name = entry.key.text
            guard name.isVariableName else {
                throw Diagnostic(
                    .playbookSyntax, "Invalid variable name '\(name)'", at: entry.key.range,
                    help: "use letters, digits and underscores, and begin with a letter or an underscore")
            }
            variables[name] = try templated(entry.value)
        }
        return variables
    }

    /// One condition or a list of them. Strings are expressions.
    func conditions(_ node: Node) throws(Diagnostic) -> [Condition] {
        if let items = node.items {
            return try items.map { item throws(Diagnostic) in try condition(item) }
        }
        return [try condition(node)]
    }

    private func condition(_ node: Node) throws(Diagnostic) -> Condition {
        switch try templated(node) {
        case .template(let template): Condition(.string(template.text), at: node.textRange)
        case .constant(let value) where value.dict == nil && value.list == nil: Condition(value, at: node.textRange)
        default:
            throw Diagnostic(.playbookSyntax, "a condition has to be an expression or a boolean", at: node.range)
        }
    }

    /// Tags: a list, or words separated by commas.
    func tags(_ node: Node, in frame: Frame?) throws(Diagnostic) -> [String] {
        let value = try staticValue(templated(node), in: frame, at: node.range)
        let written: [Value]
        switch value {
        case .none: return []
        case .list(let items): written = items
        case .string, .int: written = [value]
        default:
            throw Diagnostic(.playbookSyntax, "tags must be specified as a list", at: node.range)
        }
        var tags: [String] = []
        for item in written {
            tags += try item.text().split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
        }
        return tags
    }
}

extension Keyword {
    /// Keywords whose value is a list of tasks or roles, read elsewhere.
    var holdsTasks: Bool {
        switch self {
        case .tasks, .preTasks, .postTasks, .handlers, .roles, .block, .rescue, .always, .varsFiles, .varsPrompt: true
        default: false
        }
    }
}

extension String {
    /// A name that Ansible accepts for a variable.
    package var isVariableName: Bool {
        guard let first = unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
        return unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
    }

    package var trimmed: String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }

    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
