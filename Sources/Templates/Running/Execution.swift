//! The loop that executes the instructions of one unit.

import Diagnostics
import Values

/// One run of a unit. Never copied, which the compiler did in sight of any method that reads.
struct Execution: ~Copyable {
    let machine: Machine
    let instance: TemplateInstance
    let program: Program
    let unit: Unit
    let frame: Frame
    var output = Output()
    var stack: [Value] = []
    var counter = 0
    var loops: [LoopObject] = []
    var candidates: [Candidates] = []
    /// Where in the chain of a block's definitions this run is, for `super()`.
    var block: (name: String, level: Int)?
    /// Variables around a scoped block that replaces another template's.
    var locals: [String: Value] = [:]
    /// What `loop(…)` runs again, in the unit of a recursive loop.
    var recursion: LoopRecursion?
    /// The template to render in place of this one.
    var parent: TemplateInstance?

    /// The items that a loop's filter looks at.
    struct Candidates {
        let items: [Value]
        var index = 0
        var kept: [Value] = []
    }

    init(_ machine: Machine, _ instance: TemplateInstance, _ unit: Int, _ frame: Frame) {
        self.machine = machine
        self.instance = instance
        program = instance.program
        self.unit = program.units[unit]
        self.frame = frame
        stack.reserveCapacity(Execution.usualStackSize)
    }

    private static let usualStackSize = 8

    /// Runs to the end; mistakes get the place of the instruction that made them.
    mutating func run() throws(Diagnostic) {
        do throws(Diagnostic) {
            let instructions = unit.instructions
            while counter < instructions.count {
                let instruction = instructions[counter]
                counter += 1
                try execute(instruction)
            }
        } catch {
            throw error.located(at: here)
        }
    }

    /// The place of the current instruction.
    var origin: Origin { Origin(template: instance.template, place: unit.places[max(counter - 1, 0)]) }
    var here: SourceRange? { origin.range }

    @inline(__always)
    mutating func pop() -> Value { stack.removeLast() }

    mutating func pop(_ count: Int) -> [Value] {
        let values = Array(stack.suffix(count))
        drop(count)
        return values
    }

    @inline(__always)
    mutating func drop(_ count: Int) { for _ in 0..<count { stack.removeLast() } }

    @inline(__always)
    private mutating func execute(_ instruction: Instruction) throws(Diagnostic) {
        switch instruction {
        case .text(let start, let count): try output.append(start..<(start + count), of: program.text)
        case .outputPath(let index):
            if let value = find(program.paths[index]) {
                try output.append(value.pointee)
            } else {
                try output.append(try load(program.paths[index]))
            }
        case .output: try output.append(pop())
        case .outputJoined(let count):
            try output.append(joined: (stack.count - count)..<stack.count, of: stack)
            drop(count)
        case .constant(let index): stack.append(program.constants[index])
        case .loadSlot(let slot, let reference):
            if let value = frame.slots[slot] { stack.append(value) } else { stack.append(try load(reference)) }
        case .loadName(let name): stack.append(try context(name))
        case .loadReference(let reference): stack.append(try load(reference))
        case .loadPath(let index):
            let path = program.paths[index]
            if let value = find(path) { stack.append(value.pointee) } else { stack.append(try load(path)) }
        case .loadPathQuietly(let index):
            let path = program.paths[index]
            if let value = find(path) {
                stack.append(value.pointee)
            } else {
                stack.append(try load(path, isQuiet: true))
            }
        case .isPathDefined(let index): stack.append(.bool(try isDefined(program.paths[index])))
        case .jumpIfPathFalse(let index, let target):
            if !(try isTruthy(program.paths[index])) { counter = target }
        case .store(let slot): frame.slots[slot] = pop()
        case .pop: stack.removeLast()
        case .attribute(let name): try pushAttribute(program.names[name])
        case .item:
            let key = pop()
            stack.append(try Attributes.item(key, of: pop(), in: origin))
        case .jump(let target): counter = target
        case .jumpIfFalse(let target): if !(try pop().isTruthy()) { counter = target }
        case .jumpIfFalseOrPop(let target):
            if try stack[stack.count - 1].isTruthy() { stack.removeLast() } else { counter = target }
        case .jumpIfTrueOrPop(let target):
            if try stack[stack.count - 1].isTruthy() { counter = target } else { stack.removeLast() }
        case .jumpIfSet(let slot, let target): if case .some = frame.slots[slot] { counter = target }
        case .clear(let first, let count): for slot in first..<(first + count) { frame.slots[slot] = nil }
        case .nextItem(let end, let slot): try nextItem(end, slot)
        case .nextPair(let end, let first, let second): try nextPair(end, first, second)
        case .replaceUndefined: try replaceUndefined()
        case .filter(let call): try callBuiltin(program.builtinCalls[call])
        case .test(let call):
            try callBuiltin(program.builtinCalls[call])
            if !stack[stack.count - 1].isUndefined { stack.append(.bool(try pop().isTruthy())) }
        default: try executeRare(instruction)
        }
    }

    private mutating func executeRare(_ instruction: Instruction) throws(Diagnostic) {
        switch instruction {
        case .makeList, .makeTuple, .makeDict, .makeSlice, .unpack: try construct(instruction)
        case .unary, .binary, .compare, .compareChain, .concat, .not, .isDefined, .missingBranch:
            try operate(instruction)
        case .call(let index):
            let arguments = try arguments(index, receiver: false)
            stack.append(try call(pop(), arguments))
        case .loadWritten(let name): stack.append(try written(name))
        case .callMethod(let name, let index): try callMethod(program.names[name], index)
        case .callMutating(let name, let index, let location):
            try callMutating(program.names[name].text, index, program.locations[location])
        case .beginLoop(let slot, let otherwise): try beginLoop(slot, otherwise)
        case .endLoop: loops.removeLast()
        case .recursiveLoop(let unit): try runRecursiveLoop(unit)
        case .beginFilter: candidates.append(Candidates(items: try Execution.iterate(pop())))
        case .nextCandidate(let end): nextCandidate(end)
        case .keepCandidate: try keepCandidate()
        case .beginCapture:
            output.beginCapture()
        case .endCapture: stack.append(output.endCapture())
        case .makeMacro(let index): makeMacro(index)
        case .setAttribute(let reference, let name): try setAttribute(reference, program.names[name].text)
        case .renderBlock(let index): try renderBlock(index)
        case .extend: try extend()
        case .include(let index): try include(program.includes[index])
        case .importTemplate(let index): try importTemplate(program.includes[index])
        case .importName(let name): try importName(program.names[name].text)
        default: break
        }
    }
}
