//! Flags that every command over an inventory shares.

import ArgumentParser

struct InventoryOptions: ParsableArguments {
    @Option(
        name: [.customShort("i"), .long, .customLong("inventory-file")], parsing: .unconditionalSingleValue,
        help: "Inventory: a file, a folder, a script, or hosts separated by commas; may be repeated.")
    var inventory: [String] = []

    @Option(name: [.short, .long], parsing: .unconditional, help: "Only these hosts (a pattern, or @file).")
    var limit: String?

    @Option(
        name: [.customShort("e"), .long], parsing: .unconditionalSingleValue,
        help: "Variables: key=value, JSON, YAML or @file; may be repeated.")
    var extraVars: [String] = []

    @OptionGroup var vault: VaultFlags

    @Flag(name: .shortAndLong, help: "Say more: -v shows results, -vvv everything.")
    var verbose: Int

    @Option(name: .customLong("playbook-dir"), parsing: .unconditional, help: "The folder of playbooks.")
    var playbookDir: String?

    @Flag(name: .customLong("flush-cache"), help: "Forget all cached facts first.")
    var flushCache = false
}
