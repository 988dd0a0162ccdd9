//! Text of an author that no YAML node holds: `key=value` arguments, the command line.

import Diagnostics
import Values

extension TemplatedValue {
    /// The text, a template if it has any mark of one.
    package init(text: String, at range: SourceRange?) {
        self =
            Self.mayBeTemplate(text)
            ? .template(Template(text, at: range, options: Self.yamlOptions)) : .constant(.string(text))
    }
}
