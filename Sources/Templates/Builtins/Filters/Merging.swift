//! How dictionaries are merged: by `combine`, and wherever the hash behaviour is `merge`.

import Diagnostics
import Values

package struct Merging: Sendable {
    /// What becomes of two lists under the same key.
    package enum Lists: String, Sendable, CaseIterable {
        case replace, keep, append, prepend
        case appendRestPresent = "append_rp"
        case prependRestPresent = "prepend_rp"

        init(named name: String) throws(Diagnostic) {
            guard let known = Lists(rawValue: name) else {
                throw Diagnostic(
                    .templateRuntime,
                    "merge_hash: 'list_merge' argument can only be equal to 'replace', 'keep', 'append', 'prepend', "
                        + "'append_rp' or 'prepend_rp'",
                    help: Suggestion.help(for: name, among: Lists.allCases.map(\.rawValue)))
            }
            self = known
        }
    }

    package var isRecursive = false
    package var lists = Lists.replace

    package init() {}

    /// `low` with the entries of `high` on top.
    package func merge(_ low: OrderedMap, _ high: OrderedMap) throws(Diagnostic) -> OrderedMap {
        var result = low
        for (key, new) in high {
            guard let old = low[key] else {
                result[key] = new
                continue
            }
            switch (try old.forced(), try new.forced()) {
            case (.dict(let lower), .dict(let higher)) where isRecursive:
                result[key] = .dict(try merge(lower, higher))
            case (.list(let lower), .list(let higher)): result[key] = .list(merge(lower, higher))
            case (_, let value): result[key] = value
            }
        }
        return result
    }

    private func merge(_ low: [Value], _ high: [Value]) -> [Value] {
        switch lists {
        case .replace: high
        case .keep: low
        case .append: low + high
        case .prepend: high + low
        case .appendRestPresent: low.filter { !high.contains($0) } + high
        case .prependRestPresent: high + low.filter { !high.contains($0) }
        }
    }
}
