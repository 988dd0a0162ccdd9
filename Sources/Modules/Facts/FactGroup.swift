//! `gather_subset`: which groups of facts are wanted.

import Diagnostics
import Values

/// What is gathered together because the host is asked for it together.
enum FactGroup: String, Sendable, CaseIterable { case hardware, network, virtual, local }

/// The resolved argument `gather_subset`.
struct FactSelection: Sendable {
    var groups: Set<FactGroup>
    /// Whether facts beyond the groups (distribution, user, date, …) are wanted.
    var minimal: Bool

    /// Subsets by Ansible's names, with the group that answers them.
    private static let groups: [String: FactGroup] = [
        "hardware": .hardware, "devices": .hardware, "mounts": .hardware, "dmi": .hardware, "memory": .hardware,
        "processor": .hardware, "processor_cores": .hardware, "processor_count": .hardware,
        "network": .network, "interfaces": .network, "default_ipv4": .network, "default_ipv6": .network,
        "all_ipv4_addresses": .network, "all_ipv6_addresses": .network, "fibre_channel_wwn": .network,
        "iscsi": .network, "nvme": .network,
        "virtual": .virtual, "virtualization_type": .virtual, "virtualization_role": .virtual,
        "virtualization_tech_guest": .virtual, "virtualization_tech_host": .virtual,
        "local": .local,
    ]

    /// Subsets that the questions every gathering asks answer. Facter and ohai are looked for by nobody else.
    private static let minimalNames: Set<String> = [
        "facter", "ohai", "apparmor", "architecture", "caps", "chroot", "cmdline", "date_time", "distribution",
        "distribution_major_version", "distribution_release", "distribution_version", "dns", "effective_group_ids",
        "effective_user_id", "env", "fips", "hostname", "is_chroot", "kernel", "kernel_version", "loadavg", "lsb",
        "machine", "machine_id", "nodename", "os_family", "pkg_mgr", "platform", "python", "python_version",
        "real_user_id", "selinux", "service_mgr", "ssh_host_key_dsa_public", "ssh_host_key_ecdsa_public",
        "ssh_host_key_ed25519_public", "ssh_host_key_rsa_public", "ssh_host_pub_keys", "ssh_pub_keys", "system",
        "system_capabilities", "system_capabilities_enforced", "systemd", "user", "user_dir", "user_gecos",
        "user_gid", "user_id", "user_shell", "user_uid",
    ]

    init(_ subsets: [String], in arguments: ModuleArguments) throws(Diagnostic) {
        var added: Set<FactGroup> = []
        var removed: Set<FactGroup> = []
        var namesSomething = false
        minimal = true
        for subset in subsets.map(\.withoutOuterBlanks) {
            let excludes = subset.hasPrefix("!")
            let name = excludes ? String(subset.dropFirst()) : subset
            switch (name, excludes) {
            case ("all", false):
                added = Set(FactGroup.allCases)
                namesSomething = true
            case ("all", true): removed = Set(FactGroup.allCases)
            case ("min", false): namesSomething = true
            case ("min", true): minimal = false
            default:
                let group = Self.groups[name]
                guard group != nil || Self.minimalNames.contains(name) else {
                    throw arguments.invalid(
                        "gather_subset", "there is no fact subset '\(name)'",
                        help: Suggestion.help(for: name, among: Self.minimalNames.union(Self.groups.keys))
                            ?? "use all, min, hardware, network, virtual or local, with '!' to leave one out")
                }
                if excludes {
                    if let group { removed.insert(group) }
                } else {
                    namesSomething = true
                    if let group { added.insert(group) } else { minimal = true }
                }
            }
        }
        if !namesSomething, removed != Set(FactGroup.allCases) { added = Set(FactGroup.allCases) }
        let explicit = Set(subsets.compactMap { Self.groups[$0] })
        groups = added.subtracting(removed.subtracting(explicit))
    }
}
