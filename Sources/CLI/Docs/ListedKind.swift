//! Kinds of plugins in Ansible's words: tools ask which ones there are.

import ArgumentParser

/// What `-t` may say.
enum ListedKind: ExpressibleByArgument {
    case documented(DocumentedKind)
    /// Built in, with no page of its own.
    case plain(PlainKind)

    init?(argument: String) {
        if let kind = DocumentedKind(rawValue: argument) {
            self = .documented(kind)
        } else if let kind = PlainKind(rawValue: argument) {
            self = .plain(kind)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] {
        DocumentedKind.allCases.map(\.rawValue) + PlainKind.allCases.map(\.rawValue)
    }

    var entries: [(name: String, summary: String)] {
        switch self {
        case .documented(let kind): kind.entries
        case .plain(let kind): kind.entries
        }
    }
}

enum PlainKind: String, CaseIterable {
    case become, cache, callback, cliconf, connection, httpapi, inventory, netconf, role, shell, strategy, vars

    /// Full names and summaries, sorted.
    var entries: [(name: String, summary: String)] {
        switch self {
        case .become:
            [
                ("ansible.builtin.su", "Become a user by su"), ("ansible.builtin.sudo", "Become a user by sudo"),
                ("community.general.doas", "Become a user by doas"),
            ]
        case .cache:
            [("ansible.builtin.jsonfile", "Facts in files"), ("ansible.builtin.memory", "Facts for this run only")]
        case .callback:
            [
                ("ansible.builtin.default", "Ansible's usual output"),
                ("ansible.builtin.junit", "A report of tests as XML"),
                ("ansible.builtin.minimal", "A paragraph for each result"),
                ("ansible.builtin.oneline", "A line for each result"),
                ("ansible.posix.json", "The whole run as one JSON document"),
                ("ansible.posix.profile_tasks", "The slowest tasks"),
                ("ansible.posix.timer", "How long the run took"),
            ]
        case .connection:
            [
                ("ansible.builtin.local", "This machine"), ("ansible.builtin.ssh", "SSH, by libssh"),
                ("community.docker.docker", "A container of Docker"), ("community.general.chroot", "A root folder"),
            ]
        case .inventory:
            [
                ("ansible.builtin.advanced_host_list", "Hosts and ranges behind -i"),
                ("ansible.builtin.auto", "Whatever a file names as its plugin"),
                ("ansible.builtin.constructed", "Groups and variables out of expressions"),
                ("ansible.builtin.generator", "Hosts out of layers"), ("ansible.builtin.host_list", "Hosts behind -i"),
                ("ansible.builtin.ini", "INI files"), ("ansible.builtin.script", "Programs that print JSON"),
                ("ansible.builtin.toml", "TOML files"), ("ansible.builtin.yaml", "YAML files"),
            ]
        case .shell: [("ansible.builtin.sh", "The host's /bin/sh")]
        case .strategy:
            [
                ("ansible.builtin.debug", "As linear, and asks about failures"),
                ("ansible.builtin.free", "Every host at its own speed"),
                ("ansible.builtin.host_pinned", "As free"), ("ansible.builtin.linear", "Task by task"),
            ]
        case .vars: [("ansible.builtin.host_group_vars", "group_vars and host_vars")]
        case .cliconf, .httpapi, .netconf, .role: []
        }
    }
}
