//! Short ways to look into a value without a template.

extension Value {
    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var int: Int? { if case .int(let number) = self { number } else { nil } }
    package var list: [Value]? {
        switch self {
        case .list(let items), .tuple(let items): items
        default: nil
        }
    }
    package var dict: OrderedMap? { if case .dict(let map) = self { map } else { nil } }
    package var isUndefined: Bool { if case .undefined = self { true } else { false } }
    package var isNone: Bool { if case .none = self { true } else { false } }

    /// The entry of a dict under a string key; nil for anything else.
    package subscript(key: String) -> Value? { dict?[key] }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: Value...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, Value)...) { self = .dict(OrderedMap(elements)) }
}
