//! Vault passwords from the person at the terminal.

import Diagnostics
import Vaults

enum VaultPrompt {
    static func ask(_ source: VaultSource) throws(Diagnostic) -> VaultSecret {
        let label =
            source.id == VaultSource.unlabelled ? "Vault password: " : "Vault password (\(source.id)): "
        return try VaultSecret(id: source.id, password: Array(Prompt.secret(label).utf8))
    }

    /// A password that is about to be used for the first time: twice, to be sure.
    static func askTwice(_ source: VaultSource) throws(Diagnostic) -> VaultSecret {
        let isUnlabelled = source.id == VaultSource.unlabelled
        let password = try Prompt.secret(isUnlabelled ? "New Vault password: " : "New vault password (\(source.id)): ")
        let again = isUnlabelled ? "Confirm New Vault password: " : "Confirm new vault password (\(source.id)): "
        guard try Prompt.secret(again) == password else {
            throw Diagnostic(.vault, "Passwords do not match", help: "try again")
        }
        return try VaultSecret(id: source.id, password: Array(password.utf8))
    }
}
