//! Loops.

import Diagnostics
import Values

extension Execution {
    mutating func beginLoop(_ slot: Int?, _ otherwise: Int) throws(Diagnostic) {
        let items = try Execution.iterate(pop())
        if items.isEmpty {
            counter = otherwise
            return
        }
        let loop = LoopObject(items)
        if let recursion { loop.recursion = recursion }
        loops.append(loop)
        if let slot { frame.slots[slot] = .object(loop) }
    }

    mutating func nextItem(_ end: Int, _ slot: Int?) throws(Diagnostic) {
        let loop = loops[loops.count - 1]
        let next = loop.position + 1
        guard next < loop.items.count else {
            counter = end
            return
        }
        try machine.spend()
        loop.position = next
        if let slot { frame.slots[slot] = loop.items[next] } else { stack.append(loop.items[next]) }
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
