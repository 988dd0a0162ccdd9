//! Conditions: `when`, `changed_when`, `failed_when`, `until`.

import Diagnostics
import Templates
import Values

/// One condition: an expression, or a value that already is one.
package struct Condition: Sendable {
    package let value: TemplatedValue
    package let range: SourceRange

    package init(value: TemplatedValue, range: SourceRange) {
        self.value = value
        self.range = range
    }

    /// Whether the condition holds; a result that is no boolean is a mistake.
    package func holds(in scope: RenderScope) throws(Diagnostic) -> Bool {
        do {
            return try value.evaluate(in: scope).isTrue(in: scope, at: range)
        } catch {
            throw error.located(at: range)
        }
    }
}
