//! Modules that a playbook names and nobody has: gathered while loading, told all at once.

import Diagnostics
import Modules

/// One use of a module that does not exist here.
package struct MissingModule: Sendable {
    let name: String
    let range: SourceRange
    /// The file that Ansible would run for it (Python, PowerShell), where there is one.
    var foreignFile: String?
    /// Folders that might have held it.
    var searched: [String] = []

    /// What is probably meant by a name.
    static func nearest(to name: String) -> String? {
        let both = [
            Suggestion.nearest(to: name, among: StatementName.all), ModuleRegistry.standard.nearest(to: name),
        ]
        return Suggestion.nearest(to: name, among: both.compactMap(\.self))
    }

    /// The mistake that names every missing module with its places, the most used one first.
    static func mistake(_ uses: [MissingModule]) -> Diagnostic {
        let modules = grouped(uses)
        guard let first = modules.first?.first else {
            return Diagnostic(.unknownModule, "couldn't resolve a module/action")
        }
        let start = "couldn't resolve module/action '\(first.name)'"
        guard modules.count > 1 else {
            let nearest = nearest(to: first.name)
            return Diagnostic(
                .unknownModule,
                start + ". This often indicates a misspelling, missing collection, or incorrect module path.",
                at: first.range, label: "unknown module",
                help: nearest.map { "did you mean '\($0)'?" } ?? "'drover doc --list' shows every module there is",
                notes: (modules[0].count > 1 ? ["used by " + places(modules[0])] : []) + origin(first))
        }
        let others = modules.count == 2 ? "one other" : "\(modules.count - 1) others"
        let tasks = modules.map(\.count).reduce(0, +)
        return Diagnostic(
            .unknownModule, "\(start) nor \(others), which \(tasks) tasks use", at: first.range,
            label: "unknown module", help: "'drover doc --list' shows every module there is",
            notes: modules.map(note))
    }

    private static func note(_ uses: [MissingModule]) -> String {
        let name = uses[0].name
        let nearest = nearest(to: name).map { ["did you mean '\($0)'?"] } ?? []
        return (["'\(name)', \(places(uses))"] + origin(uses[0]) + nearest).joined(separator: "\n")
    }

    private static func origin(_ use: MissingModule) -> [String] {
        if let file = use.foreignFile {
            return ["\(file) is \(file.hasSuffix(".ps1") ? "PowerShell" : "Python"), which is not run here"]
        }
        return use.searched.isEmpty ? [] : ["searched besides: " + use.searched.joined(separator: ", ")]
    }

    private static let placesShown = 5

    private static func places(_ uses: [MissingModule]) -> String {
        let shown = uses.prefix(placesShown).map(\.range.description).joined(separator: ", ")
        let rest = uses.count > placesShown ? " and \(uses.count - placesShown) more" : ""
        return "\(uses.count) task\(uses.count == 1 ? "" : "s"): \(shown)\(rest)"
    }

    /// One list a module, the most used first; a file that is loaded twice counts once.
    private static func grouped(_ uses: [MissingModule]) -> [[MissingModule]] {
        var seen: Set<String> = []
        var order: [String] = []
        var byName: [String: [MissingModule]] = [:]
        for use in uses where seen.insert("\(use.range.file.path):\(use.range.offset)").inserted {
            if byName[use.name] == nil { order.append(use.name) }
            byName[use.name, default: []].append(use)
        }
        let groups = order.compactMap { byName[$0] }
        return groups.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element)
    }
}

extension PlaybookLoader {
    /// Remembers a task whose module does not exist; if it ever ran, the name would be the mistake.
    ///
    /// Roles for many systems name the package managers of all of them, each below a condition. A module that
    /// Ansible's users have is therefore no mistake there until a host comes to it.
    func missingModule(_ draft: TaskDraft) throws(Diagnostic) -> PlayNode {
        let action = draft.action
        let missing = try missingModule(action.name, in: draft.context.frame, at: action.nameRange)
        let task = try draft.task(.dynamicModule(try dynamicCall(draft)))
        let isKnown = missing.foreignFile != nil || KnownModules.contains(action.name)
        if !isKnown || task.frame.whenConditions.isEmpty { missingModules.append(missing) }
        return .task(task)
    }

    /// The mistake of all modules that were found missing since the last question, if any was.
    package func missingModulesMistake() -> Diagnostic? {
        defer { missingModules = [] }
        return missingModules.isEmpty ? nil : MissingModule.mistake(missingModules)
    }

    func refuseMissingModules() throws(Diagnostic) {
        if let mistake = missingModulesMistake() { throw mistake }
    }
}
