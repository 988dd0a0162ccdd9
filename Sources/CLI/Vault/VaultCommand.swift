//! `drover vault`, which `ansible-vault` is another name for.

import ArgumentParser
import Diagnostics
import Glibc
import Playbooks
import Reports
import Vaults

struct VaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault", abstract: "Encrypt and decrypt files and strings.",
        subcommands: [
            VaultView.self, VaultEncrypt.self, VaultDecrypt.self, VaultEncryptString.self, VaultCreate.self,
            VaultEdit.self, VaultRekey.self,
        ])
}

/// Which secrets open and close vaults.
struct VaultOptions: ParsableArguments {
    @OptionGroup var flags: VaultFlags

    @Flag(name: .shortAndLong, help: "Accepted for compatibility.")
    var verbose: Int

    /// What opens vaults; somebody is asked where nothing is given.
    func keyring() throws(Diagnostic) -> VaultKeyring {
        let keyring = try VaultSetup(flags, Configuration(environment: ProcessEnvironment.all)).keyring()
        guard keyring.secrets.isEmpty else { return keyring }
        var asked = VaultKeyring()
        asked.add(try VaultSecret(password: Array(Prompt.secret("Vault password: ").utf8)))
        return asked
    }
}

/// What closes vaults: one secret, chosen among those that are given.
struct VaultEncryption: ParsableArguments {
    @Option(name: .customLong("encrypt-vault-id"), help: "The identity to encrypt with, where there are several.")
    var id: String?

    /// Encrypts with the chosen secret of a keyring.
    func encryptor(_ keyring: VaultKeyring) throws -> @Sendable ([UInt8]) throws(Diagnostic) -> [UInt8] {
        let configuration = try Configuration(environment: ProcessEnvironment.all)
        let id = id ?? configuration.text(.vaultEncryptIdentity)
        let ids = keyring.secrets.map(\.id)
        guard id != nil || ids.count < 2 else {
            throw Diagnostic(
                .vault,
                "The vault-ids \(ids.joined(separator: ",")) are available to encrypt. Specify the vault-id to encrypt "
                    + "with --encrypt-vault-id", help: "--encrypt-vault-id \(ids[0])"
            ).exiting(5)
        }
        let salt = configuration.text(.vaultEncryptSalt).map { Array($0.utf8) }
        return { bytes throws(Diagnostic) in Array(try keyring.encrypt(bytes, id: id, salt: salt).utf8) }
    }

    /// The same with secrets that are asked for where none are given: twice, because a slip would lose the content.
    func encryptor(_ options: VaultOptions) throws -> @Sendable ([UInt8]) throws(Diagnostic) -> [UInt8] {
        var keyring = try VaultSetup(options.flags, Configuration(environment: ProcessEnvironment.all))
            .keyring(isNew: true)
        if keyring.secrets.isEmpty { keyring.add(try VaultPrompt.askTwice(VaultSource("prompt"))) }
        return try encryptor(keyring)
    }
}

/// Reads and writes the files of vault commands; `-` is standard input or output.
enum VaultFiles {
    /// Several inputs cannot become one output.
    static func check(_ files: [String], _ output: String?) throws {
        guard output != nil, files.count > 1 else { return }
        throw Diagnostic(.usage, "At most one input file may be used with the --output option").exiting(5)
    }

    static func read(_ path: String) throws(Diagnostic) -> [UInt8] {
        guard path == "-" else { return try PlainFile.read(path) }
        return StandardInput.bytes()
    }

    /// Beside the target and renamed, readable for the owner only.
    static func write(_ bytes: [UInt8], to path: String) throws(Diagnostic) {
        guard path != "-" else {
            return Output.standard(isColoured: false, width: 80).write(String(decoding: bytes, as: UTF8.self))
        }
        try PlainFile.write(bytes, to: path, mode: 0o600)
    }
}

struct VaultView: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "view", abstract: "Show what a vault holds.")
    @OptionGroup(title: "Vaults") var vault: VaultOptions
    @Argument var files: [String]

    func run() throws {
        let keyring = try vault.keyring()
        for file in files {
            let text = try keyring.decrypt(VaultFiles.read(file))
            try VaultFiles.write(text, to: "-")
        }
    }
}

struct VaultEncrypt: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "encrypt", abstract: "Encrypt files in place.")
    @OptionGroup(title: "Vaults") var vault: VaultOptions
    @OptionGroup(title: "Vaults") var encryption: VaultEncryption
    @Option(help: "Write here instead; - is standard output.") var output: String?
    @Argument var files: [String] = ["-"]

    func run() throws {
        try VaultFiles.check(files, output)
        let encrypt = try encryption.encryptor(vault)
        for file in files {
            let bytes = try VaultFiles.read(file)
            guard !VaultKeyring.isEncrypted(bytes) else {
                throw Diagnostic(.vault, "input is already encrypted: \(file)", help: "use `drover vault rekey`")
            }
            try VaultFiles.write(encrypt(bytes), to: output ?? file)
        }
        if isatty(STDOUT_FILENO) == 1 { FileHandleNote.say("Encryption successful") }
    }
}

struct VaultDecrypt: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "decrypt", abstract: "Decrypt files in place.")
    @OptionGroup(title: "Vaults") var vault: VaultOptions
    @Option(help: "Write here instead; - is standard output.") var output: String?
    @Argument var files: [String] = ["-"]

    func run() throws {
        try VaultFiles.check(files, output)
        let keyring = try vault.keyring()
        for file in files { try VaultFiles.write(keyring.decrypt(VaultFiles.read(file)), to: output ?? file) }
        if isatty(STDOUT_FILENO) == 1 { FileHandleNote.say("Decryption successful") }
    }
}

extension VaultFiles {
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// What is said beside the data, on standard error.
enum FileHandleNote {
    static func say(_ text: String) { Output.standard(isColoured: false, width: 80).writeError(text + "\n") }
}
