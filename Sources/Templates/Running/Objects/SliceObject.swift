//! `[start:stop:step]`.

import Diagnostics
import Values

/// Python's slice.
final class SliceObject: ValueObject {
    let start: Int?
    let stop: Int?
    let step: Int?
    var typeName: String { "slice" }

    init(_ start: Value, _ stop: Value, _ step: Value) throws(Diagnostic) {
        func part(_ value: Value) throws(Diagnostic) -> Int? {
            if value.isNone { return nil }
            if case .undefined(let reason) = value { throw reason.diagnostic }
            if let number = value.exactInteger { return number }
            throw Diagnostic(
                .templateRuntime, "slice indices must be integers or None or have an __index__ method")
        }
        (self.start, self.stop, self.step) = (try part(start), try part(stop), try part(step))
        if self.step == 0 { throw Diagnostic(.templateRuntime, "slice step cannot be zero") }
    }

    func apply(to items: [Value]) throws(Diagnostic) -> [Value] {
        if step == nil || step == 1 {
            let first = bound(start ?? 0, items.count)
            let last = bound(stop ?? items.count, items.count)
            return first < last ? Array(items[first..<last]) : []
        }
        return indices(items.count).map { items[$0] }
    }

    func apply(to text: String) throws(Diagnostic) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        for index in indices(scalars.count) { result.append(scalars[index]) }
        return String(result)
    }

    private func bound(_ index: Int, _ count: Int) -> Int { min(max(index < 0 ? index + count : index, 0), count) }

    private func indices(_ count: Int) -> [Int] {
        let step = step ?? 1
        if step > 0 {
            return Array(stride(from: bound(start ?? 0, count), to: bound(stop ?? count, count), by: step))
        }
        func backwards(_ index: Int) -> Int { min(max(index < 0 ? index + count : index, -1), count - 1) }
        return Array(
            stride(from: start.map(backwards) ?? count - 1, to: stop.map(backwards) ?? -1, by: step))
    }
}
