//! One compiled template: compiled once, shared by all hosts, rendered with a scope.

import Diagnostics
import Values

/// A compiled template or expression. A syntax error is kept and thrown when the template is used,
/// because Ansible does not complain about a variable that nobody reads.
package final class Template: Sendable {
    package enum Form: Sendable {
        /// Text with `{{ }}`, `{% %}` and `{# #}`.
        case text
        /// A bare expression, as in `when:`.
        case expression
    }

    package let text: String
    package let range: SourceRange?
    package let form: Form
    /// The mistake found while compiling, if any.
    package let mistake: Diagnostic?
    let options: TemplateOptions
    private let content: Content
    /// How many line breaks a rendered text ends with at least, by Ansible's rule.
    private let finalLineBreaks: Int
    /// Line breaks are written as they come.
    private let hasPlainLineBreaks: Bool

    private enum Content {
        /// Text without any tag never enters the machine.
        case plain(Value)
        case program(Program)
        case none
    }

    package init(
        _ text: String, at range: SourceRange?, form: Form = .text, options: TemplateOptions = .init(),
        environment: TemplateEnvironment = .standard
    ) {
        self.text = text
        self.range = range
        self.form = form
        self.options = options
        hasPlainLineBreaks = options.newlineSequence == "\n"
        finalLineBreaks =
            form == .text && options.keepTrailingNewline ? TemplateSource.lineBreaks(atEndOf: text) : 0
        let source = TemplateSource(text, options)
        if form == .text, Delimiters(options).next(in: source.bytes, from: 0) == nil {
            content = .plain(.string(source.plainText))
            mistake = nil
            return
        }
        do throws(SyntaxMistake) {
            content = .program(try Template.compile(source.bytes, form, options, environment))
            mistake = nil
        } catch {
            content = .none
            mistake = Template.diagnostic(error, text, range, form)
        }
    }

    /// Whether the text has no tags at all, so that its value is known.
    package var isPlain: Bool { if case .plain = content { true } else { false } }

    private static func compile(
        _ source: [UInt8], _ form: Form, _ options: TemplateOptions, _ environment: TemplateEnvironment
    ) throws(SyntaxMistake) -> Program {
        var lexer = Lexer(source, options: options)
        let tokens = form == .text ? try lexer.textTokens() : try lexer.expressionTokens()
        var parser = Parser(source: source, tokens: tokens, options: options)
        switch form {
        case .text: return try Compiler.compile(try parser.parseTemplate(), environment: environment)
        case .expression: return try Compiler.compile(try parser.parseExpressionOnly(), environment: environment)
        }
    }

    private static func diagnostic(
        _ mistake: SyntaxMistake, _ text: String, _ range: SourceRange?, _ form: Form
    ) -> Diagnostic {
        let what = form == .text ? "template" : "expression"
        return Diagnostic(
            .templateSyntax, "Syntax error in \(what): \(mistake.message)",
            at: range.map { PlaceMap(text, in: $0).range(of: mistake.place) }, help: mistake.help)
    }

    /// Where a part of the template was written.
    func range(of place: Place) -> SourceRange? { range.map { PlaceMap(text, in: $0).range(of: place) } }

    func compiled() throws(Diagnostic) -> Program {
        switch content {
        case .program(let program): return program
        case .plain(let value):
            var tables = ProgramTables()
            tables.text = Array((value.string ?? "").utf8)
            let text = Instruction.text(start: 0, count: tables.text.count)
            tables.units = [Unit(instructions: [text], places: [Place(0, 0)], slotCount: 0)]
            return Program(tables)
        case .none: throw mistake ?? Diagnostic(.internal, "a template without program and mistake", at: range)
        }
    }
}

extension Template {
    /// The value with its native type, as Ansible finalizes it: a lone `{{ }}` keeps its type, text around it makes a string.
    package func evaluate(in scope: RenderScope) throws(Diagnostic) -> Value {
        if case .plain(let value) = content { return value }
        return try run(in: scope).materialized()
    }

    /// The text, as the template module writes it.
    package func render(in scope: RenderScope) throws(Diagnostic) -> String {
        let value = try evaluate(in: scope)
        if value.isNone || value.isOmit { return "" }
        return try value.text()
    }

    /// Runs the program; the value may still hold things that no variable can.
    func run(in scope: RenderScope) throws(Diagnostic) -> Value {
        if case .plain(let value) = content { return value }
        let program = try compiled()
        let instance = TemplateInstance(self, program)
        let machine = Machine(try scope.entering(self))
        if !program.blocks.isEmpty { machine.willRefer(to: instance) }
        defer { machine.finish() }
        var execution = Execution(machine, instance, Program.root, instance.root)
        try execution.runWithParents()
        if hasPlainLineBreaks { try execution.output.endText(withLineBreaks: finalLineBreaks) }
        let value = execution.output.value
        guard form == .text, !hasPlainLineBreaks, case .string(let text) = value else { return value }
        return .string(TemplateSource.convertingLineBreaks(text, options, atEnd: finalLineBreaks))
    }
}
