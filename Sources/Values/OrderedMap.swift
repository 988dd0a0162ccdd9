//! A dictionary that keeps insertion order, one pointer wide so that `Value` stays small.

/// Python's dict: ordered, any hashable key, value semantics by copy on write.
package struct OrderedMap: Sendable {
    private var storage: MapStorage

    package init() { storage = MapStorage() }

    package init(minimumCapacity: Int) {
        storage = MapStorage(minimumCapacity: minimumCapacity)
    }

    package init(_ pairs: some Sequence<(String, Value)>) {
        self.init(minimumCapacity: pairs.underestimatedCount)
        for (key, value) in pairs { self[key] = value }
    }

    package var count: Int { storage.count }
    package var isEmpty: Bool { storage.count == 0 }
    package var keys: [Value] { (0..<count).map { storage.entries[$0].key } }
    package var values: [Value] { (0..<count).map { storage.entries[$0].value } }

    package subscript(key: Value) -> Value? {
        get {
            guard !isEmpty, let position = storage.position(of: key, hash: key.hashValue) else { return nil }
            return storage.entries[position].value
        }
        set {
            makeUnique()
            storage.set(key, hash: key.hashValue, newValue)
        }
    }

    package subscript(key: String) -> Value? {
        get { self[.string(key)] }
        set { self[.string(key)] = newValue }
    }

    package subscript(key: MapKey) -> Value? { pointer(to: key.probe) { key.value }?.pointee }

    /// Where a value is, to be read before this map is changed or let go: a look that copies nothing.
    @inline(__always)
    fileprivate func pointer(to probe: MapProbe, named key: () -> Value) -> UnsafePointer<Value>? {
        // Whoever asks holds the map, so counting references to it once more would be in vain.
        Unmanaged.passUnretained(storage)._withUnsafeGuaranteedRef { $0.pointer(to: probe, named: key) }
    }

    /// Adds every entry of `other`, replacing values of keys that are there.
    package mutating func merge(_ other: OrderedMap) {
        makeUnique()
        for index in 0..<other.count {
            let entry = other.storage.entries[index]
            storage.set(entry.key, hash: entry.hash, entry.value)
        }
    }

    @discardableResult
    package mutating func removeValue(forKey key: Value) -> Value? {
        guard let position = storage.position(of: key, hash: key.hashValue) else { return nil }
        makeUnique()
        return storage.remove(at: position)
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = MapStorage(copying: storage) }
    }
}

/// A text whose hash is computed once, for names that are looked up again and again.
package final class MapKey: Sendable {
    package let text: String
    package let value: Value
    package let probe: MapProbe

    package init(_ text: String) {
        self.text = text
        value = .string(text)
        probe = MapProbe(hash: value.hashValue, words: text.words)
    }
}

/// What nearly always finds a key without a look at its text. Holds no reference, so that a copy counts none.
package struct MapProbe: Sendable {
    let hash: Int
    let words: StringWords
}

extension UnsafePointer<Value> {
    /// Where the value under a key is, if this is a dict that has one; to be read before the dict is changed or let go.
    /// `key` tells the key itself, where its probe is not enough.
    @inline(__always)
    package func entry(_ probe: MapProbe, named key: () -> Value) -> UnsafePointer<Value>? {
        guard case .dict(let map) = pointee else { return nil }
        return map.pointer(to: probe, named: key)
    }
}

extension OrderedMap: Sequence {
    /// Entries in order.
    package struct Iterator: IteratorProtocol {
        private let storage: MapStorage
        private var index = 0

        fileprivate init(_ storage: MapStorage) { self.storage = storage }

        package mutating func next() -> (key: Value, value: Value)? {
            guard index < storage.count else { return nil }
            defer { index += 1 }
            return (storage.entries[index].key, storage.entries[index].value)
        }
    }

    // The iterator holds the storage: whoever changes the map meanwhile changes a copy.
    package func makeIterator() -> Iterator { Iterator(storage) }
    package var underestimatedCount: Int { count }

    /// The entry at a position.
    package func entry(at index: Int) -> (key: Value, value: Value) {
        precondition(index < count, "an entry that does not exist")
        return (storage.entries[index].key, storage.entries[index].value)
    }
}

extension OrderedMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
