//! What a description of services asks about hosts, without connecting to any.

import Diagnostics
import Inventories
import Templates
import Values

extension Run {
    /// A value as a host sees it, rendered throughout.
    package func evaluated(
        _ value: TemplatedValue, for host: String, with locals: [String: Value] = [:]
    ) throws(Diagnostic) -> Value {
        if case .constant(let value) = value { return value }
        return try value.evaluate(in: scope(of: host).with(locals).renderScope).materialized()
    }

    /// How other hosts reach a host: `service_address` where it is set, else as the control node does.
    package func address(of host: String) throws(Diagnostic) -> String {
        let scope = try scope(of: host)
        for name in ["service_address", "ansible_host"] {
            guard let written = try scope.variable(name, for: scope.renderScope) else { continue }
            return try written.evaluate(in: scope.renderScope).materialized().text()
        }
        return host
    }

    /// The hosts of a pattern, whatever `--limit` says: a description is of the whole fleet.
    package func hosts(matching pattern: String) throws(Diagnostic) -> [String] {
        try inventory.hosts(matching: pattern).hosts
    }

    /// All hosts of the inventory.
    package var hostNames: [String] { inventory.hostNames }

    /// Names that a pattern may use.
    package var hostPatterns: [String] { inventory.groupNames + inventory.hostNames }
}
