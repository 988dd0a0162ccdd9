//! Loops to instructions.

import Values

extension Compiler {
    mutating func compile(_ loop: ForLoop) throws(SyntaxMistake) {
        try compile(loop.iterable)
        guard loop.isRecursive else { return try compileBody(of: loop) }
        let index = try unit { compiler throws(SyntaxMistake) in
            // The caller puts the iterable into the first slot.
            compiler.builder.openScope([" iterable"], isFresh: true)
            compiler.builder.emit(.loadSlot(0, reference: compiler.reference(" iterable")), loop.iterable.place)
            try compiler.compileBody(of: loop)
        }
        builder.emit(.recursiveLoop(index), loop.place)
    }

    /// The loop over an iterable on the stack.
    private mutating func compileBody(of loop: ForLoop) throws(SyntaxMistake) {
        let needsLoop = loop.isRecursive || loop.body.mentions("loop")
        let bodyNames = loop.body.assignedNames
        if let test = loop.test { try compileFilter(loop.target, test, loop.place) }
        builder.openScope((needsLoop ? ["loop"] : []) + loop.target.names, isFresh: true)
        let begin = builder.emit(
            .beginLoop(slot: needsLoop ? builder.slot(of: "loop") : nil, otherwise: 0), loop.iterable.place)
        let top = builder.next
        var next = builder.next
        if case .name(let name, _) = loop.target, let slot = builder.slot(of: name) {
            next = builder.emit(.nextItem(end: 0, slot: slot), loop.place)
        } else if case .tuple(let targets, let place) = loop.target, let (first, second) = pair(targets) {
            next = builder.emit(.nextPair(end: 0, first: first, second: second), place)
        } else {
            next = builder.emit(.nextItem(end: 0, slot: nil), loop.place)
            try store(loop.target)
        }
        builder.loops.append(UnitBuilder.LoopLabels(captureDepth: builder.captureDepth))
        builder.openScope(bodyNames)
        try compile(loop.body)
        builder.closeScope()
        let labels = builder.loops.removeLast()
        builder.emit(.jump(top), loop.place)
        for jump in labels.continues { builder.unit.instructions[jump] = .jump(top) }
        for jump in labels.breaks + [next] { patch(jump) }
        builder.emit(.endLoop, loop.place)
        builder.closeScope()
        let toEnd = builder.emit(.jump(0), loop.place)
        patch(begin)
        builder.openScope(loop.otherwise.assignedNames)
        try compile(loop.otherwise)
        builder.closeScope()
        patch(toEnd)
    }

    /// The slots of two plain names.
    private func pair(_ targets: [Target]) -> (Int, Int)? {
        guard targets.count == 2, case .name(let first, _) = targets[0], case .name(let second, _) = targets[1],
            let first = builder.slot(of: first), let second = builder.slot(of: second)
        else { return nil }
        return (first, second)
    }

    /// Replaces the iterable on the stack by a list of the items that pass the test.
    private mutating func compileFilter(_ target: Target, _ test: Expression, _ place: Place) throws(SyntaxMistake) {
        builder.emit(.beginFilter, place)
        let top = builder.next
        let next = builder.emit(.nextCandidate(end: 0), place)
        builder.openScope(target.names, isFresh: true)
        try store(target)
        try compile(test)
        builder.closeScope()
        builder.emit(.keepCandidate, test.place)
        builder.emit(.jump(top), place)
        patch(next)
    }
}
