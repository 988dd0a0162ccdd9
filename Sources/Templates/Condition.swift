//! `when:`, `until:`, `failed_when:` and the like: expressions whose result must be a boolean.

import Diagnostics
import Values

/// One condition, compiled once.
package struct Condition: Sendable {
    private enum Content: Sendable {
        case constant(Value)
        case expression(Template)
        case template(Template)
        /// `{{ name }}`: if the variable is a text that an author wrote, that text is the condition.
        case indirect(Template, name: String)
    }

    private let content: Content
    private let options: TemplateOptions
    package let range: SourceRange?

    /// A condition as written in YAML: a bare expression, a boolean, or a template.
    package init(_ value: Value, at range: SourceRange?, options: TemplateOptions = .init()) {
        self.range = range
        self.options = options
        guard case .string(let text) = value else {
            content = .constant(value)
            return
        }
        let inner = text.trimmed
        if inner.isEmpty {
            content = .constant(.none)
        } else if inner.utf8.starts(with: options.variableStart.utf8) && inner.hasSuffix(options.variableEnd)
            || inner.utf8.starts(with: options.blockStart.utf8)
        {
            let template = Template(text, at: range, options: options)
            let name = String(inner.dropFirst(options.variableStart.count).dropLast(options.variableEnd.count)).trimmed
            let isName = !name.isEmpty && name.utf8.allSatisfy(CharacterClass.isNamePart)
            content = isName ? .indirect(template, name: name) : .template(template)
        } else {
            content = .expression(Template(text, at: range, form: .expression, options: options))
        }
    }

    /// The condition as written, for messages.
    package var text: String {
        switch content {
        case .constant(let value): (try? value.text()) ?? ""
        case .expression(let template), .template(let template), .indirect(let template, _): template.text
        }
    }

    /// The condition as written, a boolean as such.
    package var written: Value { if case .constant(let value) = content { value } else { .string(text) } }

    /// The mistake found while compiling, if any.
    package var mistake: Diagnostic? {
        switch content {
        case .constant: nil
        case .expression(let template), .template(let template), .indirect(let template, _): template.mistake
        }
    }

    package func isTrue(in scope: RenderScope) throws(Diagnostic) -> Bool {
        switch content {
        case .constant(let value):
            if value.isNone {
                throw Diagnostic(.notBoolean, "Empty conditional expressions are not allowed.", at: range)
            }
            return try Condition.truth(of: value, at: range, in: scope)
        case .expression(let template), .template(let template):
            return try Condition.truth(of: template.evaluate(in: scope), at: range, in: scope)
        case .indirect(let template, let name):
            if case .template(let definition) = try scope.source.variable(name, for: scope), definition.isPlain {
                return try Condition(.string(definition.text), at: definition.range, options: options).isTrue(
                    in: scope)
            }
            return try Condition.truth(of: template.evaluate(in: scope), at: range, in: scope)
        }
    }

    private static func truth(
        of value: Value, at range: SourceRange?, in scope: RenderScope
    ) throws(Diagnostic) -> Bool {
        if case .bool(let flag) = value { return flag }
        if scope.environment.allowsBrokenConditionals { return try value.isTruthy() }
        if value.isOmit {
            throw Diagnostic(.templateRuntime, "A template was resolved to an Omit scalar.", at: range)
        }
        throw Diagnostic(
            .notBoolean,
            "Conditional result (\(try value.isTruthy() ? "True" : "False")) was derived from value of type '\(value.typeName)'. Conditionals must have a boolean result.",
            at: range, help: "compare it, e.g. with '| length > 0', 'is defined' or '| bool'")
    }
}

extension String {
    fileprivate var trimmed: String {
        var rest = unicodeScalars.drop(while: \.isPythonSpace)
        while rest.last?.isPythonSpace ?? false { rest.removeLast() }
        return String(rest)
    }
}
