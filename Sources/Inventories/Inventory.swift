//! Hosts and groups, in order, with the variables that the inventory itself gives them.

import Diagnostics
import Templates
import Values

/// Which hosts there are and how they are grouped. A value: `add_host` and `group_by` change the run's own copy.
package struct Inventory: Sendable {
    struct Host: Sendable {
        let name: String
        /// Where it was first named.
        let range: SourceRange?
        /// Direct groups, in the order of joining.
        var groups: [Int] = []
        var variables: [String: Located<TemplatedValue>] = [:]
        /// The names of those that a plugin computed.
        var computed: Set<String> = []
    }

    struct Group: Sendable {
        let name: String
        var children: [Int] = []
        var parents: [Int] = []
        /// Direct members, in the order of joining.
        var hosts: [Int] = []
        var variables: [String: Located<TemplatedValue>] = [:]
        var priority = 1
        /// `ansible_group_priority` as it is written, to show it.
        var writtenPriority: Located<TemplatedValue>?
        /// Shared by all hosts of the group.
        var layer: VariableLayer?
        /// Steps from `all`, by the longest way.
        var depth = 0
    }

    static let all = 0
    static let ungrouped = 1

    private(set) var hosts: [Host] = []
    private(set) var groups: [Group] = [Group(name: "all"), Group(name: "ungrouped")]
    private var hostNumbers: [String: Int] = [:]
    private var groupNumbers: [String: Int] = ["all": all, "ungrouped": ungrouped]
    /// `group_vars` and `host_vars` beside the sources, in the order of the sources.
    var files: [VariableFiles] = []
    var variableFileSettings = VariableFileSettings()
    var groupNaming = GroupNaming.never
    /// Names of groups that no variable could have, as they were written.
    private(set) var invalidGroupNames: [String] = []
    var hasToldOfGroupNames = false
    /// Whether a source has named the group `all`, which is always there.
    private(set) var isAllWritten = false
    /// The same beside playbooks, by directory; `""` has none.
    var playbookFiles: [String: VariableFiles?] = ["": nil]
    /// The layers of every host for each of these directories.
    var layers: [String: [Result<[VariableLayer], Diagnostic>]] = [:]

    /// An inventory with no host but the implicit `localhost`.
    package init() { settle() }

    /// In the order in which they were first named.
    package var hostNames: [String] { hosts.map(\.name) }
    /// `all` and `ungrouped` first, then in the order in which they were first named.
    package var groupNames: [String] { groups.map(\.name) }

    package func contains(host name: String) -> Bool { hostNumbers[name] != nil }
    package func contains(group name: String) -> Bool { groupNumbers[name] != nil }

    func number(ofHost name: String) -> Int? { hostNumbers[name] }
    func number(ofGroup name: String) -> Int? { groupNumbers[name] }

    /// The name under which a host is known: its own, or `localhost` and its like, which exist without being listed.
    package func knownName(_ name: String) -> String? {
        if hostNumbers[name] != nil { return name }
        guard Self.localNames.contains(name) else { return nil }
        return Self.localNames.first { hostNumbers[$0] != nil } ?? name
    }

    /// Whether a name means the control node without being in the inventory.
    package func isImplicitLocalhost(_ name: String) -> Bool {
        Self.localNames.contains(name) && hostNumbers[name] == nil
    }

    static let localNames = ["localhost", "127.0.0.1", "::1"]

    /// The path of the source that first named a host; nil for hosts of a command line or of `add_host`.
    package func origin(of host: String) -> String? {
        guard let number = hostNumbers[host], let path = hosts[number].range?.file.path else { return nil }
        return path.utf8.first == UInt8(ascii: "<") ? nil : path
    }

    /// The variable `groups`: every group's hosts.
    package var groupsValue: Value {
        .dict(
            OrderedMap(
                groups.indices.map { group in
                    (groups[group].name, .list(members(ofGroup: group).map { .string(hosts[$0].name) }))
                }))
    }

    /// The groups of a host, parents included, by name, without `all` and `ungrouped`.
    package func groupNames(of host: String) -> [String] {
        guard let number = hostNumbers[host] else { return [] }
        return ancestry(ofHost: number).filter { $0 > Self.ungrouped }.map { groups[$0].name }.sorted()
    }

    /// The same while sources are being read: only what has been said so far.
    func writtenGroupNames(ofHost host: Int) -> [String] {
        ancestry(ofHost: host).filter { $0 != Self.all }.map { groups[$0].name }.sorted()
    }

    /// The hosts of a group and of the groups below it: its own ones first, then level by level.
    package func hostNames(inGroup name: String) -> [String] {
        groupNumbers[name].map { members(ofGroup: $0).map { hosts[$0].name } } ?? []
    }

    /// The names of the groups directly below a group.
    package func childNames(ofGroup name: String) -> [String] {
        groupNumbers[name].map { groups[$0].children.map { groups[$0].name } } ?? []
    }

    /// The hosts that stand in a group itself.
    package func directHostNames(inGroup name: String) -> [String] {
        groupNumbers[name].map { groups[$0].hosts.map { hosts[$0].name } } ?? []
    }

    func members(ofGroup group: Int) -> [Int] {
        var members: [Int] = []
        var seen = Set<Int>()
        for group in descendants(of: group) {
            for host in groups[group].hosts where seen.insert(host).inserted { members.append(host) }
        }
        return members
    }

    /// The group and all groups below it, level by level.
    private func descendants(of group: Int) -> [Int] {
        var found = [group]
        var seen: Set<Int> = [group]
        var next = 0
        while next < found.count {
            for child in groups[found[next]].children where seen.insert(child).inserted { found.append(child) }
            next += 1
        }
        return found
    }

    /// All groups of a host: its own ones and those above, `all` among them.
    func ancestry(ofHost host: Int) -> [Int] {
        var found: [Int] = []
        var seen: Set<Int> = []
        for group in hosts[host].groups where seen.insert(group).inserted { found.append(group) }
        var next = 0
        while next < found.count {
            for parent in groups[found[next]].parents where seen.insert(parent).inserted { found.append(parent) }
            next += 1
        }
        if seen.insert(Self.all).inserted { found.append(Self.all) }
        return found
    }
}

// MARK: - Building

extension Inventory {
    /// The host's number; a new host belongs to no group yet.
    mutating func ensureHost(_ name: String, at range: SourceRange?) -> Int {
        if let number = hostNumbers[name] { return number }
        hosts.append(Host(name: name, range: range))
        hostNumbers[name] = hosts.count - 1
        return hosts.count - 1
    }

    /// The name under which a group is kept.
    func keptName(ofGroup name: String) -> String { groupNaming.replaces ? GroupName.safe(name) : name }

    mutating func ensureGroup(_ written: String) -> Int {
        if written == "all" { isAllWritten = true }
        if let number = groupNumbers[written] { return number }
        if GroupName.safe(written) != written, !invalidGroupNames.contains(written) {
            invalidGroupNames.append(written)
        }
        let name = keptName(ofGroup: written)
        if let number = groupNumbers[name] { return number }
        groups.append(Group(name: name))
        groupNumbers[name] = groups.count - 1
        return groups.count - 1
    }

    mutating func join(host: Int, group: Int) {
        guard !hosts[host].groups.contains(group) else { return }
        hosts[host].groups.append(group)
        groups[group].hosts.append(host)
    }

    /// Puts a group below another one; false where that would close a circle.
    mutating func nest(_ child: Int, in parent: Int) -> Bool {
        guard !groups[parent].children.contains(child) else { return true }
        guard child != parent, !descendants(of: child).contains(parent) else { return false }
        groups[parent].children.append(child)
        groups[child].parents.append(parent)
        return true
    }

    mutating func set(
        _ name: String, _ value: Located<TemplatedValue>, ofHost host: Int, isComputed: Bool = false
    ) {
        hosts[host].variables[name] = value
        if isComputed { hosts[host].computed.insert(name) } else { hosts[host].computed.remove(name) }
    }

    /// `ansible_group_priority` is not a variable but an order among groups of the same depth.
    mutating func set(_ name: String, _ value: Located<TemplatedValue>, ofGroup group: Int) {
        if name == "ansible_group_priority", case .constant(let constant) = value.value, let priority = constant.int {
            groups[group].priority = priority
            groups[group].writtenPriority = value
        } else {
            groups[group].variables[name] = value
        }
    }

    /// After changes: loose groups go below `all`, loose hosts into `ungrouped`; depths and layers are computed.
    mutating func settle() {
        for group in groups.indices where group != Self.all && groups[group].parents.isEmpty {
            _ = nest(group, in: Self.all)
        }
        for host in hosts.indices { settle(host: host) }
        var open = [(group: Self.all, depth: 0)]
        while let (group, depth) = open.popLast() {
            groups[group].depth = max(groups[group].depth, depth)
            for child in groups[group].children where groups[child].depth < depth + 1 {
                open.append((child, depth + 1))
            }
        }
        for group in groups.indices {
            let variables = groups[group].variables
            let name = "inventory group '\(groups[group].name)'"
            groups[group].layer = variables.isEmpty ? nil : VariableLayer(name: name, variables: variables)
        }
        assembleLayers()
    }

    private mutating func settle(host: Int) {
        if hosts[host].groups.allSatisfy({ $0 == Self.all || $0 == Self.ungrouped }) {
            join(host: host, group: Self.ungrouped)
        } else if hosts[host].groups.contains(Self.ungrouped) {
            hosts[host].groups.removeAll { $0 == Self.ungrouped }
            groups[Self.ungrouped].hosts.removeAll { $0 == host }
        }
    }

    /// After a change that concerns one host and no nesting of old groups.
    mutating func settle(only host: Int) {
        for group in hosts[host].groups where group > Self.ungrouped && groups[group].parents.isEmpty {
            _ = nest(group, in: Self.all)
            groups[group].depth = 1
        }
        settle(host: host)
        assembleLayers(of: host)
    }
}
