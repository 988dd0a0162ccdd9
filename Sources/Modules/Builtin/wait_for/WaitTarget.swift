//! What `wait_for` looks at, and the small script that looks once.

import Connections
import Diagnostics
import Values

enum WaitTarget: Sendable {
    case time
    case port(Int, host: String, connectTimeout: Int)
    case path(String)
    case drained(Drain)

    init(_ arguments: ModuleArguments, host: String, state: String) throws(Diagnostic) {
        let port = arguments.int("port")
        if state == "drained" {
            guard let port else { throw arguments.invalid("state", "'state: drained' needs 'port'") }
            self = .drained(Drain(port: port, host: host, arguments))
        } else if let path = arguments.string("path") {
            guard state != "stopped" else {
                throw arguments.invalid(
                    "state", "'state: stopped' is for ports", help: "use 'state: absent' for a path")
            }
            self = .path(path)
        } else if let port {
            guard (1...65535).contains(port) else { throw arguments.invalid("port", "\(port) is not a port") }
            guard !host.isEmpty, !host.hasPrefix("-") else {
                throw arguments.invalid("host", "'\(host)' is not a host")
            }
            self = .port(port, host: host, connectTimeout: max(1, arguments.int("connect_timeout") ?? 5))
        } else {
            if arguments.string("search_regex") != nil {
                throw arguments.invalid("search_regex", "'search_regex' needs 'port' or 'path'")
            }
            self = .time
        }
    }

    /// Status 0 if the file or port is there, 127 if no tool can tell; what it holds or sends if that is wanted.
    func probe(state: String, reads: Bool) -> Probe {
        switch self {
        case .time: Probe(":")
        case .path(let path):
            Probe(
                "f=\(RemotePath(path).shellWord)\n[ -e \"$f\" ] || exit 1\n"
                    + "if [ -d \"$f\" ]; then echo directory >&2; else echo file >&2; fi\n"
                    + (reads ? "cat <\"$f\" 2>/dev/null; :" : ":")
            )
        case .drained(let drain): drain.probe
        case .port(let port, let host, let seconds):
            Probe(reads ? reading(port, seconds) : connecting(port, seconds), environment: [("WAIT_HOST", host)])
        }
    }

    /// What is at the path, if there is one.
    func kind(_ observation: Observation) -> String? {
        guard case .path = self, observation.status == 0 else { return nil }
        return observation.errorText.hasPrefix("directory") ? "directory" : "file"
    }

    /// The tools that can connect, best first. `timeout` guards those without one of their own.
    private func connecting(_ port: Int, _ seconds: Int) -> String {
        """
        limit() { if command -v timeout >/dev/null 2>&1; then timeout \(seconds) "$@"; else "$@"; fi; }
        if command -v bash >/dev/null 2>&1; then
          limit bash -c 'exec 3<>"/dev/tcp/$WAIT_HOST/\(port)"' </dev/null >/dev/null 2>&1
        elif command -v nc >/dev/null 2>&1; then
          limit nc -w \(seconds) "$WAIT_HOST" \(port) </dev/null >/dev/null 2>&1
        elif command -v curl >/dev/null 2>&1; then
          h=$WAIT_HOST; case $h in *:*) h="[$h]";; esac
          curl -q -s --connect-timeout \(seconds) -m \(seconds) --noproxy '*' "telnet://$h:\(port)" </dev/null >/dev/null 2>&1
          case $? in 0|28|49|56) exit 0;; *) exit 1;; esac
        elif command -v busybox >/dev/null 2>&1; then
          limit busybox nc -w \(seconds) "$WAIT_HOST" \(port) </dev/null >/dev/null 2>&1
        else exit 127; fi
        r=$?; [ $r -eq 0 ] || exit 1
        """
    }

    /// What the port sends within the time.
    private func reading(_ port: Int, _ seconds: Int) -> String {
        """
        if command -v bash >/dev/null 2>&1; then
          bash -c 'exec 3<>"/dev/tcp/$WAIT_HOST/\(port)" || exit 1
            if command -v timeout >/dev/null 2>&1; then timeout \(seconds) cat <&3; else
            while IFS= read -r -t \(seconds) line <&3; do printf "%s\\n" "$line"; done; fi; exit 0' 2>/dev/null </dev/null
        elif command -v nc >/dev/null 2>&1; then
          nc -w \(seconds) "$WAIT_HOST" \(port) </dev/null 2>/dev/null
        else exit 127; fi
        """
    }

    func description(_ host: String, _ state: String, _ pattern: String?) -> String {
        let search = pattern.map { "search string \($0) in " } ?? ""
        return switch self {
        case .time: "time"
        case .path(let path):
            state == "absent"
                ? "\(search.isEmpty ? "" : search)\(path) to be absent." : "\(search.isEmpty ? "file " : search)\(path)"
        case .drained(let drain): "\(host):\(drain.port) to drain"
        case .port(let port, _, _):
            state == "started" || state == "present" ? "\(search)\(host):\(port)" : "\(host):\(port) to stop."
        }
    }
}
