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

/// A name of a variable, attribute or method, with all that is asked of it at run time.
final class Name: Sendable {
    let text: String
    let key: MapKey
    /// A dict's own methods come before its keys.
    let isDictMethod: Bool
    /// Whether values of any type have a method of this name.
    let isMethod: Bool
    /// Python's own attributes are out of reach.
    let isUnsafe: Bool
    /// Blocks give a meaning to these.
    let isBlockName: Bool
    let loopAttribute: LoopAttribute?
    let dictView: DictView.Kind?

    var value: Value { key.value }

    init(_ text: String) {
        self.text = text
        key = MapKey(text)
        isDictMethod = Methods.isDictMethod(text)
        isMethod = Methods.isMethod(text)
        isUnsafe = text.utf8.starts(with: "__".utf8)
        isBlockName = text == "super" || text == "self"
        loopAttribute = LoopAttribute(rawValue: text)
        dictView = DictView.Kind(rawValue: text)
    }
}

/// A variable and the attributes on the way to a part of it: `site.tls.certificate`.
/// Made of numbers alone, so that a run which follows it counts no references.
struct VariablePath: Sendable {
    enum Root: Sendable {
        case slot(Int, reference: Int)
        case reference(Int)
        case name(Int)
    }

    struct Step: Sendable {
        let name: Int
        let probe: MapProbe
        let isDictMethod: Bool
        let place: Place
    }

    let root: Root
    let place: Place
    /// Where its steps are in the program's table.
    let steps: Range<Int>
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

/// The units and tables of a template while they are filled.
struct ProgramTables {
    var units: [Unit] = []
    var constants: [Value] = []
    /// All constant texts, one after the other.
    var text: [UInt8] = []
    var names: [Name] = []
    var references: [Reference] = []
    var paths: [VariablePath] = []
    var steps: [VariablePath.Step] = []
    var calls: [CallShape] = []
    var locations: [Location] = []
    var macros: [MacroDefinition] = []
    var blocks: [BlockDefinition] = []
    var includes: [IncludeDefinition] = []
    /// The calls of filters and tests, resolved.
    var builtinCalls: [PreparedCall] = []
    /// The variables at the top level, which blocks, importers and includes see.
    var exports: [String: Int] = [:]
    /// The index in `blocks` by name.
    var blockIndices: [String: Int] = [:]
}

/// A compiled template. Immutable and shared.
final class Program: Sendable {
    let units: [Unit]
    let constants: [Value]
    let text: [UInt8]
    let names: [Name]
    let references: [Reference]
    let paths: [VariablePath]
    let steps: [VariablePath.Step]
    let calls: [CallShape]
    let locations: [Location]
    let macros: [MacroDefinition]
    let blocks: [BlockDefinition]
    let includes: [IncludeDefinition]
    let builtinCalls: [PreparedCall]
    let exports: [String: Int]
    let blockIndices: [String: Int]

    static let root = 0

    init(_ tables: ProgramTables) {
        units = tables.units
        constants = tables.constants
        text = tables.text
        names = tables.names
        references = tables.references
        paths = tables.paths
        steps = tables.steps
        calls = tables.calls
        locations = tables.locations
        macros = tables.macros
        blocks = tables.blocks
        includes = tables.includes
        builtinCalls = tables.builtinCalls
        exports = tables.exports
        blockIndices = tables.blockIndices
    }
}
