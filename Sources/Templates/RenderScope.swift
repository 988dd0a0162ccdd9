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
    /// Tells the user of something that a template went on in spite of.
    func warn(_ warning: Diagnostic)
}

extension VariableSource {
    package var vaulting: Vaulting? { nil }
    package func warn(_ warning: Diagnostic) {}
}

/// A variable source and what is being rendered from it, to notice variables that refer to themselves.
package final class RenderScope: Sendable {
    package let source: any VariableSource
    package let environment: TemplateEnvironment
    package let depth: Int
    /// The template that is being evaluated, if this is the scope inside of one.
    private let template: Template?
    /// The scope around it.
    private let outer: RenderScope?

    package init(_ source: any VariableSource, environment: TemplateEnvironment) {
        self.source = source
        self.environment = environment
        depth = 0
        template = nil
        outer = nil
    }

    private init(_ template: Template?, in outer: RenderScope, depth: Int) {
        source = outer.source
        environment = outer.environment
        self.depth = depth
        self.template = template
        self.outer = outer
    }

    /// The same scope, entered from a place that is nested deeper.
    func deeper(_ depth: Int) -> RenderScope {
        depth == self.depth ? self : RenderScope(nil, in: self, depth: depth)
    }

    /// The scope inside of a template; a template that is being evaluated already refers to itself.
    func entering(_ template: Template) throws(Diagnostic) -> RenderScope {
        var scope: RenderScope? = self
        while let current = scope {
            if current.template === template {
                throw Diagnostic(
                    .templateRecursion, "Recursive loop detected in template: it refers to itself", at: template.range)
            }
            scope = current.outer
        }
        guard depth < Machine.maximumDepth else {
            throw Diagnostic(
                .templateRecursion, "variables refer to each other more than \(depth) deep", at: template.range)
        }
        return RenderScope(template, in: self, depth: depth + 1)
    }
}
