//! Turns the tree of a template into a flat program; the tables are filled here.

import Diagnostics
import Values

struct Compiler {
    var program = ProgramTables()
    var builder: UnitBuilder
    let environment: TemplateEnvironment
    /// `{% extends %}` came by at the top level: what the root writes from here on is never seen.
    var isExtended = false
    private var nameIndices: [String: Int] = [:]
    private var callIndices: [CallShape: Int] = [:]

    private init(environment: TemplateEnvironment) {
        self.environment = environment
        builder = UnitBuilder(index: Program.root, outer: nil)
        program.units = [Unit()]
    }

    static func compile(_ statements: [Statement], environment: TemplateEnvironment) throws(SyntaxMistake) -> Program {
        var compiler = Compiler(environment: environment)
        compiler.builder.openScope(statements.assignedNames, isFresh: true)
        compiler.program.exports = compiler.builder.scopes[0]
        try compiler.compile(statements)
        compiler.program.units[Program.root] = compiler.builder.unit
        return Program(compiler.program)
    }

    static func compile(_ expression: Expression, environment: TemplateEnvironment) throws(SyntaxMistake) -> Program {
        var compiler = Compiler(environment: environment)
        compiler.builder.openScope([], isFresh: true)
        try compiler.compile(expression)
        compiler.builder.emit(.output, expression.place)
        compiler.program.units[Program.root] = compiler.builder.unit
        return Program(compiler.program)
    }

    /// Compiles a unit of its own and returns its index.
    mutating func unit(
        seesRootOnly: Bool = false, _ body: (inout Compiler) throws(SyntaxMistake) -> Void
    ) throws(SyntaxMistake) -> Int {
        let outer = builder
        var parent = outer
        if seesRootOnly { while let next = parent.outer { parent = next } }
        let index = program.units.count
        program.units.append(Unit())
        builder = UnitBuilder(index: index, outer: parent, seesRootOnly: seesRootOnly)
        defer { builder = outer }
        try body(&self)
        program.units[index] = builder.unit
        return index
    }

    mutating func name(_ text: String) -> Int {
        if let index = nameIndices[text] { return index }
        program.names.append(Name(text))
        nameIndices[text] = program.names.count - 1
        return program.names.count - 1
    }

    mutating func constant(_ value: Value) -> Int {
        program.constants.append(value)
        return program.constants.count - 1
    }

    mutating func text(_ text: String) -> Instruction {
        let start = program.text.count
        program.text.append(contentsOf: text.utf8)
        return .text(start: start, count: program.text.count - start)
    }

    mutating func call(_ shape: CallShape) -> Int {
        if let index = callIndices[shape] { return index }
        program.calls.append(shape)
        callIndices[shape] = program.calls.count - 1
        return program.calls.count - 1
    }

    mutating func reference(_ name: String) -> Int {
        program.references.append(Reference(name: self.name(name), candidates: builder.candidates(for: name)))
        return program.references.count - 1
    }

    /// All visible variables, for what is rendered with them by name.
    mutating func visibleReferences() -> [(name: String, reference: Int)] {
        builder.visibleNames.sorted().map { ($0, reference($0)) }
    }

    func filter(_ name: String, at place: Place) throws(SyntaxMistake) -> Builtin {
        try builtin(name, "filter", environment.filters, at: place)
    }

    func test(_ name: String, at place: Place) throws(SyntaxMistake) -> Builtin {
        try builtin(name, "test", environment.tests, at: place)
    }

    private func builtin(
        _ name: String, _ kind: String, _ known: [String: Builtin], at place: Place
    ) throws(SyntaxMistake) -> Builtin {
        if let builtin = known[name] { return builtin }
        throw SyntaxMistake(
            message: "No \(kind) named '\(name)'.", place: place,
            help: Suggestion.help(for: name, among: known.keys.sorted()))
    }

    /// The index of a call of a filter or test.
    mutating func prepared(_ builtin: Builtin, _ call: Int) -> Int {
        program.builtinCalls.append(PreparedCall(builtin, program.calls[call], call))
        return program.builtinCalls.count - 1
    }
}
