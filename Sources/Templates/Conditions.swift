//! When a value counts as a condition.

import Diagnostics
import Values

extension Value {
    /// Whether a condition holds. Only booleans do, as in ansible-core 2.19; an empty text is no condition at all.
    package func isTrue(in scope: RenderScope, at range: SourceRange?) throws(Diagnostic) -> Bool {
        switch try materialized() {
        case .bool(let flag): return flag
        case .string(""): return true
        case .undefined(let undefined): throw undefined.diagnostic
        case let other:
            throw Diagnostic(
                .notBoolean,
                "Conditional result was derived from value of type '\(other.typeName)'. "
                    + "Conditionals must have a boolean result.", at: range,
                help: "compare it (`x != ''`, `x | length > 0`) or convert it with `| bool`")
        }
    }
}
