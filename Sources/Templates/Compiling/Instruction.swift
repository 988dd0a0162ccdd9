//! What the machine executes.

import Values

/// One step. Operands come from the stack; numbers index the tables of the `Program` or jump within the `Unit`.
enum Instruction: Sendable {
    /// Writes a constant text: so many bytes of the program's.
    case text(start: Int, count: Int)
    /// Pops a value and writes it.
    case output
    case constant(Int)
    case loadSlot(Int, reference: Int)
    case loadName(Int)
    /// Pushes the vault that a variable is written as, unopened; else the variable's value.
    case loadWritten(Int)
    case loadReference(Int)
    case loadPath(Int)
    /// The same where nobody will ask why something is undefined.
    case loadPathQuietly(Int)
    /// Pops so many values and writes them as one text.
    case outputJoined(Int)
    /// Writes the value at the end of a path.
    case outputPath(Int)
    /// Pushes whether the value at the end of a path is defined.
    case isPathDefined(Int)
    /// Jumps unless the value at the end of a path is true.
    case jumpIfPathFalse(Int, Int)
    case store(Int)
    case pop
    case makeList(Int)
    case makeTuple(Int)
    case makeDict(Int)
    case makeSlice
    /// Pops a sequence and pushes its `count` items, the last one first.
    case unpack(Int)
    case unary(UnaryOperator)
    case binary(BinaryOperator)
    case compare(ComparisonOperator)
    /// Compares, and on success keeps the right operand for the next comparison, else jumps with false.
    case compareChain(ComparisonOperator, otherwise: Int)
    case concat(Int)
    case not
    case isDefined
    case attribute(Int)
    case item
    case call(Int)
    case callMethod(name: Int, call: Int)
    /// Calls a method that may change its receiver, which lives in a variable (or inside one).
    case callMutating(name: Int, call: Int, location: Int)
    case filter(Int)
    case test(Int)
    /// `default`: pops a value, and replaces the one below by it if that is undefined.
    case replaceUndefined
    case jump(Int)
    case jumpIfFalse(Int)
    /// `and`, `or`: keeps the operand if it decides.
    case jumpIfFalseOrPop(Int)
    case jumpIfTrueOrPop(Int)
    /// What an inline `if` without `else` yields.
    case missingBranch
    case jumpIfSet(slot: Int, Int)
    /// Pops an iterable and runs the unit of a recursive loop over it.
    case recursiveLoop(Int)
    case clear(first: Int, count: Int)
    /// Pops an iterable and begins a loop; jumps if it is empty.
    case beginLoop(slot: Int?, otherwise: Int)
    /// Pushes the next item or stores it in a slot, or ends the loop and jumps.
    case nextItem(end: Int, slot: Int?)
    /// The same where an item is a pair for two slots.
    case nextPair(end: Int, first: Int, second: Int)
    case endLoop
    /// Pops an iterable; its items are offered by `nextCandidate`, and those that `keepCandidate` kept become a list.
    case beginFilter
    case nextCandidate(end: Int)
    case keepCandidate
    case beginCapture
    /// Ends a capture and pushes what was written, with its native type.
    case endCapture
    case makeMacro(Int)
    case setAttribute(reference: Int, name: Int)
    case renderBlock(Int)
    case extend
    case include(Int)
    case importTemplate(Int)
    case importName(Int)
}
