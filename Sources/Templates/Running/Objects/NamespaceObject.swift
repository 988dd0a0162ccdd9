//! `namespace()`, and what an inline `if` without `else` yields.

import Diagnostics
import Values

/// Attributes that inner scopes may change.
final class NamespaceObject: ValueObject, @unchecked Sendable {
    // Unchecked: only the thread that renders ever sees it; it cannot be stored in a variable.
    var attributes: OrderedMap

    init(_ attributes: OrderedMap) { self.attributes = attributes }

    var typeName: String { "Namespace" }

    func attribute(_ name: String) throws(Diagnostic) -> Value? { attributes[name] }

    func text() throws(Diagnostic) -> String { "<Namespace \(try Value.dict(attributes).representation())>" }
}

/// Jinja2's own kind of undefined: false and empty, but no variable may hold it.
final class MissingBranch: ValueObject {
    static let shared = MissingBranch()
    private init() {}

    var typeName: String { "Undefined" }
    func isTruthy() throws(Diagnostic) -> Bool { false }
    func elements() throws(Diagnostic) -> [Value]? { [] }
    func text() throws(Diagnostic) -> String { "" }

    func attribute(_ name: String) throws(Diagnostic) -> Value? {
        throw Diagnostic(
            .templateRuntime, "the inline if-expression evaluated to false and no else section was defined.")
    }
}
