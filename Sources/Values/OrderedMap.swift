//! A dictionary that keeps insertion order, one pointer wide so that `Value` stays small.

import OrderedCollections

/// Python's dict: ordered, any hashable key, value semantics by copy on write.
package struct OrderedMap: Sendable {
    package typealias Contents = OrderedDictionary<Value, Value>

    private final class Storage: @unchecked Sendable {
        // Written only while uniquely referenced (see `mutate`), so sharing it between threads is safe.
        var contents: Contents
        init(_ contents: Contents) { self.contents = contents }
    }

    private var storage: Storage

    package init() { storage = Storage([:]) }
    package init(_ contents: Contents) { storage = Storage(contents) }

    package init(_ pairs: some Sequence<(String, Value)>) {
        var contents: Contents = [:]
        for (key, value) in pairs { contents[.string(key)] = value }
        self.init(contents)
    }

    package var contents: Contents { storage.contents }
    package var count: Int { storage.contents.count }
    package var isEmpty: Bool { storage.contents.isEmpty }
    package var keys: [Value] { Array(storage.contents.keys) }
    package var values: [Value] { Array(storage.contents.values) }

    private mutating func mutate<Result>(_ body: (inout Contents) -> Result) -> Result {
        if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.contents) }
        return body(&storage.contents)
    }

    package subscript(key: Value) -> Value? {
        get { storage.contents[key] }
        set { mutate { $0[key] = newValue } }
    }

    package subscript(key: String) -> Value? {
        get { storage.contents[.string(key)] }
        set { mutate { $0[.string(key)] = newValue } }
    }

    /// Adds every entry of `other`, replacing values of keys that are there.
    package mutating func merge(_ other: OrderedMap) {
        mutate { contents in for (key, value) in other.contents { contents[key] = value } }
    }

    @discardableResult
    package mutating func removeValue(forKey key: Value) -> Value? {
        mutate { $0.removeValue(forKey: key) }
    }
}

extension OrderedMap: Sequence {
    package func makeIterator() -> Contents.Elements.Iterator { storage.contents.elements.makeIterator() }
}

extension OrderedMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
