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
    /// The templates of an `extends` chain, child first.
    let family: Family

    final class Family {
        var members: [TemplateInstance] = []
        /// Blocks by name, the most derived first.
        var blocks: [String: [(instance: TemplateInstance, index: Int)]] = [:]
    }

    init(
        _ template: Template, _ program: Program, locals: [String: Value] = [:], seesContext: Bool = true,
        family: Family = Family()
    ) {
        self.template = template
        self.program = program
        self.locals = locals
        self.seesContext = seesContext
        self.family = family
        root = Frame(count: program.units[Program.root].slotCount, outer: nil)
        context = Array(repeating: nil, count: program.names.count)
        family.members.append(self)
        for (name, index) in program.blockIndices { family.blocks[name, default: []].append((self, index)) }
    }

    /// A top-level variable, for importers.
    func export(_ name: String) -> Value? {
        guard let slot = program.exports[name] else { return nil }
        return root.slots[slot]
    }
}
