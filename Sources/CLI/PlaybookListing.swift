//! `--syntax-check`, `--list-hosts`, `--list-tasks`, `--list-tags`: what is there, without running it.

import Diagnostics
import Engine
import Inventories
import Playbooks
import Templates
import Values

struct PlaybookListing {
    struct Wanted: OptionSet {
        let rawValue: Int
        static let hosts = Wanted(rawValue: 1)
        static let tasks = Wanted(rawValue: 2)
        static let tags = Wanted(rawValue: 4)
    }

    let wanted: Wanted
    /// Told about names that match nothing, files that cannot be read and the like.
    let warn: (Diagnostic) -> Void

    /// The list, and the mistake of modules that do not exist: their tasks are listed all the same.
    func text(
        _ paths: [String], session: Session, settings: RunSettings
    ) async throws(Diagnostic) -> (text: String, missing: Diagnostic?) {
        let loaded = try session.checkedInventory()
        (session.configuration.warnings + loaded.warnings).forEach(warn)
        let inventory = loaded.inventory
        if let limit = settings.limit { try LimitCheck.check(limit, in: inventory) }
        var text = ""
        let loader = PlaybookLoader(session.loaderSettings(settings))
        for path in paths {
            let playbook = try loader.read(path)
            text += "\nplaybook: \(path)\n"
            guard !wanted.isEmpty else { continue }
            for (number, play) in playbook.plays.enumerated() {
                text += try describe(play, number + 1, inventory, settings, loader)
            }
        }
        loader.warnings.forEach(warn)
        return (text, loader.missingModulesMistake())
    }

    private func describe(
        _ play: Play, _ number: Int, _ inventory: Inventory, _ settings: RunSettings, _ loader: PlaybookLoader
    ) throws(Diagnostic) -> String {
        let hosts = try loader.staticValue(play.hosts.value, in: play.frame, at: play.hosts.range)
        let patterns = hosts.list ?? [hosts]
        let pattern = StaticText.of(.constant(hosts))
        let name = play.name.map { loader.knownText($0, in: play.frame) ?? StaticText.of($0) } ?? pattern
        let tags = play.frame.allTags
        var text = "\n  play #\(number) (\(pattern)): \(name)\tTAGS: [\(tags.joined(separator: ","))]\n"
        if wanted.contains(.hosts) {
            let (hosts, warnings) = try inventory.hosts(matching: pattern, limit: settings.limit)
            warnings.map { $0.located(at: play.hosts.range) }.forEach(warn)
            text += "    pattern: \(try Value.list(patterns).representation())\n    hosts (\(hosts.count)):\n"
            text += hosts.map { "      \($0)\n" }.joined()
        }
        let tasks = (play.preTasks + play.roles.map { .role($0) } + play.tasks + play.postTasks).flatMap(\.allTasks)
        let selected = tasks.filter { settings.tags.selects($0.frame.allTags) }
        if wanted.contains(.tasks) {
            text += "    tasks:\n" + selected.map { "      \(title($0))\n" }.joined()
        }
        if wanted.contains(.tags) {
            let all = Set(selected.flatMap(\.frame.allTags)).sorted()
            text += "      TASK TAGS: [\(all.joined(separator: ", "))]\n"
        }
        return text
    }

    /// Only a name that was written is shown behind its role's; an include of a role is nobody's.
    private func title(_ task: PlayTask) -> String {
        var name = task.action.writtenName
        if let written = task.name.map(StaticText.of) {
            name = written
            if let role = task.frame.role, !task.action.includesRole { name = "\(role.role.name) : \(name)" }
        }
        let tags = Set(task.frame.allTags).sorted()
        return "\(name)\tTAGS: [\(tags.joined(separator: ", "))]"
    }

    func hosts(matching pattern: String, session: Session, settings: RunSettings) throws(Diagnostic) -> String {
        let loaded = try session.checkedInventory()
        if let limit = settings.limit { try LimitCheck.check(limit, in: loaded.inventory) }
        let (hosts, warnings) = try loaded.inventory.hosts(matching: pattern, limit: settings.limit)
        (session.configuration.warnings + loaded.warnings + warnings).forEach(warn)
        return "  hosts (\(hosts.count)):\n" + hosts.map { "    \($0)\n" }.joined()
    }
}

/// Text of a value that has not been rendered.
enum StaticText {
    static func of(_ value: TemplatedValue) -> String {
        switch value {
        case .constant(.list(let items)): items.map { (try? $0.text()) ?? "" }.joined(separator: ",")
        case .constant(let value): (try? value.text()) ?? ""
        case .template(let template): template.text
        case .list(let items): items.map(of).joined(separator: ",")
        case .dict, .deferred: ""
        }
    }
}

extension TaskAction {
    fileprivate var includesRole: Bool { if case .includeRole = self { true } else { false } }
}

extension PlayNode {
    /// The tasks in this node that are known without running it.
    var allTasks: [PlayTask] {
        switch self {
        case .task(let task): [task]
        // What a block does when it fails or ends is not listed, as in Ansible.
        case .block(let block): block.tasks.flatMap(\.allTasks)
        case .role(let role): role.dependencies.flatMap { PlayNode.role($0).allTasks } + role.tasks.flatMap(\.allTasks)
        }
    }
}
