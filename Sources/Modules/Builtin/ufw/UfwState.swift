//! What ufw's files say, and what a rule would make of them.

struct UfwState: Sendable {
    private var settings: [String: String] = [:]
    private var old: [[String]] = [[], []]
    private var dry: [String] = []

    init(_ text: String) {
        for line in text.split(separator: "\n").map(String.init) {
            guard let (kind, rest) = line.halves(at: " ") else { continue }
            switch kind {
            case "setting":
                guard let (key, value) = rest.halves(at: "=") else { continue }
                settings[key] = value.filter { $0 != "\"" }
            case "old4": old[0].append(rest)
            case "old6": old[1].append(rest)
            case "dry": dry.append(rest)
            default: break
            }
        }
    }

    var isEnabled: Bool { settings["ENABLED"]?.lowercased() == "yes" }
    var logging: String { settings["LOGLEVEL"] ?? "low" }
    var complaint: String? { dry.first { $0.hasPrefix("ERROR: ") }.map { String($0.dropFirst(7)) } }

    /// In the words of ufw's commands.
    func policy(_ direction: String) -> String? {
        let names = ["incoming": "INPUT", "outgoing": "OUTPUT", "routed": "FORWARD"]
        guard let name = names[direction] else { return nil }
        return ["DROP": "deny", "ACCEPT": "allow", "REJECT": "reject"][settings["DEFAULT_\(name)_POLICY"] ?? ""]
    }

    /// A dry run prints the files as they would be, one part for each version of IP; each rule is a line with a
    /// tuple. What is skipped is not printed.
    var ruleDiffers: Bool {
        var parts: [[String]] = []
        for line in dry {
            if line == "*filter" { parts.append([]) }
            let mark = "### tuple ### "
            if line.hasPrefix(mark), !parts.isEmpty {
                parts[parts.count - 1].append(String(line.dropFirst(mark.count)))
            }
        }
        if parts.count == 2 { return parts != old }
        guard let part = parts.first else { return false }
        let version = part.contains { $0.contains("::") } ? 1 : 0
        return part != old[part.isEmpty ? 0 : version]
    }
}
