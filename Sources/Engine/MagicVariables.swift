//! Variables that Ansible sets itself and nobody can override.

import Diagnostics
import Inventories
import Playbooks
import Templates
import Values

enum MagicVariables {
    /// Known wherever a host is.
    static let names = [
        "inventory_hostname", "inventory_hostname_short", "groups", "group_names", "hostvars", "vars",
        "playbook_dir", "inventory_dir", "inventory_file", "ansible_check_mode", "ansible_diff_mode",
        "ansible_verbosity", "ansible_run_tags", "ansible_skip_tags", "ansible_forks", "ansible_version",
        "ansible_inventory_sources", "ansible_facts", "ansible_config_file", "ansible_playbook_python",
    ]

    /// Known inside of a play only.
    static let namesOfPlay: Set = [
        "role_name", "ansible_role_name", "role_path", "role_names", "ansible_collection_name",
        "ansible_play_role_names", "ansible_dependent_role_names", "ansible_parent_role_names",
        "ansible_parent_role_paths", "ansible_role_names", "ansible_play_hosts", "ansible_play_hosts_all",
        "ansible_play_batch", "play_hosts", "ansible_play_name", "ansible_limit", "ansible_search_path",
        "ansible_delegated_vars",
    ]

    /// The version of ansible-core whose behaviour drover has.
    static let version: Value = [
        "full": "2.19.4", "major": 2, "minor": 19, "revision": 4, "string": "2.19.4",
    ]
}

extension HostScope {
    /// The value of a magic variable; nil for any other name.
    func magic(_ name: String) throws(Diagnostic) -> Value? {
        if isOutsidePlay, MagicVariables.namesOfPlay.contains(name) { return nil }
        let settings = context.run.settings
        switch name {
        case "inventory_hostname": return .string(host)
        case "inventory_hostname_short": return .string(host.split(separator: ".").first.map(String.init) ?? host)
        case "group_names":
            let names = context.inventory.groupNames(of: host)
            let isUngrouped = names.isEmpty && context.inventory.contains(host: host)
            return .list((isUngrouped ? ["ungrouped"] : names).map { .string($0) })
        case "groups": return context.inventory.groupsValue
        case "hostvars": return .object(HostVariables(context: context))
        case "vars": return .object(VariablesOfHost(scope: self))
        case "ansible_facts": return .dict(context.state(of: host).facts)
        case "inventory_dir":
            return context.inventory.origin(of: host).map { .string(Path.absolute(Path.folder(of: $0))) }
        case "inventory_file": return context.inventory.origin(of: host).map { .string(Path.absolute($0)) }
        case "ansible_check_mode": return .bool(settings.checkMode)
        case "ansible_diff_mode": return .bool(settings.showsDifferences)
        case "ansible_verbosity": return .int(settings.verbosity)
        case "ansible_run_tags": return .list(settings.tags.run.sorted().map { .string($0) })
        case "ansible_skip_tags": return .list(settings.tags.skip.sorted().map { .string($0) })
        case "ansible_forks": return .int(settings.forks)
        case "ansible_limit": return settings.limit.map { .string($0) }
        case "ansible_version": return MagicVariables.version
        case "ansible_inventory_sources": return .list(settings.inventorySources.map { .string(Path.absolute($0)) })
        case "ansible_config_file": return settings.configurationFile.map { .string($0) } ?? Value.none
        default: return playMagic(name)
        }
    }

    private func playMagic(_ name: String) -> Value? {
        let play = context.play
        switch name {
        case "playbook_dir": return .string(Path.absolute(play.play.folder))
        case "ansible_play_name": return .string(play.name)
        case "ansible_play_hosts", "play_hosts":
            return .list(play.allHosts.filter { context.state(of: $0).isCounted }.map { .string($0) })
        case "ansible_play_hosts_all": return .list(play.allHosts.map { .string($0) })
        case "ansible_play_batch":
            return .list(play.batch.filter { context.state(of: $0).isCounted }.map { .string($0) })
        case "ansible_delegated_vars":
            guard let known = delegate.flatMap(context.inventory.knownName) else { return nil }
            let scope = HostScope(context: context, host: known, frame: frame)
            return [known: .object(VariablesOfHost(scope: scope))]
        case "ansible_search_path": return .list(searchFolders.map { .string($0) })
        default: return roleMagic(name)
        }
    }

    private func roleMagic(_ name: String) -> Value? {
        let names = context.play.publicRoles.filter { $0.dependent == nil }.map(\.role.name)
        let dependent = Set(context.play.publicRoles.flatMap(\.dependencies).map(\.role.name)).sorted()
        switch name {
        case "role_name": return frame.role.map { .string($0.role.shortName) }
        case "ansible_role_name": return frame.role.map { .string($0.role.name) }
        case "ansible_collection_name": return frame.role?.role.collection.map { .string($0) }
        case "role_path": return frame.role.map { .string(Path.absolute($0.role.path)) }
        case "role_names", "ansible_play_role_names": return .list(names.map { .string($0) })
        case "ansible_dependent_role_names": return .list(dependent.map { .string($0) })
        case "ansible_role_names": return .list(Set(names + dependent).sorted().map { .string($0) })
        case "ansible_parent_role_names":
            return parentRoles.isEmpty ? nil : .list(parentRoles.map { .string($0.name) })
        case "ansible_parent_role_paths":
            return parentRoles.isEmpty ? nil : .list(parentRoles.map { .string(Path.absolute($0.path)) })
        default: return nil
        }
    }

    /// The roles whose `include_role` or `import_role` led here, the innermost first. That a role depends on another
    /// does not make it a parent.
    private var parentRoles: [Role] {
        let roles = frame.chain.compactMap { frame -> RoleInstance? in
            if case .role(let instance) = frame.kind { instance } else { nil }
        }
        var parents: [Role] = []
        var isDependency = roles.first?.dependent != nil
        for instance in roles.dropFirst() {
            if !isDependency { parents.append(instance.role) }
            isDependency = instance.dependent != nil
        }
        return parents
    }

    /// Where files and templates are searched: the role, the folder of the task's file, the playbook.
    var searchFolders: [String] {
        var folders: [String] = []
        for frame in frame.chain {
            if case .role(let instance) = frame.kind { folders.append(Path.absolute(instance.role.path)) }
        }
        folders.append(Path.absolute(Path.folder(of: frame.range.file.path)))
        folders.append(Path.absolute(context.play.play.folder))
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }
    }
}

extension HostState {
    /// Neither failed nor unreachable.
    var isInPlay: Bool { !isFailed && !isUnreachable }
    /// Still counted in `ansible_play_hosts`: who only left a role is; hosts that come back are not, until the next
    /// play.
    var isCounted: Bool { isInPlay && comeback == nil && !(hasEnded && endedRole == nil) }
}
