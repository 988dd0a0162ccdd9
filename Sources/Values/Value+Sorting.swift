//! Python's `sorted()`.

import Diagnostics

extension Value {
    /// The values in ascending order, stable; values that cannot be compared are an error.
    package static func sorted(_ values: [Value]) throws(Diagnostic) -> [Value] {
        try sorted(values, by: { $0 })
    }

    /// `sorted(values, key: …, reverse: …)`: equal elements keep their order either way.
    package static func sorted<Element>(
        _ elements: [Element], reverse: Bool = false, by key: (Element) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> [Element] {
        var keyed: [(key: Value, element: Element)] = []
        for element in elements { keyed.append((try key(element), element)) }
        var failure: Diagnostic?
        keyed.sort { left, right in
            guard failure == nil else { return false }
            do throws(Diagnostic) {
                return try (reverse ? right.key.order(left.key) : left.key.order(right.key)) == .ascending
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        return keyed.map(\.element)
    }
}
