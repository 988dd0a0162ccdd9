//! The vault secrets that flags and configuration name, each read once.

import Diagnostics
import Playbooks
import Vaults
import YAML

struct VaultSetup {
    private let sources: [VaultSource]
    private let asks: Bool
    private let requiresMatchingID: Bool

    init(_ options: VaultFlags, _ configuration: Configuration) {
        var specifications = options.vaultId
        specifications +=
            configuration.text(["ANSIBLE_VAULT_IDENTITY_LIST"], "defaults", "vault_identity_list")?
            .split(separator: ",").map { String($0).trimmed } ?? []
        specifications += options.vaultPasswordFile.map { "default@" + $0 }
        if let file = configuration.path(["ANSIBLE_VAULT_PASSWORD_FILE"], "defaults", "vault_password_file") {
            specifications.append("default@" + file)
        }
        sources = specifications.map(VaultSource.init)
        asks =
            options.askVaultPass
            || configuration.flag(["ANSIBLE_ASK_VAULT_PASS"], "defaults", "ask_vault_pass") ?? false
        requiresMatchingID =
            configuration.flag(["ANSIBLE_VAULT_ID_MATCH"], "defaults", "vault_id_match") ?? false
    }

    /// All secrets; those of prompts are asked for now.
    func keyring() throws(Diagnostic) -> VaultKeyring {
        var keyring = VaultKeyring(requiresMatchingID: requiresMatchingID)
        for source in sources {
            if let secret = try source.secret() {
                keyring.add(secret)
            } else {
                let label = source.id == "default" ? "Vault password: " : "Vault password (\(source.id)): "
                keyring.add(try VaultSecret(id: source.id, password: Array(Prompt.secret(label).utf8)))
            }
        }
        if asks { keyring.add(try VaultSecret(password: Array(Prompt.secret("Vault password: ").utf8))) }
        return keyring
    }

    func decryption() throws(Diagnostic) -> VaultDecryption {
        let keyring = try keyring()
        return { envelope, range throws(Diagnostic) in try keyring.decrypt(envelope, at: range) }
    }
}
