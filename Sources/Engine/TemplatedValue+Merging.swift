//! Dictionaries of several layers as one, for `hash_behaviour = merge`.

import Templates
import Values

extension TemplatedValue {
    var isDict: Bool { writtenEntries != nil }

    /// This dict with what a weaker one has in addition, level by level; nil where either is no dict.
    func merged(over weaker: TemplatedValue) -> TemplatedValue? {
        guard let own = writtenEntries, var entries = weaker.writtenEntries else { return nil }
        for entry in own {
            guard let index = entries.firstIndex(where: { $0.key.constantValue == entry.key.constantValue }) else {
                entries.append(entry)
                continue
            }
            let value = entry.value.merged(over: entries[index].value) ?? entry.value
            entries[index] = Entry(key: entry.key, value: value, range: entry.range)
        }
        return .dict(entries)
    }

    private var writtenEntries: [Entry]? {
        switch self {
        case .dict(let entries): entries
        case .constant(.dict(let map)):
            map.map { Entry(key: .constant($0.key), value: .constant($0.value), range: nil) }
        default: nil
        }
    }

    private var constantValue: Value? { if case .constant(let value) = self { value } else { nil } }
}
