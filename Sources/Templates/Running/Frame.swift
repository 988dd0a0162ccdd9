//! The variables of a unit while it runs.

import Values

/// The slots of one run of a unit. Lives within one rendering, which one thread does from beginning to end.
final class Frame {
    let slots: Slots
    let outer: Frame?

    init(count: Int, outer: Frame?) {
        slots = Slots(count: count)
        self.outer = outer
    }

    deinit { slots.deallocate() }

    func clear() { for slot in 0..<slots.count { slots[slot] = nil } }
}

/// Room for so many values. Own memory and no array, so that a look at a value copies nothing; the owner frees it.
struct Slots {
    private let base: UnsafeMutablePointer<Value?>
    let count: Int

    init(count: Int) {
        self.count = count
        base = .allocate(capacity: count)
        base.initialize(repeating: nil, count: count)
    }

    func deallocate() {
        base.deinitialize(count: count)
        base.deallocate()
    }

    /// Where the value of a slot is, if there is one.
    func pointer(to slot: Int) -> UnsafePointer<Value>? {
        precondition(slot < count, "a slot that does not exist")
        // Not `== nil`, which would copy both sides to compare them.
        guard case .some = base[slot] else { return nil }
        // An optional begins with what it wraps.
        return UnsafeRawPointer(base + slot).assumingMemoryBound(to: Value.self)
    }

    subscript(slot: Int) -> Value? {
        unsafeAddress {
            precondition(slot < count, "a slot that does not exist")
            return UnsafePointer(base + slot)
        }
        nonmutating unsafeMutableAddress {
            precondition(slot < count, "a slot that does not exist")
            return base + slot
        }
    }
}

/// One template within a rendering: its program, top-level variables, and the context's variables it has used.
final class TemplateInstance {
    let template: Template
    let program: Program
    let root: Frame
    /// Variables of the context by name index, once they have been looked up.
    let context: Slots
    /// Variables handed over by name, from the place of an include or import.
    let locals: [String: Value]
    let seesContext: Bool
    private var knownFamily: Family?

    final class Family {
        /// The templates of an `extends` chain, child first; empty where there is only one.
        var members: [TemplateInstance] = []
        /// Blocks by name, the most derived first.
        var blocks: [String: [(instance: TemplateInstance, index: Int)]] = [:]
    }

    init(
        _ template: Template, _ program: Program, locals: [String: Value] = [:], seesContext: Bool = true,
        family: Family? = nil
    ) {
        self.template = template
        self.program = program
        self.locals = locals
        self.seesContext = seesContext
        knownFamily = family
        root = Frame(count: program.units[Program.root].slotCount, outer: nil)
        context = Slots(count: program.names.count)
        family?.members.append(self)
        for (name, index) in program.blockIndices { self.family.blocks[name, default: []].append((self, index)) }
    }

    deinit { context.deallocate() }

    /// Its blocks, and the templates that it extends.
    var family: Family {
        if let knownFamily { return knownFamily }
        let family = Family()
        knownFamily = family
        return family
    }

    /// The templates of the family, if there are others.
    var relatives: [TemplateInstance] { knownFamily?.members ?? [] }

    /// Lets go of what refers to this instance in turn.
    func dissolve() {
        knownFamily?.members = []
        knownFamily?.blocks = [:]
    }

    /// A top-level variable, for importers.
    func export(_ name: String) -> Value? {
        guard let slot = program.exports[name] else { return nil }
        return root.slots[slot]
    }
}
