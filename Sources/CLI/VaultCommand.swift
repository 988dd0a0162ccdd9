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

    func keyring() throws(Diagnostic) -> VaultKeyring {
        let keyring = try VaultSetup(flags, Configuration(environment: ProcessEnvironment.all)).keyring()
        guard keyring.secrets.isEmpty else { return keyring }
        var asked = VaultKeyring()
        asked.add(try VaultSecret(password: Array(Prompt.secret("Vault password: ").utf8)))
        return asked
    }
}

/// Reads and writes the files of vault commands; `-` is standard input or output.
enum VaultFiles {
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
    @OptionGroup var vault: VaultOptions
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
    @OptionGroup var vault: VaultOptions
    @Option(name: .customLong("encrypt-vault-id"), help: "The identity to encrypt with.") var encryptId: String?
    @Option(help: "Write here instead; - is standard output.") var output: String?
    @Argument var files: [String] = ["-"]

    func run() throws {
        let keyring = try vault.keyring()
        for file in files {
            let bytes = try VaultFiles.read(file)
            guard !VaultKeyring.isEncrypted(bytes) else {
                throw Diagnostic(.vault, "input is already encrypted: \(file)", help: "use `drover vault rekey`")
            }
            try VaultFiles.write(Array(keyring.encrypt(bytes, id: encryptId).utf8), to: output ?? file)
        }
        if output != "-" { FileHandleNote.say("Encryption successful") }
    }
}

struct VaultDecrypt: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "decrypt", abstract: "Decrypt files in place.")
    @OptionGroup var vault: VaultOptions
    @Option(help: "Write here instead; - is standard output.") var output: String?
    @Argument var files: [String] = ["-"]

    func run() throws {
        let keyring = try vault.keyring()
        for file in files { try VaultFiles.write(keyring.decrypt(VaultFiles.read(file)), to: output ?? file) }
        if output != "-" { FileHandleNote.say("Decryption successful") }
    }
}

struct VaultEncryptString: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt_string", abstract: "Encrypt a string for a YAML file.", aliases: ["encrypt-string"])
    @OptionGroup var vault: VaultOptions
    @Option(name: .customLong("encrypt-vault-id"), help: "The identity to encrypt with.") var encryptId: String?
    @Option(name: [.short, .long], help: "The variable's name.") var name: String?
    @Option(name: .customLong("stdin-name"), help: "The name of the variable read from standard input.")
    var stdinName: String?
    @Argument(help: "The string; standard input where there is none.") var strings: [String] = []

    func run() throws {
        let keyring = try vault.keyring()
        let texts = strings.isEmpty ? [VaultFiles.text(StandardInput.bytes())] : strings
        for text in texts {
            let envelope = try keyring.encrypt(Array(text.utf8), id: encryptId)
            let indented = envelope.split(separator: "\n").map { "          " + $0 }.joined(separator: "\n")
            let prefix = (stdinName ?? name).map { $0 + ": " } ?? ""
            try VaultFiles.write(Array("\(prefix)!vault |\n\(indented)\n".utf8), to: "-")
        }
    }
}

struct VaultCreate: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Write a new vault in an editor.")
    @OptionGroup var vault: VaultOptions
    @Argument var file: String

    func run() throws {
        guard !Path.exists(file) else { throw Diagnostic(.vault, "'\(file)' exists", help: "use `drover vault edit`") }
        let keyring = try vault.keyring()
        let bytes = try Editor.edit([])
        try VaultFiles.write(Array(keyring.encrypt(bytes).utf8), to: file)
    }
}

struct VaultEdit: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "edit", abstract: "Change a vault in an editor.")
    @OptionGroup var vault: VaultOptions
    @Argument var files: [String]

    func run() throws {
        let keyring = try vault.keyring()
        for file in files {
            let before = try keyring.decrypt(VaultFiles.read(file))
            let after = try Editor.edit(before)
            if after != before { try VaultFiles.write(Array(keyring.encrypt(after).utf8), to: file) }
        }
    }
}

struct VaultRekey: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rekey", abstract: "Change the password of vaults.")
    @OptionGroup var vault: VaultOptions
    @Option(name: .customLong("new-vault-id"), help: "The new identity.") var newId: String?
    @Option(name: .customLong("new-vault-password-file"), help: "A file with the new password.") var newFile: String?
    @Argument var files: [String]

    func run() throws {
        let keyring = try vault.keyring()
        var new = VaultKeyring()
        if let specification = newId ?? newFile.map({ "default@" + $0 }),
            let secret = try VaultSource(specification).secret()
        {
            new.add(secret)
        } else {
            let password = try Prompt.secret("New Vault password: ")
            guard try Prompt.secret("Confirm New Vault password: ") == password else {
                throw Diagnostic(.vault, "Passwords do not match")
            }
            new.add(try VaultSecret(password: Array(password.utf8)))
        }
        for file in files {
            try VaultFiles.write(Array(new.encrypt(keyring.decrypt(VaultFiles.read(file))).utf8), to: file)
        }
        FileHandleNote.say("Rekey successful")
    }
}

extension VaultFiles {
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// What is said beside the data, on standard error.
enum FileHandleNote {
    static func say(_ text: String) { Output.standard(isColoured: false, width: 80).writeError(text + "\n") }
}
