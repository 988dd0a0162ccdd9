//! Where a template finds its names.

import Diagnostics
import Values

/// Variables, lookups and files as the engine offers them for one host and task. Implementations are immutable.
package protocol VariableSource: Sendable {
    /// The definition of a variable, not yet rendered; nil where there is none.
    func variable(_ name: String, for scope: RenderScope) throws(Diagnostic) -> TemplatedValue?
    /// All names that `variable` knows, for suggestions and for the `varnames` lookup.
    var variableNames: [String] { get }
    /// Runs a lookup plugin; the result is always a list.
    func lookup(_ plugin: String, _ arguments: Arguments, for scope: RenderScope) throws(Diagnostic) -> [Value]
    /// The source behind `{% include %}`, `{% import %}` and `{% extends %}`.
    func templateSource(_ name: String) throws(Diagnostic) -> SourceFile
    /// What the filters `vault` and `unvault` encrypt and decrypt with; nil where there are no vaults.
    var vaulting: Vaulting? { get }
}

extension VariableSource {
    package var vaulting: Vaulting? { nil }
}

/// A variable source and what is being rendered from it, to notice variables that refer to themselves.
package struct RenderScope: Sendable {
    package let source: any VariableSource
    package let environment: TemplateEnvironment
    /// The templates being evaluated, innermost first.
    package let evaluating: Chain?
    package let depth: Int

    package final class Chain: Sendable {
        package let template: Template
        package let outer: Chain?

        init(_ template: Template, outer: Chain?) {
            self.template = template
            self.outer = outer
        }
    }

    package init(_ source: any VariableSource, environment: TemplateEnvironment) {
        self.init(source: source, environment: environment, evaluating: nil, depth: 0)
    }

    private init(source: any VariableSource, environment: TemplateEnvironment, evaluating: Chain?, depth: Int) {
        self.source = source
        self.environment = environment
        self.evaluating = evaluating
        self.depth = depth
    }

    /// The same scope, entered from a place that is nested deeper.
    func deeper(_ depth: Int) -> RenderScope {
        RenderScope(source: source, environment: environment, evaluating: evaluating, depth: depth)
    }

    /// The scope inside of a template; a template that is being evaluated already refers to itself.
    func entering(_ template: Template) throws(Diagnostic) -> RenderScope {
        var outer = evaluating
        while let link = outer {
            if link.template === template {
                throw Diagnostic(
                    .templateRecursion, "Recursive loop detected in template: it refers to itself", at: template.range)
            }
            outer = link.outer
        }
        guard depth < Machine.maximumDepth else {
            throw Diagnostic(
                .templateRecursion, "variables refer to each other more than \(depth) deep", at: template.range)
        }
        return RenderScope(
            source: source, environment: environment, evaluating: Chain(template, outer: evaluating), depth: depth + 1)
    }
}
