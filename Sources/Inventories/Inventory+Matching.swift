//! Which hosts a pattern means, and what `--limit` leaves of them.

import Diagnostics

extension Inventory {
    /// The hosts of a pattern in its order; a part that matches nothing gives a warning.
    package func hosts(matching pattern: String) throws(Diagnostic) -> (hosts: [String], warnings: [Diagnostic]) {
        let parts = HostPattern.split(pattern)
        guard !parts.isEmpty else { return ([], []) }
        var warnings: [Diagnostic] = []
        var found: [String] = []
        let unions = parts.filter { $0.kind == .union }
        // `!web` alone means all but these.
        if unions.isEmpty { found = hostNames(inGroup: "all") }
        var seen = Set(found)
        for part in unions {
            for host in try hosts(of: part, &warnings) where seen.insert(host).inserted { found.append(host) }
        }
        for part in parts where part.kind == .intersection {
            let kept = Set(try hosts(of: part, &warnings))
            found.removeAll { !kept.contains($0) }
        }
        for part in parts where part.kind == .exclusion {
            let dropped = Set(try hosts(of: part, &warnings))
            found.removeAll { dropped.contains($0) }
        }
        return (found, warnings)
    }

    /// The hosts of a play's pattern that `--limit` leaves: patterns, or `@file` with one a line.
    package func hosts(matching pattern: String, limit: String?) throws(Diagnostic)
        -> (hosts: [String], warnings: [Diagnostic])
    {
        let all = try hosts(matching: pattern)
        guard let limit else { return all }
        let allowed = try hosts(matching: Self.expandedLimit(limit))
        let names = Set(allowed.hosts)
        return (all.hosts.filter { names.contains($0) }, all.warnings + allowed.warnings)
    }

    /// A limit in which every `@file` is replaced by the file's lines.
    package static func expandedLimit(_ limit: String) throws(Diagnostic) -> String {
        guard limit.contains("@") else { return limit }
        var parts: [String] = []
        for part in limit.split(separator: ",") {
            guard part.hasPrefix("@") else {
                parts.append(String(part))
                continue
            }
            let bytes = try FileSystem.read(String(part.dropFirst()))
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let text = line.filter { !$0.isBlank }
                if !text.isEmpty, text.first != UInt8(ascii: "#") {
                    parts.append(String(decoding: text, as: UTF8.self))
                }
            }
        }
        return parts.joined(separator: ",")
    }

    private func hosts(of part: HostPattern, _ warnings: inout [Diagnostic]) throws(Diagnostic) -> [String] {
        let matched = try numbers(of: part)
        if matched == nil, Self.localNames.contains(part.name), let name = knownName(part.name) { return [name] }
        guard let matched else {
            // Nobody is surprised that `all` of an empty inventory is empty.
            if part.name != "all", part.name != "*" { warnings.append(unmatched(part)) }
            return []
        }
        return (part.subscripts?.applied(to: matched) ?? matched).map { hosts[$0].name }
    }

    /// Hosts of matching groups, then matching hosts; nil where no name matches.
    private func numbers(of part: HostPattern) throws(Diagnostic) -> [Int]? {
        let name = part.name == "*" ? "all" : part.name
        let matcher = try NameMatcher(name)
        if case .exact = matcher {
            if let group = number(ofGroup: name) { return members(ofGroup: group) }
            return number(ofHost: name).map { [$0] }
        }
        var found: [Int] = []
        var seen = Set<Int>()
        var isMatched = false
        for group in groups.indices where try matcher.matches(groups[group].name) {
            isMatched = true
            for host in members(ofGroup: group) where seen.insert(host).inserted { found.append(host) }
        }
        for host in hosts.indices where try matcher.matches(hosts[host].name) {
            isMatched = true
            if seen.insert(host).inserted { found.append(host) }
        }
        return isMatched ? found : nil
    }

    private func unmatched(_ part: HostPattern) -> Diagnostic {
        Diagnostic(
            .hostPattern, "Could not match supplied host pattern, ignoring: \(part.text)",
            help: Suggestion.help(for: part.name, among: groupNames + hostNames), severity: .warning)
    }
}
