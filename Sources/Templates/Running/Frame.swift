//! The variables of a unit while it runs.

import Values

/// The slots of one run of a unit. Lives within one rendering, which one thread does from beginning to end.
final class Frame {
    var slots: [Value?]
    let outer: Frame?

    init(count: Int, outer: Frame?) {
        slots = Array(repeating: nil, count: count)
        self.outer = outer
    }

    func clear() { slots = [] }
}

/// One template within a rendering: its program, top-level variables, and the context's variables it has used.
final class TemplateInstance {
    let template: Template
    let program: Program
    let root: Frame
    /// Variables of the context by name index, once they have been looked up.
    var context: [Value?]
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
        context = Array(repeating: nil, count: program.names.count)
        family?.members.append(self)
        for (name, index) in program.blockIndices { self.family.blocks[name, default: []].append((self, index)) }
    }

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
