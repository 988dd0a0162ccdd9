//! What `add_host` and `group_by` change during a run.

import Diagnostics
import Templates
import Values

extension Inventory {
    /// Adds a host, or adds groups and variables to one. The variables come from a run: data, never templates.
    /// Says whether anything changed.
    @discardableResult
    package mutating func addHost(
        name: String, groups: [String], variables: OrderedMap, at range: SourceRange? = nil
    ) throws(Diagnostic) -> Bool {
        let address = try HostAddress(name, at: range)
        var changed = number(ofHost: address.host) == nil
        let host = ensureHost(address.host, at: nil)
        // Who was not in any source stands in `all` itself, before the members of its groups.
        if changed { join(host: host, group: Self.all) }
        if let port = address.port { set("ansible_port", Located(.constant(.int(port)), at: range), ofHost: host) }
        for (key, value) in variables {
            guard let key = key.string else { continue }
            if case .constant(let old)? = hosts[host].variables[key]?.value, old == value { continue }
            set(key, Located(.constant(value), at: range), ofHost: host)
            changed = true
        }
        for group in groups where try addToGroup(group, host: address.host, at: range) { changed = true }
        settle(only: host)
        return changed
    }

    /// What is to be said of the names of groups, if nothing has been said before.
    package mutating func takeGroupNameWarning() -> Diagnostic? {
        guard !hasToldOfGroupNames, let warning = groupNaming.warning(of: invalidGroupNames) else { return nil }
        hasToldOfGroupNames = true
        return warning
    }

    /// Puts a host into a group, which may be new and may stand below others. Says whether anything changed.
    @discardableResult
    package mutating func addToGroup(
        _ name: String, host hostName: String, parents: [String] = [], at range: SourceRange? = nil
    ) throws(Diagnostic) -> Bool {
        guard let host = number(ofHost: hostName) else {
            throw Diagnostic(.inventorySyntax, "no host '\(hostName)' in the inventory", at: range)
        }
        try GroupName.check(keptName(ofGroup: name), at: range)
        let isNew = number(ofGroup: keptName(ofGroup: name)) == nil
        let group = ensureGroup(name)
        var changed = isNew || !hosts[host].groups.contains(group)
        join(host: host, group: group)
        for parent in parents {
            try GroupName.check(keptName(ofGroup: parent), at: range)
            let above = ensureGroup(parent)
            if !groups[above].children.contains(group) { changed = true }
            guard nest(group, in: above) else {
                throw Diagnostic(
                    .inventorySyntax, "group '\(name)' cannot stand below '\(parent)', which stands below it", at: range
                )
            }
        }
        if parents.isEmpty { settle(only: host) } else { settle() }
        return changed
    }
}
