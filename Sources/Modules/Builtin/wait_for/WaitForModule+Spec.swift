//! The arguments of `wait_for`.

import Values

extension WaitForModule {
    package static let spec = ModuleSpec(
        ["ansible.builtin.wait_for"], "Waits for a port, a file, or some time",
        arguments: [
            ArgumentSpec("host", .string, "Name or address of the port", default: "127.0.0.1"),
            ArgumentSpec("port", .int, "Port to poll"),
            ArgumentSpec("path", .path, "File to poll"),
            ArgumentSpec("search_regex", .string, "What has to occur in the file, or in what the port sends"),
            ArgumentSpec(
                "state", .string, "What to wait for", default: "started",
                choices: ["absent", "drained", "present", "started", "stopped"]),
            ArgumentSpec("timeout", .int, "Seconds to wait at most", default: 300),
            ArgumentSpec("connect_timeout", .int, "Seconds to wait for one connection", default: 5),
            ArgumentSpec("delay", .int, "Seconds before the first look", default: 0),
            ArgumentSpec("sleep", .int, "Seconds between looks", default: 1),
            ArgumentSpec(
                "active_connection_states", .list(of: .string), "States that count as active",
                default: ["ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "SYN_RECV", "SYN_SENT", "TIME_WAIT"]),
            ArgumentSpec("exclude_hosts", .list(of: .string), "Peers whose connections do not count"),
            ArgumentSpec("msg", .string, "Message of a failure"),
        ], mutuallyExclusive: [["path", "port"]], supportsCheckMode: false, onlyWaits: true)
}
