//! A rule from arguments to iptables' own words.

import Diagnostics
import Values

struct IptablesRule {
    private let arguments: ModuleArguments
    private var words: [String] = []

    /// In the order in which matches have to stand; modules come before their options.
    static func words(_ arguments: ModuleArguments) throws(Diagnostic) -> [String] {
        var rule = IptablesRule(arguments: arguments)
        try rule.addBasics()
        rule.addMatches()
        rule.addModules()
        return rule.words
    }

    private init(arguments: ModuleArguments) { self.arguments = arguments }

    private func list(_ name: String) -> [String] { arguments.strings(name) ?? [] }

    /// `! value` is written as a word in front of the option.
    private mutating func add(_ name: String, _ flag: String) {
        guard let value = arguments.string(name), !value.isEmpty else { return }
        words += value.hasPrefix("!") ? ["!", flag, String(value.dropFirst()).trimmed] : [flag, value]
    }

    private mutating func use(_ module: String) {
        if !list("match").contains(module) { words += ["-m", module] }
    }

    private mutating func addBasics() throws(Diagnostic) {
        add("protocol", "-p")
        add("source", "-s")
        add("destination", "-d")
        for module in list("match") { words += ["-m", module] }
        try addFlags()
        add("jump", "-j")
        if arguments.string("jump")?.lowercased() == "tee" { add("gateway", "--gateway") }
        add("log_prefix", "--log-prefix")
        add("log_level", "--log-level")
        add("to_destination", "--to-destination")
        if !list("destination_ports").isEmpty {
            use("multiport")
            words += ["--dports", list("destination_ports").joined(separator: ",")]
        }
        add("to_source", "--to-source")
        add("goto", "-g")
    }

    private mutating func addMatches() {
        for (name, flag) in [
            ("in_interface", "-i"), ("out_interface", "-o"), ("fragment", "-f"), ("set_counters", "-c"),
            ("source_port", "--source-port"), ("destination_port", "--destination-port"), ("to_ports", "--to-ports"),
            ("set_dscp_mark", "--set-dscp"), ("set_dscp_mark_class", "--set-dscp-class"),
        ] {
            add(name, flag)
        }
        switch arguments.string("syn") {
        case "match": words.append("--syn")
        case "negate": words += ["!", "--syn"]
        default: break
        }
        if !list("ctstate").isEmpty {
            let usesState = list("match").contains("state")
            if !usesState { use("conntrack") }
            words += [usesState ? "--state" : "--ctstate", list("ctstate").joined(separator: ",")]
        }
    }

    private mutating func addModules() {
        if arguments["src_range"] != nil || arguments["dst_range"] != nil { use("iprange") }
        add("src_range", "--src-range")
        add("dst_range", "--dst-range")
        if let set = arguments.string("match_set") {
            use("set")
            let isNegated = set.hasPrefix("!")
            words += (isNegated ? ["!"] : []) + ["--match-set", isNegated ? String(set.dropFirst()).trimmed : set]
            words.append(arguments.string("match_set_flags") ?? "")
        }
        if arguments["limit"] != nil || arguments["limit_burst"] != nil { use("limit") }
        add("limit", "--limit")
        add("limit_burst", "--limit-burst")
        if arguments["uid_owner"] != nil || arguments["gid_owner"] != nil { use("owner") }
        add("uid_owner", "--uid-owner")
        add("gid_owner", "--gid-owner")
        if let reason = arguments.string("reject_with") {
            if arguments["jump"] == nil { words += ["-j", "REJECT"] }
            words += ["--reject-with", reason]
        }
        add("icmp_type", arguments.string("ip_version") == "ipv6" ? "--icmpv6-type" : "--icmp-type")
        if let comment = arguments.string("comment") {
            use("comment")
            words += ["--comment", comment]
        }
    }

    private mutating func addFlags() throws(Diagnostic) {
        guard let map = arguments.dict("tcp_flags") else { return }
        func names(_ key: String) -> [String] { map[.string(key)]?.list?.compactMap(\.string) ?? [] }
        guard !names("flags").isEmpty, !names("flags_set").isEmpty else {
            throw arguments.invalid("tcp_flags", "tcp_flags needs both lists, flags and flags_set")
        }
        words += ["--tcp-flags", names("flags").joined(separator: ","), names("flags_set").joined(separator: ",")]
    }
}
