//! A compiled template.

import Values

/// A piece of a template that runs in its own frame: the template itself, a block, a macro or a recursive loop.
struct Unit: Sendable {
    var instructions: [Instruction] = []
    /// Where each instruction comes from.
    var places: [Place] = []
    var slotCount = 0
}

/// A name as the program loads it: the slots that may hold it from the inside out, then the context.
struct Reference: Sendable {
    struct Candidate: Sendable {
        /// How many frames out.
        let depth: Int
        let slot: Int
    }

    let name: Int
    let candidates: [Candidate]
}

/// A name of a variable, attribute or method, with what is asked of it at run time.
struct Name: Sendable {
    let text: String
    let value: Value
    /// A dict's own methods come before its keys.
    let isDictMethod: Bool

    init(_ text: String) {
        self.text = text
        value = .string(text)
        isDictMethod = Methods.isDictMethod(text)
    }
}

/// How the arguments of a call lie on the stack: positional, named, `*`, `**`.
struct CallShape: Sendable, Hashable {
    let positional: Int
    let names: [String]
    let hasStar: Bool
    let hasDoubleStar: Bool

    var count: Int { positional + names.count + (hasStar ? 1 : 0) + (hasDoubleStar ? 1 : 0) }
}

/// A variable and the way from it to a part of it; keys lie on the stack.
struct Location: Sendable {
    enum Step: Sendable { case attribute(Int), item }
    let root: Int
    let steps: [Step]
}

struct MacroDefinition: Sendable {
    let name: String
    let unit: Int
    let parameters: [Parameter]
    /// Slots of `varargs`, `kwargs`, `caller`, where the body uses them.
    let varargs: Int?
    let kwargs: Int?
    let caller: Int?

    struct Parameter: Sendable {
        let name: String
        let slot: Int
        let hasFallback: Bool
    }
}

struct BlockDefinition: Sendable {
    let name: String
    let unit: Int
    let isRequired: Bool
    let isScoped: Bool
    /// The variables around it, for blocks of other templates that replace a scoped one.
    let locals: [(name: String, reference: Int)]
}

struct IncludeDefinition: Sendable {
    let ignoresMissing: Bool
    let withContext: Bool
    let locals: [(name: String, reference: Int)]
}

/// All units and tables of a template. Immutable and shared.
struct Program: Sendable {
    var units: [Unit] = []
    var constants: [Value] = []
    var texts: [String] = []
    var names: [Name] = []
    var references: [Reference] = []
    var calls: [CallShape] = []
    var locations: [Location] = []
    var macros: [MacroDefinition] = []
    var blocks: [BlockDefinition] = []
    var includes: [IncludeDefinition] = []
    /// The filters and tests it calls, resolved.
    var builtins: [Builtin] = []
    /// The variables at the top level, which blocks, importers and includes see.
    var exports: [String: Int] = [:]
    /// The index in `blocks` by name.
    var blockIndices: [String: Int] = [:]

    static let root = 0
}
