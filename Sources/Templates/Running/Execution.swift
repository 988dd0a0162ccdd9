//! The loop that executes the instructions of one unit.

import Diagnostics
import Values

/// One run of a unit.
struct Execution {
    let machine: Machine
    let instance: TemplateInstance
    let unit: Unit
    let frame: Frame
    var output = Output()
    var stack: [Value] = []
    var counter = 0
    var loops: [LoopObject] = []
    var candidates: [Candidates] = []
    var captures: [Output] = []
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
        self.unit = instance.program.units[unit]
        self.frame = frame
    }

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
        stack.removeLast(count)
        return values
    }

    @inline(__always)
    private mutating func execute(_ instruction: Instruction) throws(Diagnostic) {
        switch instruction {
        case .text(let index): try output.append(instance.program.texts[index])
        case .outputPath(let index):
            let path = instance.program.paths[index]
            if let value = find(path) {
                try output.append(at: value)
            } else {
                try output.append(try load(path))
            }
        case .output: try output.append(pop())
        case .constant(let index): stack.append(instance.program.constants[index])
        case .loadSlot(let slot, let reference):
            if let value = frame.slots[slot] { stack.append(value) } else { stack.append(try load(reference)) }
        case .loadName(let name): stack.append(try context(name))
        case .loadReference(let reference): stack.append(try load(reference))
        case .loadPath(let index):
            let path = instance.program.paths[index]
            if let value = find(path) { stack.append(value.pointee) } else { stack.append(try load(path)) }
        case .loadPathQuietly(let index):
            let path = instance.program.paths[index]
            if let value = find(path) {
                stack.append(value.pointee)
            } else {
                stack.append(try load(path, isQuiet: true))
            }
        case .store(let slot): frame.slots[slot] = pop()
        case .pop: stack.removeLast()
        case .attribute(let name): try pushAttribute(instance.program.names[name])
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
        case .replaceUndefined: try replaceUndefined()
        case .filter(let call): try callBuiltin(instance.program.builtinCalls[call])
        case .test(let call):
            try callBuiltin(instance.program.builtinCalls[call])
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
        case .callMethod(let name, let index): try callMethod(instance.program.names[name], index)
        case .callMutating(let name, let index, let location):
            try callMutating(instance.program.names[name].text, index, instance.program.locations[location])
        case .beginLoop(let slot, let otherwise): try beginLoop(slot, otherwise)
        case .endLoop: loops.removeLast()
        case .recursiveLoop(let unit): try runRecursiveLoop(unit)
        case .beginFilter: candidates.append(Candidates(items: try Execution.iterate(pop())))
        case .nextCandidate(let end): nextCandidate(end)
        case .keepCandidate: try keepCandidate()
        case .beginCapture:
            captures.append(output)
            output = Output()
        case .endCapture:
            stack.append(output.value)
            output = captures.removeLast()
        case .makeMacro(let index): makeMacro(index)
        case .setAttribute(let reference, let name): try setAttribute(reference, instance.program.names[name].text)
        case .renderBlock(let index): try renderBlock(index)
        case .extend: try extend()
        case .include(let index): try include(instance.program.includes[index])
        case .importTemplate(let index): try importTemplate(instance.program.includes[index])
        case .importName(let name): try importName(instance.program.names[name].text)
        default: break
        }
    }
}
