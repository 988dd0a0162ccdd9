//! The vault secrets that flags and configuration name, each read once.

import Diagnostics
import Playbooks
import Vaults
import YAML

struct VaultSetup {
    private let sources: [VaultSource]
    private let requiresMatchingID: Bool

    init(_ options: VaultFlags, _ configuration: Configuration) {
        let label = configuration.text(.vaultIdentity) ?? VaultSource.unlabelled
        var specifications = configuration.list(.vaultIdentityList) + options.vaultId
        var files = options.vaultPasswordFile
        // A question takes the place of the configured file.
        if files.isEmpty, !options.askVaultPass, let file = configuration.path(.vaultPasswordFile) { files = [file] }
        specifications += files.map { "\(label)@\($0)" }
        let asks =
            options.askVaultPass || options.isEmpty && specifications.isEmpty && configuration.flag(.askVaultPass)
        if asks { specifications.append("\(label)@\(VaultSource.question)") }
        sources = specifications.map { VaultSource($0, unlabelled: label) }
        requiresMatchingID = configuration.flag(.vaultIdMatch)
    }

    /// All secrets; those of prompts are asked for now.
    func keyring(isNew: Bool = false) throws(Diagnostic) -> VaultKeyring {
        var keyring = VaultKeyring(requiresMatchingID: requiresMatchingID)
        for source in sources {
            if let secret = try source.secret() {
                keyring.add(secret)
            } else {
                keyring.add(try isNew ? VaultPrompt.askTwice(source) : VaultPrompt.ask(source))
            }
        }
        return keyring
    }

    func decryption() throws(Diagnostic) -> VaultDecryption {
        let keyring = try keyring()
        return { envelope, range throws(Diagnostic) in try keyring.decrypt(envelope, at: range) }
    }
}
