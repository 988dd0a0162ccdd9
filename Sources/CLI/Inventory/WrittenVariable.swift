//! Variables of an inventory as they are written: nothing is rendered, nothing decrypted.

import Diagnostics
import Templates
import Values
import YAML

struct WrittenVariable {
    let value: Value
    /// The definition itself; nil where several were merged.
    var definition: TemplatedValue?
    /// Where it is defined: one definition is one object, however many hosts have it.
    var range: SourceRange?
    /// Put together by a plugin: text that no author wrote as a template.
    var isComputed = false
}

extension WrittenVariable {
    /// Variables by name as JSON, in which computed texts and vaults say what they are.
    static func json(_ variables: [String: WrittenVariable]) -> Value {
        .dict(
            OrderedMap(
                variables.map { name, variable in
                    (name, variable.isComputed ? variable.value.markedUnsafe : variable.value.forJSON)
                }))
    }
}

extension TemplatedValue {
    /// Templates as their text, vaults as what they hold: for people.
    func readable() throws(Diagnostic) -> Value {
        switch self {
        case .constant, .template: return asWritten
        case .deferred(let deferred): return try deferred.compute()
        case .list(let items):
            var values: [Value] = []
            for item in items { values.append(try item.readable()) }
            return .list(values)
        case .dict(let entries):
            var map: OrderedMap = [:]
            for entry in entries { map[entry.key.asWritten] = try entry.value.readable() }
            return .dict(map)
        }
    }

    /// Templates and vaults as their text.
    var asWritten: Value {
        switch self {
        case .constant(let value): return value
        case .template(let template): return .string(template.text)
        case .list(let items): return .list(items.map(\.asWritten))
        case .deferred(let deferred): return .object(TaggedText(tag: "!vault", deferred.envelope ?? ""))
        case .dict(let entries):
            var map: OrderedMap = [:]
            for entry in entries { map[entry.key.asWritten] = entry.value.asWritten }
            return .dict(map)
        }
    }
}

extension Value {
    /// Dicts are merged level by level; what is no dict replaces.
    func merged(over weaker: Value) -> Value {
        guard case .dict(let own) = self, case .dict(var map) = weaker else { return self }
        for (key, value) in own { map[key] = map[key].map { value.merged(over: $0) } ?? value }
        return .dict(map)
    }

    /// Every text marked as one that is no template.
    fileprivate var markedUnsafe: Value {
        switch self {
        case .string: .dict(["__ansible_unsafe": self])
        case .list(let items): .list(items.map(\.markedUnsafe))
        case .dict(let map): .dict(map.mapped(\.markedUnsafe))
        default: forJSON
        }
    }

    /// Vaults in the form in which an inventory script may print them.
    fileprivate var forJSON: Value {
        switch self {
        case .object(let object as TaggedText): .dict(["__ansible_vault": .string(object.content)])
        case .list(let items): .list(items.map(\.forJSON))
        case .dict(let map): .dict(map.mapped(\.forJSON))
        default: self
        }
    }
}

extension OrderedMap {
    /// The same keys with other values.
    fileprivate func mapped(_ transform: (Value) -> Value) -> OrderedMap {
        var map = OrderedMap(minimumCapacity: count)
        for (key, value) in self { map[key] = transform(value) }
        return map
    }
}
