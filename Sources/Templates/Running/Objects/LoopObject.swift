//! `loop` inside a `for`.

import Diagnostics
import Values

/// What `loop` tells about itself.
enum LoopAttribute: String {
    case index, index0, first, last, length, revindex, revindex0, depth, depth0, previtem, nextitem, cycle, changed
}

/// What a loop goes through.
enum LoopItems {
    case values([Value])
    /// `dict.items()`: pairs that are only made where somebody wants them as such.
    case entries(OrderedMap)

    init(_ value: Value) throws(Diagnostic) {
        if case .object(let object) = value, let view = object as? DictView, let map = view.entries {
            self = .entries(map)
        } else {
            self = .values(try Execution.iterate(value))
        }
    }

    var count: Int {
        switch self {
        case .values(let items): items.count
        case .entries(let map): map.count
        }
    }

    subscript(position: Int) -> Value {
        switch self {
        case .values(let items): return items[position]
        case .entries(let map):
            let (key, value) = map.entry(at: position)
            return .tuple([key, value])
        }
    }
}

/// The state of a running loop. Changes while the loop runs, within the one rendering that made it.
final class LoopObject: CallableObject, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it cannot be stored in a variable.
    private let items: LoopItems
    let count: Int
    var position = -1
    var recursion: LoopRecursion?
    private var lastChecked: [Value]?

    init(_ items: LoopItems) {
        self.items = items
        count = items.count
    }

    var typeName: String { "LoopContext" }
    var isCallable: Bool { recursion != nil }

    func text() throws(Diagnostic) -> String { "<LoopContext \(position + 1)/\(count)>" }

    /// The item of this turn.
    var current: Value { items[position] }

    /// The two items of this turn's pair, if the loop is over the entries of a dict.
    var currentEntry: (key: Value, value: Value)? {
        if case .entries(let map) = items { map.entry(at: position) } else { nil }
    }

    func attribute(_ name: String) throws(Diagnostic) -> Value? { LoopAttribute(rawValue: name).map(value(of:)) }

    func value(of attribute: LoopAttribute) -> Value {
        switch attribute {
        case .index: .int(position + 1)
        case .index0: .int(position)
        case .first: .bool(position == 0)
        case .last: .bool(position == count - 1)
        case .length: .int(count)
        case .revindex: .int(count - position)
        case .revindex0: .int(count - position - 1)
        case .depth: .int((recursion?.depth ?? 0) + 1)
        case .depth0: .int(recursion?.depth ?? 0)
        case .previtem: position > 0 ? items[position - 1] : .undefined(Undefined("there is no previous item"))
        case .nextitem:
            position + 1 < count ? items[position + 1] : .undefined(Undefined("there is no next item"))
        case .cycle: .object(LoopFunction(self, .cycle))
        case .changed: .object(LoopFunction(self, .changed))
        }
    }

    func cycle(_ values: [Value]) throws(Diagnostic) -> Value {
        guard !values.isEmpty else { throw Diagnostic(.templateRuntime, "no items for cycling given") }
        return values[position % values.count]
    }

    func changed(_ values: [Value]) throws(Diagnostic) -> Value {
        if let lastChecked, try Value.list(lastChecked).equals(.list(values)) { return .bool(false) }
        lastChecked = values
        return .bool(true)
    }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value {
        guard let recursion else {
            throw Diagnostic(
                .templateRuntime,
                "The loop must have the 'recursive' marker to be called recursively.")
        }
        guard arguments.positional.count == 1, arguments.named.isEmpty else {
            throw Diagnostic(.templateRuntime, "loop() takes the items to loop over and nothing else")
        }
        var deeper = recursion
        deeper.depth += 1
        var inner = deeper.execution(machine, arguments.positional[0])
        try machine.nested { () throws(Diagnostic) in try inner.run() }
        return inner.output.value
    }
}

/// What a recursive loop runs again.
struct LoopRecursion {
    let instance: TemplateInstance
    let unit: Int
    let outer: Frame
    var depth: Int

    func execution(_ machine: Machine, _ items: Value) -> Execution {
        let frame = Frame(count: instance.program.units[unit].slotCount, outer: outer)
        frame.slots[0] = items
        var execution = Execution(machine, instance, unit, frame)
        execution.recursion = self
        return execution
    }
}

/// `loop.cycle` and `loop.changed`.
final class LoopFunction: CallableObject {
    enum Kind: Sendable { case cycle, changed }
    private let loop: LoopObject
    private let kind: Kind

    init(_ loop: LoopObject, _ kind: Kind) {
        self.loop = loop
        self.kind = kind
    }

    var typeName: String { "method" }
    var isCallable: Bool { true }

    func call(_ arguments: Arguments, _ machine: Machine) throws(Diagnostic) -> Value {
        kind == .cycle ? try loop.cycle(arguments.positional) : try loop.changed(arguments.positional)
    }
}
