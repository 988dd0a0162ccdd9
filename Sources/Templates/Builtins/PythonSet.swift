//! Sets in the order in which CPython iterates them, which playbooks see for integers.

import Values

/// Integers stand in the slots of CPython's hash table; for other values, whose order CPython leaves to chance,
/// the order of insertion is kept.
struct PythonSet {
    let items: [Value]
    private let members: Set<Value>

    init(_ items: some Sequence<Value>) {
        var members: Set<Value> = []
        let unique = items.filter { members.insert($0).inserted }
        self.members = members
        let numbers = unique.compactMap(\.exactInteger)
        self.items = numbers.count == unique.count ? IntegerTable(numbers).numbers.map(Value.int) : unique
    }

    func union(_ other: PythonSet) -> PythonSet { PythonSet(items + other.items) }

    func intersection(_ other: PythonSet) -> PythonSet {
        items.count > other.items.count
            ? PythonSet(other.items.filter(members.contains)) : PythonSet(items.filter(other.members.contains))
    }

    func subtracting(_ other: PythonSet) -> PythonSet { PythonSet(items.filter { !other.members.contains($0) }) }

    func symmetricDifference(_ other: PythonSet) -> PythonSet {
        PythonSet(other.subtracting(self).items + subtracting(other).items)
    }
}

/// CPython's open addressing for integers, which are their own hashes.
private struct IntegerTable {
    private var slots: [Int?] = Array(repeating: nil, count: 8)
    private var used = 0

    var numbers: [Int] { slots.compactMap { $0 } }

    init(_ numbers: [Int]) {
        for number in numbers {
            insert(number)
            used += 1
            if used * 5 >= (slots.count - 1) * 3 { grow() }
        }
    }

    private mutating func grow() {
        let old = numbers
        var size = 8
        while size <= (used > 50_000 ? used * 2 : used * 4) { size *= 2 }
        slots = Array(repeating: nil, count: size)
        for number in old { insert(number) }
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
