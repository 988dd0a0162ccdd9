//! Variables of one origin. Layers are looked up one behind the other and never merged.

import Diagnostics
import Templates
import Values

/// The variables that one place defines, such as a group in an inventory or a `group_vars` file.
package final class VariableLayer: Sendable {
    /// For people: `inventory.ini: group 'web'`, `group_vars/web.yml`.
    package let name: String
    package let variables: [String: Located<TemplatedValue>]
    /// The names of those that a plugin put together: data that no author wrote like this.
    package let computed: Set<String>

    package init(name: String, variables: [String: Located<TemplatedValue>], computed: Set<String> = []) {
        self.name = name
        self.variables = variables
        self.computed = computed
    }

    package subscript(name: String) -> TemplatedValue? { variables[name]?.value }
}
