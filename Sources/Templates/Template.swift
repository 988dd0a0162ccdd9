//! One compiled template: compiled once, shared by all hosts, rendered with a scope.

import Diagnostics
import Values

/// Delimiters and whitespace rules of a template.
package struct TemplateOptions: Sendable, Hashable {
    package var blockStart = "{%"
    package var blockEnd = "%}"
    package var variableStart = "{{"
    package var variableEnd = "}}"
    package var commentStart = "{#"
    package var commentEnd = "#}"
    package var trimBlocks = true
    package var leftStripBlocks = false
    package var keepTrailingNewline = true
    package var newlineSequence = "\n"
    /// A YAML string: backslashes in its literals are kept as they are, as Ansible does for values but not for files.
    package var keepsBackslashes = false

    package init() {}
}

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

    package init(_ text: String, at range: SourceRange?, form: Form = .text, options: TemplateOptions = .init()) {
        self.text = text
        self.range = range
        self.form = form
        self.mistake = nil
    }

    /// The value with its native type, as Ansible finalizes it: a lone `{{ }}` keeps its type, text around it makes a string.
    package func evaluate(in scope: RenderScope) throws(Diagnostic) -> Value { .string(text) }

    /// The text, as the template module writes it.
    package func render(in scope: RenderScope) throws(Diagnostic) -> String { text }
}

extension TemplatedValue {
    /// The value for a scope. Containers stay lazy: their items are rendered when they are looked at.
    package func evaluate(in scope: RenderScope) throws(Diagnostic) -> Value {
        switch self {
        case .constant(let value): value
        case .template(let template): try template.evaluate(in: scope)
        default: .none
        }
    }
}
