//! A rendered value that still knows where it was written.

import Diagnostics
import Values
import YAML

/// A value of `services.yml` for one host, and the node that it came from. Where a template stands for a whole
/// container, its parts are placed at the template.
struct Placed: Sendable {
    let value: Value
    let range: SourceRange
    private let node: Node?

    init(_ value: Value, at node: Node) {
        self.init(value, node: node, range: node.range)
    }

    private init(_ value: Value, node: Node?, range: SourceRange) {
        self.value = value
        self.range = node?.range ?? range
        self.node = node
    }

    /// The entry of a mapping; nil where there is none or it is null.
    subscript(key: String) -> Placed? {
        guard case .dict(let map) = value, let entry = map[key], !entry.isNone else { return nil }
        return Placed(entry, node: node?.child(key)?.value, range: range)
    }

    /// The entry `on`, which YAML reads as a truth where it is not quoted.
    var on: Placed? {
        if let quoted = self["on"] { return quoted }
        guard case .dict(let map) = value, let entry = map[true], !entry.isNone else { return nil }
        return Placed(entry, node: node?.child("on")?.value, range: range)
    }

    /// The items of a list; a lone value is a list of one.
    var items: [Placed] {
        guard case .list(let items) = value else { return value.isNone ? [] : [self] }
        return items.enumerated().map { Placed($1, node: node?.child($0), range: range) }
    }

    /// The entries of a mapping, in order; none for anything else.
    var entries: [(key: String, value: Placed)] {
        guard case .dict(let map) = value else { return [] }
        return map.map { key, value in
            let name = (try? key.text()) ?? ""
            return (name, Placed(value, node: node?.child(name)?.value, range: range))
        }
    }

    /// Where the name of an entry stands.
    func range(ofKey key: String) -> SourceRange { node?.child(key)?.key.range ?? range }

    var isMapping: Bool { if case .dict = value { true } else { false } }

    /// A scalar as text; nil for containers and null.
    var text: String? {
        switch value {
        case .string(let text): text
        case .int, .float, .bool, .big: try? value.text()
        default: nil
        }
    }

    /// A whole number, also from text, since a template gives text.
    var number: Int? { value.int ?? value.string.flatMap { Int($0) } }

    var flag: Bool? {
        switch value {
        case .bool(let flag): flag
        case .string("true"), .string("yes"), .string("True"): true
        case .string("false"), .string("no"), .string("False"): false
        default: nil
        }
    }
}

extension Node {
    fileprivate func child(_ key: String) -> Entry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.last { entry in
            if case .scalar(let scalar) = entry.key.content { scalar.text == key } else { false }
        }
    }

    fileprivate func child(_ index: Int) -> Node? {
        guard case .sequence(let items) = content, items.indices.contains(index) else { return nil }
        return items[index]
    }
}
