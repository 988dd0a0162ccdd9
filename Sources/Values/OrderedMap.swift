//! A dictionary that keeps insertion order, one pointer wide so that `Value` stays small.

/// Python's dict: ordered, any hashable key, value semantics by copy on write.
package struct OrderedMap: Sendable {
    private var storage: MapStorage

    package init() { storage = MapStorage() }

    package init(minimumCapacity: Int) {
        storage = MapStorage()
        storage.entries.reserveCapacity(minimumCapacity)
        storage.hashes.reserveCapacity(minimumCapacity)
    }

    package init(_ pairs: some Sequence<(String, Value)>) {
        self.init(minimumCapacity: pairs.underestimatedCount)
        for (key, value) in pairs { storage.set(MapKey(.string(key)), value) }
    }

    package var count: Int { storage.entries.count }
    package var isEmpty: Bool { storage.entries.isEmpty }
    package var keys: [Value] { storage.entries.map(\.key) }
    package var values: [Value] { storage.entries.map(\.value) }

    package subscript(key: Value) -> Value? {
        get { isEmpty ? nil : self[MapKey(key)] }
        set {
            makeUnique()
            storage.set(MapKey(key), newValue)
        }
    }

    package subscript(key: String) -> Value? {
        get { self[.string(key)] }
        set { self[.string(key)] = newValue }
    }

    package subscript(key: MapKey) -> Value? {
        guard let position = storage.position(of: key) else { return nil }
        return storage.entries[position].value
    }

    /// Where the entry of a key is; nil where there is none.
    package func position(of key: MapKey) -> Int? { storage.position(of: key) }

    /// Adds every entry of `other`, replacing values of keys that are there.
    package mutating func merge(_ other: OrderedMap) {
        makeUnique()
        let (hashes, entries) = (other.storage.hashes, other.storage.entries)
        for (hash, entry) in zip(hashes, entries) { storage.set(MapKey(entry.key, hash: hash), entry.value) }
    }

    @discardableResult
    package mutating func removeValue(forKey key: Value) -> Value? {
        guard let position = storage.position(of: MapKey(key)) else { return nil }
        makeUnique()
        return storage.remove(at: position)
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = MapStorage(copying: storage) }
    }
}

/// A key whose hash is computed once, for names that are looked up again and again.
package struct MapKey: Sendable {
    package let value: Value
    fileprivate let hash: Int

    package init(_ value: Value) { self.init(value, hash: value.hashValue) }

    fileprivate init(_ value: Value, hash: Int) {
        self.value = value
        self.hash = hash
    }
}

extension OrderedMap: Sequence {
    /// Entries in order.
    package struct Iterator: IteratorProtocol {
        private var entries: IndexingIterator<[MapStorage.Entry]>

        fileprivate init(_ entries: [MapStorage.Entry]) { self.entries = entries.makeIterator() }

        package mutating func next() -> (key: Value, value: Value)? { entries.next().map { ($0.key, $0.value) } }
    }

    package func makeIterator() -> Iterator { Iterator(storage.entries) }
    package var underestimatedCount: Int { count }

    /// The entry at a position.
    package func entry(at index: Int) -> (key: Value, value: Value) {
        let entry = storage.entries[index]
        return (entry.key, entry.value)
    }
}

extension OrderedMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}

/// Entries in order, the hashes of their keys, and for more than a few of them a table that finds them.
private final class MapStorage: @unchecked Sendable {
    // Unchecked: written only while uniquely referenced (see `makeUnique`), so sharing it between threads is safe.
    struct Entry {
        var key: Value
        var value: Value
    }

    var entries: [Entry] = []
    var hashes: [Int] = []
    /// Positions by hash with open addressing, a power of two of them; empty while looking at all hashes is faster.
    private var table: [Int32] = []

    private static let unindexedCount = 8
    private static let vacant: Int32 = -1

    init() {}

    init(copying other: MapStorage) {
        entries = other.entries
        hashes = other.hashes
        table = other.table
    }

    func position(of key: MapKey) -> Int? {
        if table.isEmpty {
            for position in 0..<hashes.count where hashes[position] == key.hash {
                if entries[position].key == key.value { return position }
            }
            return nil
        }
        var bucket = key.hash & (table.count - 1)
        while table[bucket] != MapStorage.vacant {
            let position = Int(table[bucket])
            if hashes[position] == key.hash, entries[position].key == key.value { return position }
            bucket = (bucket + 1) & (table.count - 1)
        }
        return nil
    }

    func set(_ key: MapKey, _ value: Value?) {
        let position = position(of: key)
        guard let value else {
            if let position { remove(at: position) }
            return
        }
        if let position {
            entries[position].value = value
            return
        }
        entries.append(Entry(key: key.value, value: value))
        hashes.append(key.hash)
        if entries.count > MapStorage.unindexedCount { indexLast() }
    }

    @discardableResult
    func remove(at position: Int) -> Value {
        hashes.remove(at: position)
        let entry = entries.remove(at: position)
        if !table.isEmpty { rebuild() }
        return entry.value
    }

    /// Keeps the table at most half full.
    private func indexLast() {
        if 2 * entries.count > table.count { return rebuild() }
        insert(entries.count - 1)
    }

    private func rebuild() {
        var size = 32
        while size < 4 * entries.count { size *= 2 }
        table = Array(repeating: MapStorage.vacant, count: size)
        for position in entries.indices { insert(position) }
    }

    private func insert(_ position: Int) {
        var bucket = hashes[position] & (table.count - 1)
        while table[bucket] != MapStorage.vacant { bucket = (bucket + 1) & (table.count - 1) }
        table[bucket] = Int32(position)
    }
}
