//! Loops.

import Diagnostics
import Values

extension Execution {
    mutating func beginLoop(_ slot: Int?, _ otherwise: Int) throws(Diagnostic) {
        let loop = LoopObject(try LoopItems(pop()))
        if loop.count == 0 {
            counter = otherwise
            return
        }
        if let recursion { loop.recursion = recursion }
        loops.append(loop)
        if let slot { frame.slots[slot] = .object(loop) }
    }

    mutating func nextItem(_ end: Int, _ slot: Int?) throws(Diagnostic) {
        let loop = loops[loops.count - 1]
        guard try advance(loop, end) else { return }
        if let slot { frame.slots[slot] = loop.current } else { stack.append(loop.current) }
    }

    mutating func nextPair(_ end: Int, _ first: Int, _ second: Int) throws(Diagnostic) {
        let loop = loops[loops.count - 1]
        guard try advance(loop, end) else { return }
        if let (key, value) = loop.currentEntry {
            frame.slots[first] = key
            frame.slots[second] = value
        } else {
            try unpack(loop.current, 2)
            frame.slots[first] = pop()
            frame.slots[second] = pop()
        }
    }

    /// Leads to the next item, or behind the loop.
    private mutating func advance(_ loop: LoopObject, _ end: Int) throws(Diagnostic) -> Bool {
        guard loop.position + 1 < loop.count else {
            counter = end
            return false
        }
        try machine.spend()
        loop.position += 1
        return true
    }

    mutating func nextCandidate(_ end: Int) {
        let last = candidates.count - 1
        if candidates[last].index < candidates[last].items.count {
            stack.append(candidates[last].items[candidates[last].index])
            candidates[last].index += 1
        } else {
            stack.append(.list(candidates.removeLast().kept))
            counter = end
        }
    }

    mutating func keepCandidate() throws(Diagnostic) {
        let last = candidates.count - 1
        if try pop().isTruthy() {
            candidates[last].kept.append(candidates[last].items[candidates[last].index - 1])
        }
    }

    mutating func runRecursiveLoop(_ unit: Int) throws(Diagnostic) {
        let recursion = LoopRecursion(instance: instance, unit: unit, outer: frame, depth: 0)
        var inner = recursion.execution(machine, pop())
        swap(&inner.output, &output)
        defer { swap(&inner.output, &output) }
        try machine.nested { () throws(Diagnostic) in try inner.run() }
    }
}
