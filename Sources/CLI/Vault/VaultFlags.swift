//! Flags that name vault secrets.

import ArgumentParser

struct VaultFlags: ParsableArguments {
    @Option(
        name: [.customLong("vault-id")], parsing: .unconditionalSingleValue,
        help: "A vault identity: label@prompt, label@file or a script; may be repeated.")
    var vaultId: [String] = []

    @Option(
        name: [.customLong("vault-password-file"), .customLong("vault-pass-file")], parsing: .unconditionalSingleValue,
        help: "A file with a vault password, or a script that prints it; may be repeated.")
    var vaultPasswordFile: [String] = []

    @Flag(
        name: [.customShort("J"), .customLong("ask-vault-pass"), .customLong("ask-vault-password")],
        help: "Ask for the vault password.")
    var askVaultPass = false

    func validate() throws {
        if askVaultPass, !vaultPasswordFile.isEmpty {
            throw ValidationError("--ask-vault-pass and --vault-password-file exclude each other")
        }
    }

    var isEmpty: Bool { vaultId.isEmpty && vaultPasswordFile.isEmpty && !askVaultPass }
}
