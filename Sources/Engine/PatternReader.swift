//! The hosts of a play as a pattern.

import Diagnostics
import Inventories
import Playbooks
import Templates
import Values

/// `hosts:` in its forms: text, a list of texts, templates of either.
struct HostsPattern {
    let value: Value
    let text: String
}

enum PatternReader {
    static func value(_ setting: Setting, in scope: HostScope) throws(Diagnostic) -> HostsPattern {
        do {
            let value = try setting.value.evaluate(in: scope.renderScope).materialized()
            guard let items = value.list else { return HostsPattern(value: value, text: try value.text()) }
            var parts: [String] = []
            for item in items { parts.append(try item.text()) }
            return HostsPattern(value: value, text: parts.joined(separator: ","))
        } catch {
            throw error.located(at: setting.range)
        }
    }
}

extension Run {
    /// The hosts of a pattern, those that `--limit` leaves.
    func selectedHosts(matching pattern: String) throws(Diagnostic) -> (hosts: [String], warnings: [Diagnostic]) {
        try inventory.hosts(matching: pattern, limit: context.settings.limit)
    }
}
