//! Collects the instructions of one unit, and knows which names its scopes define.

/// The unit being compiled.
final class UnitBuilder {
    let index: Int
    /// The unit around it, whose variables it sees; nil for the template's root.
    let outer: UnitBuilder?
    var unit = Unit()
    var scopes: [[String: Int]] = []
    /// The loops around the current statement.
    var loops: [LoopLabels] = []
    var captureDepth = 0
    /// Only the outermost scope of `outer` is seen, as in blocks that are not scoped.
    let seesRootOnly: Bool

    struct LoopLabels {
        var breaks: [Int] = []
        var continues: [Int] = []
        let captureDepth: Int
    }

    init(index: Int, outer: UnitBuilder?, seesRootOnly: Bool = false) {
        self.index = index
        self.outer = outer
        self.seesRootOnly = seesRootOnly
    }

    @discardableResult
    func emit(_ instruction: Instruction, _ place: Place) -> Int {
        unit.instructions.append(instruction)
        unit.places.append(place)
        return unit.instructions.count - 1
    }

    var next: Int { unit.instructions.count }

    func newSlot() -> Int {
        unit.slotCount += 1
        return unit.slotCount - 1
    }

    /// Slots for names, unset at this point even if a loop comes by again.
    func openScope(_ names: [String], isFresh: Bool = false) {
        let first = unit.slotCount
        var slots: [String: Int] = [:]
        for name in names where slots[name] == nil { slots[name] = newSlot() }
        scopes.append(slots)
        if !slots.isEmpty, !isFresh { emit(.clear(first: first, count: slots.count), Place(0, 0)) }
    }

    func closeScope() { scopes.removeLast() }

    func slot(of name: String) -> Int? { scopes.last?[name] }

    /// All slots that may hold the name, from the inside out.
    func candidates(for name: String) -> [Reference.Candidate] {
        var found: [Reference.Candidate] = []
        var builder: UnitBuilder? = self
        var depth = 0
        var rootOnly = false
        while let current = builder {
            let visible = rootOnly ? Array(current.scopes.prefix(1)) : current.scopes
            for scope in visible.reversed() {
                if let slot = scope[name] { found.append(Reference.Candidate(depth: depth, slot: slot)) }
            }
            rootOnly = current.seesRootOnly
            builder = current.outer
            depth += 1
        }
        return found
    }

    /// Every name that is visible here, in no particular order.
    var visibleNames: Set<String> {
        var names = Set(scopes.flatMap(\.keys))
        if let outer {
            names.formUnion(seesRootOnly ? Set(outer.scopes.first.map { Array($0.keys) } ?? []) : outer.visibleNames)
        }
        return names
    }
}
