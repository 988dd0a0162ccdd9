//! How inventory sources are read: which plugins, which files of a directory, what templates in them may use.

import Diagnostics
import Regexes
import Templates
import Values

/// Everything about inventories that the configuration decides.
package struct InventorySettings: Sendable {
    /// Runs a lookup for the templates of `constructed`.
    package typealias Lookup =
        @Sendable (_ plugin: String, _ arguments: Arguments, _ scope: RenderScope) throws(Diagnostic) -> [Value]

    /// The names of the plugins that are asked, in this order.
    package var plugins = ["host_list", "script", "auto", "yaml", "ini", "toml"]
    /// Names in directories that end so are no sources.
    package var ignoredExtensions = [
        ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".cfg", ".retry",
    ]
    /// Names in directories that begin so are no sources either.
    private(set) var ignoredPatterns: [Pattern] = []
    package var scriptTimeout = Duration.seconds(300)
    /// Whether what successful scripts say on standard error is passed on.
    package var showsScriptErrors = true
    package var extraVariables: [String: TemplatedValue] = [:]
    /// Whether `constructed` sees the extra variables without asking for them.
    package var usesExtraVariables = false
    /// Where `group_vars` and `host_vars` of playbooks are, for `use_vars_plugins`.
    package var playbookFolder: String?
    package var variableFiles = VariableFileSettings()
    package var lookup: Lookup?
    /// What earlier runs have found out about a host, under the names of variables; `constructed` sees it.
    package var cachedFacts: (@Sendable (_ host: String) -> OrderedMap?)?
    package var groupNames = GroupNaming.never
    /// Whether a person hears of names of groups that are not replaced.
    package var warnsOfGroupNames = true

    package init() {}

    /// Adds a regular expression to the names that are no sources.
    package mutating func ignoreNames(matching pattern: String) throws(Diagnostic) {
        do throws(Diagnostic) { ignoredPatterns.append(try Pattern(pattern)) } catch {
            throw Diagnostic(
                .configuration, "'\(pattern)' in inventory_ignore_patterns is no regular expression: \(error.message)")
        }
    }
}

/// What becomes of names of groups that no variable could have (`force_valid_group_names`).
package enum GroupNaming: String, Sendable, CaseIterable {
    /// They stay, with a warning or without one.
    case never, ignore
    /// They are replaced, with a warning or without one.
    case always, silently

    var replaces: Bool { self == .always || self == .silently }

    /// What is said of the names that were found.
    func warning(of names: [String]) -> Diagnostic? {
        guard !names.isEmpty, self == .never || self == .always else { return nil }
        return Diagnostic(
            .inventorySyntax,
            "Invalid characters were found in group names "
                + (replaces ? "and automatically replaced" : "but not replaced"),
            help: "'force_valid_group_names' says what becomes of \(names.joined(separator: ", "))",
            severity: .warning)
    }
}

/// How `group_vars` and `host_vars` are read.
package struct VariableFileSettings: Sendable, Equatable {
    /// Whether they are read at all (`vars_plugins_enabled`).
    package var isEnabled = true
    /// The endings of their names; none is always allowed.
    package var extensions = [".yml", ".yaml", ".json"]
    /// Where the variables of groups come from, the weakest first. What is left out is not used.
    package var precedence = VariableOrigin.allCases

    package init() {}
}

/// Where variables of groups come from, in the order of their strength where nothing else is configured.
package enum VariableOrigin: String, Sendable, CaseIterable {
    case allInventory = "all_inventory"
    case groupsInventory = "groups_inventory"
    case allBesideInventory = "all_plugins_inventory"
    case allBesidePlaybook = "all_plugins_play"
    case groupsBesideInventory = "groups_plugins_inventory"
    case groupsBesidePlaybook = "groups_plugins_play"
}
