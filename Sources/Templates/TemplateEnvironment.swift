//! The builtins that templates may use.

/// All filters, tests and global functions by name. Built once, shared by every template and host.
package final class TemplateEnvironment: Sendable {
    package let filters: [String: Builtin]
    package let tests: [String: Builtin]
    package let globals: [String: Builtin]
    /// Conditions may be any value and are judged by its truth, as before ansible-core 2.19.
    package let allowsBrokenConditionals: Bool
    /// Loop turns and calls of one rendering: more than any sane template needs.
    package let maximumSteps: Int

    package init(
        filters: [Builtin], tests: [Builtin], globals: [Builtin], allowsBrokenConditionals: Bool = false,
        maximumSteps: Int = 20_000_000
    ) {
        self.allowsBrokenConditionals = allowsBrokenConditionals
        self.maximumSteps = maximumSteps
        func index(_ builtins: [Builtin]) -> [String: Builtin] {
            var byName: [String: Builtin] = [:]
            for builtin in builtins { for name in builtin.names { byName[name] = builtin } }
            return byName
        }
        self.filters = index(filters)
        self.tests = index(tests)
        self.globals = index(globals)
    }

    /// Jinja2's and Ansible's.
    package static let standard = TemplateEnvironment(
        filters: Builtin.filters, tests: Builtin.tests, globals: Builtin.globals)

    /// The same with `ALLOW_BROKEN_CONDITIONALS`.
    package static let lenient = TemplateEnvironment(
        filters: Builtin.filters, tests: Builtin.tests, globals: Builtin.globals, allowsBrokenConditionals: true)
}
