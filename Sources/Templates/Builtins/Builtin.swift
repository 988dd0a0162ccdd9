//! How filters, tests and global functions are declared: the declaration is the documentation.

import Diagnostics
import Values

/// The arguments of a call as written; for a filter or test, the first positional one is the piped value.
package struct Arguments: Sendable {
    package var positional: [Value]
    package var named: [(name: String, value: Value)]

    package init(_ positional: [Value] = [], named: [(name: String, value: Value)] = []) {
        self.positional = positional
        self.named = named
    }
}

/// One filter, test or global function.
package final class Builtin: Sendable {
    package enum Kind: String, Sendable { case filter, test, global, lookup }

    package struct Parameter: Sendable {
        package enum Kind: Sendable { case ordinary, keywordOnly, variadic, keywords }
        package let name: String
        package let kind: Kind
        /// nil where the caller has to give it.
        package let fallback: Value?
    }

    package let kind: Kind
    /// All names it answers to, the short one first (`b64decode`, `ansible.builtin.b64decode`).
    package let names: [String]
    package let parameters: [Parameter]
    /// One line for the reference.
    package let summary: String
    /// An example with its result, for the reference: `{{ 'YQ==' | b64decode }} → a`.
    package let example: String
    /// Whether undefined arguments are handed over (as for `default` and `is defined`) or refused before the call.
    package let acceptsUndefined: Bool
    package let body: @Sendable (BuiltinCall) throws(Diagnostic) -> Value

    init(
        kind: Kind, names: [String], parameters: [Parameter], summary: String, example: String, acceptsUndefined: Bool,
        body: @escaping @Sendable (BuiltinCall) throws(Diagnostic) -> Value
    ) {
        self.kind = kind
        self.names = names
        self.parameters = parameters
        self.summary = summary
        self.example = example
        self.acceptsUndefined = acceptsUndefined
        self.body = body
    }
}

/// A call whose arguments have been bound to the declared parameters.
package struct BuiltinCall {
    package let builtin: Builtin
    /// One value for each ordinary and keyword-only parameter, in the order of declaration: a part of the machine's
    /// stack, where they lie already. To be asked for by the position of the parameter.
    private let arguments: ArraySlice<Value>
    package let variadic: [Value]
    package let keywords: [(name: String, value: Value)]
    package let runtime: any TemplateRuntime
    package let range: SourceRange?

    init(
        _ builtin: Builtin, _ arguments: ArraySlice<Value>, variadic: [Value] = [],
        keywords: [(name: String, value: Value)] = [], runtime: any TemplateRuntime, range: SourceRange? = nil
    ) {
        self.builtin = builtin
        self.arguments = arguments
        self.variadic = variadic
        self.keywords = keywords
        self.runtime = runtime
        self.range = range
    }

    package subscript(index: Int) -> Value { arguments[arguments.startIndex + index] }
}

/// What a builtin may ask of the machine that runs it.
package protocol TemplateRuntime: AnyObject {
    var scope: RenderScope { get }
    func filter(_ name: String, _ arguments: Arguments) throws(Diagnostic) -> Value
    func test(_ name: String, _ arguments: Arguments) throws(Diagnostic) -> Bool
    func call(_ callable: Value, _ arguments: Arguments) throws(Diagnostic) -> Value
}
