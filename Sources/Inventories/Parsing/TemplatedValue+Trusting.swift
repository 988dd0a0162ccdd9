//! Data of inventories, whose strings are an author's and so may be templates.

import Diagnostics
import Templates
import Values

extension TemplatedValue {
    /// A value that an inventory holds. Not for anything that a host or a run returned.
    init(trusting value: Value, at range: SourceRange?) {
        guard Self.hasTemplate(value) else {
            self = .constant(value)
            return
        }
        switch value {
        case .string(let text): self = .template(Template(text, at: range, options: Self.yamlOptions))
        case .list(let items): self = .list(items.map { TemplatedValue(trusting: $0, at: range) })
        case .dict(let map):
            self = .dict(
                map.map { entry in
                    Entry(
                        key: .constant(entry.key), value: TemplatedValue(trusting: entry.value, at: range), range: range
                    )
                })
        default: self = .constant(value)
        }
    }

    private static func hasTemplate(_ value: Value) -> Bool {
        switch value {
        case .string(let text): mayBeTemplate(text)
        case .list(let items): items.contains(where: hasTemplate)
        case .dict(let map): map.contains { hasTemplate($0.value) }
        default: false
        }
    }
}
