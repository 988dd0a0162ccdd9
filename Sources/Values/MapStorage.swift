//! What is behind an `OrderedMap`: entries in order, and for more than a few of them a table that finds them.

/// The entries of one or many equal maps.
final class MapStorage: @unchecked Sendable {
    // Unchecked: written only while uniquely referenced (see `OrderedMap.makeUnique`), so sharing it is safe.
    struct Entry {
        let hash: Int
        let words: StringWords
        let key: Value
        var value: Value
    }

    /// Own memory and no array, so that a look at an entry copies nothing.
    private(set) var entries: UnsafeMutablePointer<Entry>
    private(set) var count = 0
    private var capacity: Int
    /// Positions by hash with open addressing, a power of two of them; empty up to `unindexedCount` entries, where looking
    /// at all hashes is faster.
    private var table: [Int32] = []

    private static let unindexedCount = 8
    private static let vacant: Int32 = -1

    init(minimumCapacity: Int = 0) {
        capacity = max(minimumCapacity, 4)
        entries = .allocate(capacity: capacity)
    }

    init(copying other: MapStorage) {
        capacity = max(other.count, 4)
        entries = .allocate(capacity: capacity)
        count = other.count
        table = other.table
        entries.initialize(from: other.entries, count: count)
    }

    deinit {
        entries.deinitialize(count: count)
        entries.deallocate()
    }

    func position(of key: Value, hash: Int) -> Int? { position(hash) { $0.pointee.key == key } }

    func pointer(to probe: MapProbe, named key: () -> Value) -> UnsafePointer<Value>? {
        let found = position(probe.hash) { entry in
            entry.pointee.words == probe.words || entry.pointee.key == key()
        }
        return found.map { position in
            UnsafeRawPointer(entries + position).advanced(by: MapStorage.valueOffset)
                .assumingMemoryBound(to: Value.self)
        }
    }

    @inline(__always)
    private func position(_ hash: Int, where matches: (UnsafeMutablePointer<Entry>) -> Bool) -> Int? {
        guard count <= MapStorage.unindexedCount else { return indexedPosition(hash, where: matches) }
        for position in 0..<count where entries[position].hash == hash {
            if matches(entries + position) { return position }
        }
        return nil
    }

    // Apart, so that a look into a small map does not touch the table, whose accesses are checked.
    private func indexedPosition(_ hash: Int, where matches: (UnsafeMutablePointer<Entry>) -> Bool) -> Int? {
        var bucket = hash & (table.count - 1)
        while table[bucket] != MapStorage.vacant {
            let position = Int(table[bucket])
            if entries[position].hash == hash, matches(entries + position) { return position }
            bucket = (bucket + 1) & (table.count - 1)
        }
        return nil
    }

    private static let valueOffset = MemoryLayout<Entry>.offset(of: \Entry.value) ?? 0

    func set(_ key: Value, hash: Int, _ value: Value?) {
        let position = position(of: key, hash: hash)
        guard let value else {
            if let position { remove(at: position) }
            return
        }
        if let position {
            entries[position].value = value
            return
        }
        if count == capacity { grow() }
        (entries + count).initialize(to: Entry(hash: hash, words: key.string?.words ?? .none, key: key, value: value))
        count += 1
        if count > MapStorage.unindexedCount { indexLast() }
    }

    @discardableResult
    func remove(at position: Int) -> Value {
        let entry = (entries + position).move()
        (entries + position).moveInitialize(from: entries + position + 1, count: count - position - 1)
        count -= 1
        // A few entries are found without a table, and then there must be none that misses later ones.
        if count <= MapStorage.unindexedCount { table = [] } else { rebuild() }
        return entry.value
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * capacity)
        larger.moveInitialize(from: entries, count: count)
        entries.deallocate()
        entries = larger
        capacity *= 2
    }

    /// Keeps the table at most half full.
    private func indexLast() {
        if 2 * count > table.count { return rebuild() }
        insert(count - 1)
    }

    private func rebuild() {
        var size = 32
        while size < 4 * count { size *= 2 }
        table = Array(repeating: MapStorage.vacant, count: size)
        for position in 0..<count { insert(position) }
    }

    private func insert(_ position: Int) {
        var bucket = entries[position].hash & (table.count - 1)
        while table[bucket] != MapStorage.vacant { bucket = (bucket + 1) & (table.count - 1) }
        table[bucket] = Int32(position)
    }
}
