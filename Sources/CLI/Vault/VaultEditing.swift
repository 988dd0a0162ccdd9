//! `drover vault create`, `edit`, `rekey`: vaults that are written anew.

import ArgumentParser
import Diagnostics
import Playbooks
import Vaults

struct VaultCreate: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Write a new vault in an editor.")
    @OptionGroup(title: "Vaults") var vault: VaultOptions
    @OptionGroup(title: "Vaults") var encryption: VaultEncryption
    @Flag(name: .customLong("skip-tty-check"), help: "Accepted: no terminal is asked for.") var skipCheck = false
    @Argument var file: String

    func run() throws {
        guard !Path.exists(file) else { throw Diagnostic(.vault, "'\(file)' exists", help: "use `drover vault edit`") }
        let encrypt = try encryption.encryptor(vault)
        try VaultFiles.write(encrypt(Editor.edit([])), to: file)
    }
}

struct VaultEdit: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "edit", abstract: "Change a vault in an editor.")
    @OptionGroup(title: "Vaults") var vault: VaultOptions
    @OptionGroup(title: "Vaults") var encryption: VaultEncryption
    @Argument var files: [String]

    func run() throws {
        let keyring = try vault.keyring()
        for file in files {
            let old = try VaultFiles.read(file)
            let before = try keyring.decrypt(old)
            let after = try Editor.edit(before)
            guard after != before else { continue }
            var encryption = encryption
            // What was encrypted for an identity stays with it.
            if encryption.id == nil { encryption.id = keyring.secretID(for: old) }
            try VaultFiles.write(encryption.encryptor(keyring)(after), to: file)
        }
    }
}

struct VaultRekey: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rekey", abstract: "Change the password of vaults.")
    @OptionGroup(title: "Vaults") var vault: VaultOptions
    @OptionGroup(title: "Vaults") var encryption: VaultEncryption
    @Option(name: .customLong("new-vault-id"), help: "The new identity.") var newId: String?
    @Option(name: .customLong("new-vault-password-file"), help: "A file with the new password.") var newFile: String?
    @Argument var files: [String]

    func run() throws {
        let keyring = try vault.keyring()
        var new = VaultKeyring()
        let source = newId.map { VaultSource($0) } ?? newFile.map { VaultSource("default@" + $0) }
        new.add(try source?.secret() ?? VaultPrompt.askTwice(source ?? VaultSource("prompt")))
        let encrypt = try encryption.encryptor(new)
        for file in files { try VaultFiles.write(encrypt(keyring.decrypt(VaultFiles.read(file))), to: file) }
        FileHandleNote.say("Rekey successful")
    }
}
