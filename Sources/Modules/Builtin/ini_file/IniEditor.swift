//! INI files as lines: pure text, no host.

/// Finds and changes one option in one section.
struct IniEditor: Sendable {
    let section: String?
    let option: String?
    let values: [String]
    let equals: String
    let ignoresSpaces: Bool
    let wakesInactive: Bool
    let exclusive: Bool

    /// The lines with the option set.
    func adding(to lines: [String]) -> [String] {
        var lines = lines
        guard let option else {
            if body(of: lines) == nil, let section { lines.append("[\(section)]") }
            return lines
        }
        guard let body = body(of: lines) else { return lines + ["[\(section ?? "")]"] + wanted(option) }
        var missing = wanted(option)
        var result: [String] = []
        var place: Int?
        for line in lines[body] {
            guard let found = name(in: line), found.name == option, found.isActive || wakesInactive else {
                result.append(line)
                continue
            }
            if found.isActive, let index = missing.firstIndex(where: { isSame($0, line) }) {
                missing.remove(at: index)
                result.append(line)
            } else if found.isActive, !exclusive {
                result.append(line)
            } else if !found.isActive, place != nil || missing.isEmpty {
                result.append(line)
                continue
            }
            place = result.count
        }
        // A new option follows the last line of its section that is not empty.
        let last = result.lastIndex { !$0.trimmed.isEmpty }.map { $0 + 1 } ?? 0
        result.insert(contentsOf: missing, at: min(place ?? last, result.count))
        lines.replaceSubrange(body, with: result)
        return lines
    }

    /// The lines without the option, or without the section.
    func removing(from lines: [String]) -> [String] {
        guard let body = body(of: lines) else { return lines }
        var lines = lines
        guard let option else {
            lines.removeSubrange((section == nil ? body.lowerBound : body.lowerBound - 1)..<body.upperBound)
            return lines
        }
        let unwanted = values.isEmpty || exclusive ? nil : wanted(option)
        let kept = lines[body].filter { line in
            guard let found = name(in: line), found.isActive, found.name == option else { return true }
            return unwanted.map { !$0.contains { isSame($0, line) } } ?? false
        }
        lines.replaceSubrange(body, with: kept)
        return lines
    }

    private func wanted(_ option: String) -> [String] {
        values.isEmpty
            ? [option] : values.map { $0.isEmpty ? "\(option)\(equals)".withoutFinalBlanks : "\(option)\(equals)\($0)" }
    }

    /// The lines of the section without its head; nil if there is no such section.
    private func body(of lines: [String]) -> Range<Int>? {
        var start = 0
        if let section {
            guard let head = lines.firstIndex(where: { $0.trimmed == "[\(section)]" }) else { return nil }
            start = head + 1
        }
        let end = lines[start...].firstIndex { $0.trimmed.hasPrefix("[") && $0.trimmed.hasSuffix("]") } ?? lines.count
        return start..<end
    }

    /// The option that a line sets, or would set if it were not commented out.
    private func name(in line: String) -> (name: String, isActive: Bool)? {
        var text = line.trimmed
        let isActive = !text.hasPrefix("#") && !text.hasPrefix(";")
        if !isActive { text = String(text.dropFirst()).trimmed }
        let name = text.split(separator: "=", omittingEmptySubsequences: false).first.map { String($0).trimmed } ?? ""
        guard !name.isEmpty, isActive || text.contains("=") else { return nil }
        return (name, isActive)
    }

    private func isSame(_ wanted: String, _ line: String) -> Bool {
        guard ignoresSpaces else { return wanted == line }
        func parts(_ text: String) -> [String] {
            text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0).trimmed }
        }
        return parts(wanted) == parts(line)
    }
}

extension String {
    fileprivate var withoutFinalBlanks: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
