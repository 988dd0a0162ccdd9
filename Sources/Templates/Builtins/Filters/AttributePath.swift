//! `attribute=` arguments: `a.b.0` looked up step by step, and keys that ignore case.

import Diagnostics
import Values

/// Looks up an attribute of items, as `map(attribute=…)`, `sort`, `groupby` and others do.
struct AttributePath {
    private let steps: [Value]
    private let fallback: Value?

    /// nil for None: the item itself.
    init?(_ attribute: Value, fallback: Value? = nil) throws(Diagnostic) {
        self.fallback = fallback.flatMap { $0.isNone ? nil : $0 }
        switch attribute {
        case .none: return nil
        case .string(let text):
            steps = text.split(separator: ".", omittingEmptySubsequences: false).map { step in
                let isNumber = !step.isEmpty && step.utf8.allSatisfy { (0x30...0x39).contains($0) }
                return isNumber ? Int(step).map(Value.int) ?? .string(String(step)) : .string(String(step))
            }
        default: steps = [attribute]
        }
    }

    /// The attribute, `fallback` where it is missing, or an undefined value.
    func callAsFunction(_ item: Value) throws(Diagnostic) -> Value {
        var value = item
        for step in steps {
            // What is missing stays missing: `selectattr('a.b', 'defined')` asks about it.
            if value.isUndefined { return value }
            value = try value.member(step)
            if value.isUndefined, let fallback { value = fallback }
        }
        return value
    }
}

extension Value {
    /// `self[key]`, or the attribute of that name; an undefined value where there is neither.
    func member(_ key: Value) throws(Diagnostic) -> Value {
        switch self {
        case .dict(let map): if let value = map[key] { return value }
        case .list(let items), .tuple(let items):
            if let index = key.exactInteger, let position = items.position(index) { return items[position] }
        case .string(let text):
            let scalars = Array(text.unicodeScalars)
            if let index = key.exactInteger, let position = scalars.position(index) {
                return .string(String(scalars[position]))
            }
        case .object(let object):
            if let value = try object.item(key) { return value }
            if let name = key.string, let value = try object.attribute(name) { return value }
        case .date(let date): if let name = key.string, let number = date.field(name) { return .int(number) }
        default: break
        }
        return .undefined(Undefined("object of type '\(typeName)' has no attribute \(try key.representation())"))
    }

    /// The key that sorting and comparing use where case does not matter.
    func foldingCase() throws(Diagnostic) -> Value {
        switch self {
        case .string(let text): .string(text.lowercased())
        case .undefined(let reason): throw reason.diagnostic
        default: try plain()
        }
    }
}

extension Array {
    /// Python's index: from the end where it is negative; nil where it is out of range.
    fileprivate func position(_ index: Int) -> Int? {
        let position = index < 0 ? count + index : index
        return indices.contains(position) ? position : nil
    }
}

extension DateValue {
    fileprivate func field(_ name: String) -> Int? {
        switch name {
        case "year": year
        case "month": month
        case "day": day
        case "hour": time?.hour
        case "minute": time?.minute
        case "second": time?.second
        case "microsecond": time?.microsecond
        default: nil
        }
    }
}
