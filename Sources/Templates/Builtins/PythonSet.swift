//! Sets in the order in which CPython iterates them, which playbooks see for integers.

import Values

/// Integers stand in the slots of CPython's hash table; for other values, whose order CPython leaves to chance,
/// the order of insertion is kept.
struct PythonSet {
    let items: [Value]
    private let members: Set<Value>
    /// nil where not all items are integers.
    private let table: IntegerTable?

    init(_ items: some Sequence<Value>) {
        var members: Set<Value> = []
        let unique = items.filter { members.insert($0).inserted }
        let numbers = unique.compactMap(\.exactInteger)
        var table = IntegerTable()
        for number in numbers { table.add(number) }
        self.init(unique, numbers.count == unique.count ? table : nil)
    }

    private init(_ unique: [Value], _ table: IntegerTable?) {
        items = table.map { $0.numbers.map(Value.int) } ?? unique
        members = Set(unique)
        self.table = table
    }

    func union(_ other: PythonSet) -> PythonSet {
        let all = items + other.items.filter { !members.contains($0) }
        guard let table, let otherTable = other.table else { return PythonSet(all) }
        var result = table.copy
        result.merge(otherTable)
        return PythonSet(all, result)
    }

    func intersection(_ other: PythonSet) -> PythonSet {
        items.count > other.items.count
            ? PythonSet(other.items.filter(members.contains)) : PythonSet(items.filter(other.members.contains))
    }

    func subtracting(_ other: PythonSet) -> PythonSet { PythonSet(items.filter { !other.members.contains($0) }) }

    func symmetricDifference(_ other: PythonSet) -> PythonSet {
        let added = other.items.filter { !members.contains($0) }
        let kept = items.filter { !other.members.contains($0) }
        guard let table, other.table != nil else { return PythonSet(kept + added) }
        var result = table.copy
        for number in other.items.compactMap(\.exactInteger) { result.toggle(number) }
        return PythonSet(kept + added, result)
    }
}

/// CPython's open addressing for integers, which are their own hashes.
private struct IntegerTable {
    private var slots: [Int?] = Array(repeating: nil, count: 8)
    /// What was taken out keeps its slot.
    private var removed: Set<Int> = []
    private var present: Set<Int> = []
    private var filled = 0

    var numbers: [Int] { slots.compactMap { number in number.flatMap { removed.contains($0) ? nil : $0 } } }

    /// A new table with the same numbers; it may be smaller than the old one.
    var copy: IntegerTable {
        var copy = IntegerTable()
        copy.merge(self)
        return copy
    }

    mutating func merge(_ other: IntegerTable) {
        let others = other.numbers
        if (filled + others.count) * 5 >= (slots.count - 1) * 3 { resize(beyond: (numbers.count + others.count) * 2) }
        if filled == 0, slots.count == other.slots.count, other.removed.isEmpty {
            self = other
        } else {
            for number in others { add(number) }
        }
    }

    mutating func toggle(_ number: Int) {
        if present.contains(number) { removed.insert(number) } else { add(number) }
    }

    mutating func add(_ number: Int) {
        guard present.insert(number).inserted else { return }
        insert(number)
        filled += 1
        guard filled * 5 >= (slots.count - 1) * 3 else { return }
        let used = filled - removed.count
        resize(beyond: used > 50_000 ? used * 2 : used * 4)
    }

    private mutating func resize(beyond count: Int) {
        let old = numbers
        var size = 8
        while size <= count { size *= 2 }
        slots = Array(repeating: nil, count: size)
        removed = []
        for number in old { insert(number) }
        filled = old.count
    }

    private mutating func insert(_ number: Int) {
        let hash = IntegerTable.hash(number)
        let mask = UInt(slots.count - 1)
        var perturbation = UInt(bitPattern: hash)
        var slot = perturbation & mask
        while true {
            let probes: UInt = slot + 9 <= mask ? 9 : 0
            for candidate in slot...(slot + probes) where slots[Int(candidate)] == nil {
                slots[Int(candidate)] = number
                return
            }
            perturbation >>= 5
            slot = (slot &* 5 &+ 1 &+ perturbation) & mask
        }
    }

    private static func hash(_ number: Int) -> Int {
        let hash = Int(number.magnitude % 0x1FFF_FFFF_FFFF_FFFF) * number.signum()
        return hash == -1 ? -2 : hash
    }
}
