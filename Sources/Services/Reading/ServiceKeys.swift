//! The keys that `services.yml` knows, by place.

import Diagnostics
import YAML

/// The keys of one mapping, and of the mappings below them.
struct ServiceKeys: Sendable {
    let names: [String]
    var nested: [String: ServiceKeys] = [:]
    /// For lists: the keys of each item that is a mapping.
    var items: [String: ServiceKeys] = [:]
    /// For mappings with names of the author's own: the keys of each entry that is a mapping.
    var entries: [String: ServiceKeys] = [:]

    static let top = ServiceKeys(
        names: ["services", "registries", "allowed_registries"],
        items: ["registries": ServiceKeys(names: ["registry", "username", "password"])])

    static let service = ServiceKeys(
        names: [
            "hosts", "image", "ports", "volumes", "environment", "secrets", "needs", "config", "health", "preflight",
            "verify", "rollout", "stop", "colocate", "address", "build", "load",
        ] + containerOptions,
        nested: [
            "health": ServiceKeys(names: ["tcp", "http", "command", "image", "port", "status", "within", "interval"]),
            "rollout": ServiceKeys(names: ["batches", "before", "after", "keep", "on_failure"]),
            "stop": ServiceKeys(names: ["signal", "timeout"]),
            "build": ServiceKeys(names: [
                "context", "dockerfile", "args", "target", "on", "platform", "network", "pull",
            ]),
        ],
        items: [
            "volumes": ServiceKeys(names: ["source", "target", "read_only", "owner", "group", "mode"]),
            "config": ServiceKeys(names: ["template", "to", "check", "reload"]),
        ],
        entries: ["ports": ServiceKeys(names: ["host", "container", "address", "protocol"])])

    /// Options that `docker_container` knows under the same names.
    static let containerOptions = [
        "command", "entrypoint", "user", "working_dir", "hostname", "labels", "memory", "cpus", "pids_limit", "ulimits",
        "shm_size", "devices", "device_requests", "capabilities", "cap_drop", "security_opts", "read_only", "tmpfs",
        "sysctls", "init", "log_driver", "log_options", "etc_hosts", "dns_servers", "restart_policy",
    ]

    /// Names each key that is not known.
    func check(_ node: Node, what: String, _ problems: inout Problems) {
        guard case .mapping(let written) = node.content else { return }
        for entry in written {
            guard case .scalar(let key) = entry.key.content, names.contains(key.text) else {
                problems.add(unknown(entry.key, what: what))
                continue
            }
            nested[key.text]?.check(entry.value, what: "'\(key.text)'", &problems)
            if let keys = items[key.text], case .sequence(let items) = entry.value.content {
                for item in items { keys.check(item, what: "an entry of '\(key.text)'", &problems) }
            }
            if let keys = entries[key.text], case .mapping(let entries) = entry.value.content {
                for inner in entries { keys.check(inner.value, what: "an entry of '\(key.text)'", &problems) }
            }
        }
    }

    private func unknown(_ key: Node, what: String) -> Diagnostic {
        var name = ""
        if case .scalar(let scalar) = key.content { name = scalar.text }
        return Diagnostic(
            .unknownKeyword, "'\(name)' is not a key of \(what)", at: key.range,
            help: Suggestion.help(for: name, among: names) ?? "known are: \(names.joined(separator: ", "))")
    }
}
