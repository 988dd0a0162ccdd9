//! `--limit` has to leave somebody.

import Diagnostics
import Inventories

enum LimitCheck {
    static func check(_ limit: String, in inventory: Inventory) throws(Diagnostic) {
        guard try inventory.hosts(matching: "all:localhost", limit: limit).hosts.isEmpty else { return }
        throw Diagnostic(
            .hostPattern, "Specified inventory, host pattern and/or --limit leaves us with no hosts to target.",
            help: Suggestion.help(for: limit, among: inventory.groupNames + inventory.hostNames)
                ?? "`drover run --list-hosts` shows which hosts a play has")
    }
}
