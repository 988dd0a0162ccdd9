//! The vault secrets that flags and configuration name.

import Diagnostics
import YAML

struct VaultSetup {
    init(_ options: InventoryOptions, _ configuration: Configuration) {
    }

    func decryption() throws(Diagnostic) -> VaultDecryption {
        { envelope, range throws(Diagnostic) in throw Diagnostic(.vault, "no vault secrets", at: range) }
    }
}
