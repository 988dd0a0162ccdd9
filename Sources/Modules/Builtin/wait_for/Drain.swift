//! Whether a port has active connections, from the kernel's own tables.

import Diagnostics
import Values

/// The end of all connections to a port.
struct Drain: Sendable {
    let port: Int
    private let host: String
    private let states: Set<String>
    private let excluded: Set<String>

    /// The kernel's numbers.
    private static let names = [
        "01": "ESTABLISHED", "02": "SYN_SENT", "03": "SYN_RECV", "04": "FIN_WAIT1", "05": "FIN_WAIT2",
        "06": "TIME_WAIT", "07": "CLOSE", "08": "CLOSE_WAIT", "09": "LAST_ACK", "0A": "LISTEN", "0B": "CLOSING",
    ]

    init(port: Int, host: String, _ arguments: ModuleArguments) {
        self.port = port
        self.host = host
        states = Set(arguments.strings("active_connection_states") ?? [])
        excluded = Set(arguments.strings("exclude_hosts") ?? [])
    }

    let probe = Probe("cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; :")

    /// Lines such as `0: 0100007F:1F90 0100007F:C350 01 …`.
    func isDrained(_ table: String) -> Bool {
        !table.split(separator: "\n").contains { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 3, let state = Self.names[words[3]], states.contains(state),
                let local = Self.address(words[1]), let peer = Self.address(words[2]), local.port == port
            else { return false }
            let anyAddress = host == "0.0.0.0" || host == "::"
            return (anyAddress || local.address == host) && !excluded.contains(peer.address)
        }
    }

    /// IPv4, also where it is mapped into IPv6; other IPv6 addresses stay as the kernel writes them.
    static func address(_ text: String) -> (address: String, port: Int)? {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 2, let port = Int(parts[1], radix: 16) else { return nil }
        var digits = parts[0]
        if digits.count == 32 {
            if digits == "00000000000000000000000001000000" { return ("::1", port) }
            guard digits.hasPrefix("0000000000000000FFFF0000") else { return (digits, port) }
            digits = String(digits.suffix(8))
        }
        guard let number = UInt32(digits, radix: 16) else { return nil }
        let bytes = (0..<4).map { String(number >> UInt32($0 * 8) & 255) }
        return (bytes.joined(separator: "."), port)
    }
}
