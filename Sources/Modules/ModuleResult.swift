//! What a module reports.

import Values

/// The result of one module run: Ansible's keys, and what the engine has to act on.
package struct ModuleResult: Sendable {
    /// Something that a task does to the run instead of to a host.
    package enum Effect: Sendable {
        /// `set_fact` and the like: variables of this host. `cacheable` ones are facts too.
        case variables(OrderedMap, cacheable: Bool)
        /// `setup` and `*_facts`: merged into `ansible_facts`.
        case facts(OrderedMap)
        case addHost(name: String, groups: [String], variables: OrderedMap)
        case groupBy(key: String, parents: [String])
        case stats(OrderedMap, perHost: Bool, aggregate: Bool)
    }

    package var changed: Bool
    package var failed: Bool
    package var skipped: Bool
    /// Further keys: `msg`, `rc`, `stdout`, `dest`, …
    package var fields: OrderedMap
    package var differences: [Difference]
    package var effects: [Effect]
    /// What the act that check mode left out would have made.
    package var foretold: [Resource] = []
    /// Shown whole without `-v` too: what a task is there to say.
    package var isTalkative = false

    package init(
        changed: Bool = false, failed: Bool = false, skipped: Bool = false, fields: OrderedMap = [:],
        differences: [Difference] = [], effects: [Effect] = []
    ) {
        self.changed = changed
        self.failed = failed
        self.skipped = skipped
        self.fields = fields
        self.differences = differences
        self.effects = effects
    }

    /// A host that says no: what failed, and what to do about it.
    package static func failure(_ message: String, fields: OrderedMap = [:]) -> ModuleResult {
        var all = fields
        all["msg"] = .string(message)
        return ModuleResult(failed: true, fields: all)
    }
}
