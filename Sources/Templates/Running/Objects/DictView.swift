//! `dict.keys()`, `dict.values()` and `dict.items()`.

import Diagnostics
import Values

/// What a dict's methods return: to be iterated; a list in the end.
final class DictView: ValueObject {
    enum Kind: String, Sendable { case keys, values, items }
    private let kind: Kind
    private let map: OrderedMap

    init(_ kind: Kind, _ map: OrderedMap) {
        self.kind = kind
        self.map = map
    }

    var typeName: String { "dict_\(kind.rawValue)" }
    var shape: ValueShape? { .iterable }
    func isTruthy() throws(Diagnostic) -> Bool { !map.isEmpty }

    /// The dict, if this shows its entries.
    var entries: OrderedMap? { kind == .items ? map : nil }

    func elements() throws(Diagnostic) -> [Value]? {
        switch kind {
        case .keys: map.keys
        case .values: map.values
        case .items: map.map { .tuple([$0.key, $0.value]) }
        }
    }

    func materialized() throws(Diagnostic) -> Value? { try elements().map { .list($0) } }

    func representation() throws(Diagnostic) -> String {
        "\(typeName)(\(try Value.list(try elements() ?? []).representation()))"
    }

    func text() throws(Diagnostic) -> String { try representation() }
}
