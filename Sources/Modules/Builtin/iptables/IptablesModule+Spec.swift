//! The arguments of `iptables`.

import Values

extension IptablesModule {
    private static let plain: [(String, String)] = [
        ("chain", "The chain"), ("protocol", "Protocol; ! in front negates it, as with the others"),
        ("source", "Address or network that packets come from"), ("destination", "Where they go"),
        ("source_port", "Port or range that they come from"), ("destination_port", "Port or range that they go to"),
        ("src_range", "Range of source addresses"), ("dst_range", "Range of destination addresses"),
        ("in_interface", "Interface that packets come in by"), ("out_interface", "Interface that they leave by"),
        ("jump", "The target"), ("goto", "A chain that does not lead back"), ("gateway", "For the target TEE"),
        ("fragment", "Later fragments only"), ("set_counters", "First values of the counters"),
        ("to_ports", "New destination port"), ("to_destination", "New destination, for DNAT"),
        ("to_source", "New source, for SNAT"), ("set_dscp_mark", "DSCP mark"), ("set_dscp_mark_class", "DSCP class"),
        ("limit", "Matches in a time, e.g. 3/min"), ("limit_burst", "How many before the limit"),
        ("uid_owner", "User that sends"), ("gid_owner", "Group that sends"), ("reject_with", "How REJECT answers"),
        ("icmp_type", "Type of ICMP"), ("log_prefix", "Text in front of log lines"), ("comment", "A comment"),
        ("match_set", "Name of an ipset"), ("rule_num", "Where to insert"), ("wait", "Seconds to wait for the lock"),
    ]

    package static let spec = ModuleSpec(
        ["ansible.builtin.iptables"], "Adds and removes rules of the packet filter",
        arguments: plain.map { ArgumentSpec($0.0, .string, $0.1) } + [
            ArgumentSpec(
                "table", .string, "The table", default: "filter",
                choices: ["filter", "nat", "mangle", "raw", "security"]),
            ArgumentSpec("state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("action", .string, "Where a new rule goes", default: "append", choices: ["append", "insert"]),
            ArgumentSpec(
                "ip_version", .string, "Version of IP", default: "ipv4", choices: ["ipv4", "ipv6", "both"]),
            ArgumentSpec("match", .list(of: .string), "Modules that match", default: .list([])),
            ArgumentSpec("ctstate", .list(of: .string), "States of the connection", default: .list([])),
            ArgumentSpec("destination_ports", .list(of: .string), "Several ports", default: .list([])),
            ArgumentSpec("tcp_flags", .dict, "flags to look at and flags_set among them"),
            ArgumentSpec(
                "log_level", .string, "Level of log lines",
                choices: [
                    "0", "1", "2", "3", "4", "5", "6", "7", "emerg", "alert", "crit", "error", "warning", "notice",
                    "info", "debug",
                ]),
            ArgumentSpec(
                "match_set_flags", .string, "Which addresses the ipset matches",
                choices: ["src", "dst", "src,dst", "dst,src", "dst,dst", "src,src"]),
            ArgumentSpec(
                "policy", .string, "What becomes of packets that no rule takes",
                choices: ["ACCEPT", "DROP", "QUEUE", "RETURN"]),
            ArgumentSpec(
                "syn", .string, "Packets that open connections", default: "ignore",
                choices: ["ignore", "match", "negate"]),
            ArgumentSpec("flush", .bool, "Removes all rules of the chain or table", default: false),
            ArgumentSpec("chain_management", .bool, "Makes and removes the chain", default: false),
            ArgumentSpec("numeric", .bool, "Accepted; nothing is looked up in any case", default: false),
        ],
        mutuallyExclusive: [["set_dscp_mark", "set_dscp_mark_class"], ["flush", "policy"]],
        requiredTogether: [["match_set", "match_set_flags"]])
}
