//! What a playbook or inventory says about a value: data, templates, or containers of both.

import Diagnostics
import Values
import YAML

/// A value as written by an author, whose strings may be templates. Data from hosts never becomes one:
/// that is the whole protection against templates in facts and results.
package indirect enum TemplatedValue: Sendable {
    case constant(Value)
    case template(Template)
    case list([TemplatedValue])
    case dict([Entry])
    /// Computed on first use, e.g. a vaulted string: an unused one that cannot be decrypted is no error.
    case deferred(Deferred)

    package struct Entry: Sendable {
        package let key: TemplatedValue
        package let value: TemplatedValue
        package let range: SourceRange?

        package init(key: TemplatedValue, value: TemplatedValue, range: SourceRange?) {
            self.key = key
            self.value = value
            self.range = range
        }
    }

    package final class Deferred: Sendable {
        package let compute: @Sendable () throws(Diagnostic) -> Value
        /// What is written instead of the value: an encrypted text.
        package let envelope: String?

        package init(envelope: String? = nil, _ compute: @escaping @Sendable () throws(Diagnostic) -> Value) {
            self.envelope = envelope
            self.compute = compute
        }
    }
}

extension TemplatedValue {
    /// The value for a scope. Containers stay lazy: their items are rendered when they are looked at;
    /// `Value.materialized()` makes the final value of it.
    package func evaluate(in scope: RenderScope) throws(Diagnostic) -> Value {
        switch self {
        case .constant(let value): value
        case .template(let template): try template.run(in: scope)
        case .list(let items): .object(LazyList(items, scope))
        case .dict(let entries): .object(LazyDict(entries, scope))
        case .deferred(let deferred): try deferred.compute()
        }
    }
}
