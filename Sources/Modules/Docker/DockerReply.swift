//! Answers of the docker command: one labelled line of JSON for each object that was asked about.

import Values

/// What a probe of labelled lines answered.
package struct DockerReply: Sendable {
    /// Shell function `ask LABEL COMMAND…`: prints `LABEL answer`, with line breaks of the answer kept out.
    static let askFunction = """
        ask() { label=$1; shift; if reply=$("$@" </dev/null); then printf '%s %s\\n' "$label" "$reply"; fi; }

        """

    private let lines: [(label: Substring, text: Substring)]
    private let complaints: [Substring]

    package init(_ observation: Observation) {
        lines = observation.text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
        complaints = observation.errorText.split(separator: "\n").filter { line in
            let text = line.lowercased()
            return !text.hasPrefix("warning:") && !text.contains("no such ") && !text.hasPrefix("[]")
                && !(text.contains("not found") && text.contains("network "))
        }
    }

    /// The object behind a label; nil if the engine does not have it.
    package func object(_ label: String) -> OrderedMap? { value(label)?.dict }

    /// The JSON behind a label.
    package func value(_ label: String) -> Value? {
        guard let text = text(label) else { return nil }
        return try? JSON.parse(text)
    }

    package func text(_ label: String) -> String? { lines.first { $0.label == label }.map { String($0.text) } }

    /// All texts behind a label, in order.
    package func texts(_ label: String) -> [String] { lines.filter { $0.label == label }.map { String($0.text) } }

    package var allLabels: [String] { lines.map { String($0.label) } }

    /// What the engine complained about, other than that something does not exist.
    package var complaint: String? { complaints.isEmpty ? nil : complaints.joined(separator: "\n") }
}

extension OrderedMap {
    /// The value at the end of a path of keys; nil where one is missing or null.
    func at(_ path: String...) -> Value? { at(path) }

    func at(_ path: [String]) -> Value? {
        var current: Value = .dict(self)
        for key in path {
            guard let next = current[key] else { return nil }
            current = next
        }
        return current.isNone ? nil : current
    }
}

extension Value {
    /// As text for the command line: numbers and truths included, nil for containers.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .float(let number): String(number)
        default: nil
        }
    }
}
