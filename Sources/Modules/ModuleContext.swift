//! What a module may use of the control node: files beside the playbook, templates, conditions.

import Diagnostics
import Templates
import Values

/// The control node as one task on one host sees it.
package struct ModuleContext: Sendable {
    package let controller: any Controller
    /// The name of the host in the inventory.
    package let host: String
    /// Whether differences are wanted; computing them may be skipped otherwise.
    package let showsDifferences: Bool
    /// How often `-v` was given.
    package let verbosity: Int
    /// What versions are held to; nil where nothing is pinned.
    package let pinning: Pinning?
    /// What the host is, where that is known already.
    package private(set) var platform: Platform?

    package init(
        controller: any Controller, host: String, showsDifferences: Bool, verbosity: Int = 0,
        pinning: Pinning? = nil, platform: Platform? = nil
    ) {
        self.verbosity = verbosity
        self.pinning = pinning
        self.platform = platform
        self.controller = controller
        self.host = host
        self.showsDifferences = showsDifferences
    }

    func on(_ platform: Platform) -> ModuleContext {
        var copy = self
        copy.platform = platform
        return copy
    }
}

/// Files and templates on the control node, searched as Ansible does: role first, then beside the playbook.
package protocol Controller: Sendable {
    /// The absolute path of `name` below `files/` or `templates/` of the role or playbook.
    func path(of name: String, in folder: ControllerFolder) throws(Diagnostic) -> String
    /// The bytes of a file on the control node; vaulted content is decrypted unless `decrypt` is false.
    func read(_ path: String, decrypt: Bool) throws(Diagnostic) -> [UInt8]
    /// Renders a template file with the task's variables and these in addition.
    func render(_ source: SourceFile, options: TemplateOptions, with variables: OrderedMap) throws(Diagnostic) -> String
    /// The absolute path of a file to be written on the control node; relative ones start at the playbook.
    func destination(_ path: String) -> String
    /// Writes a file of the control node atomically; folders are made on the way.
    func store(_ bytes: [UInt8], at path: String) throws(Diagnostic)
    /// A condition of `assert` and the like (string or bool).
    func isTrue(_ condition: Value) throws(Diagnostic) -> Bool
    /// The value of a variable; nil where there is none of that name.
    func variable(_ name: String) throws(Diagnostic) -> Value?
    /// The value of an expression, for `debug: var=`.
    func evaluate(_ expression: String) throws(Diagnostic) -> Value
}

package enum ControllerFolder: String, Sendable { case files, templates, vars, tasks }
