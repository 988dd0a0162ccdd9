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

    package init(minimumCapacity: Int) { self.init(Contents(minimumCapacity: minimumCapacity)) }

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
    /// Entries in order. An own type, so that whoever iterates need not import the collection underneath.
    package struct Iterator: IteratorProtocol {
        private let contents: Contents
        private var index = 0

        fileprivate init(_ contents: Contents) { self.contents = contents }

        package mutating func next() -> (key: Value, value: Value)? {
            guard index < contents.count else { return nil }
            defer { index += 1 }
            return contents.elements[index]
        }
    }

    package func makeIterator() -> Iterator { Iterator(storage.contents) }
    package var underestimatedCount: Int { count }

    /// The entry at a position.
    package func entry(at index: Int) -> (key: Value, value: Value) { storage.contents.elements[index] }
}

extension OrderedMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
