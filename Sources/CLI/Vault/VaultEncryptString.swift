//! `drover vault encrypt_string`: values for YAML files.

import ArgumentParser
import Diagnostics
import Reports
import Vaults

struct VaultEncryptString: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt_string", abstract: "Encrypt a string for a YAML file.", aliases: ["encrypt-string"])
    @OptionGroup(title: "Vaults") var vault: VaultOptions
    @OptionGroup(title: "Vaults") var encryption: VaultEncryption
    @Option(
        name: [.short, .long], parsing: .unconditionalSingleValue, help: "The variable's name; one for each string.")
    var name: [String] = []
    @Option(name: .customLong("stdin-name"), help: "The name of the variable read from standard input.")
    var stdinName: String?
    @Flag(name: .shortAndLong, help: "Ask for the string.") var prompt = false
    @Flag(name: .customLong("show-input"), help: "Show what is typed.") var showInput = false
    @Option(help: "Write into this file; - is standard output.") var output: String?
    @Argument(help: "The strings; - is standard input.") var strings: [String] = []

    func run() throws {
        let encrypt = try encryption.encryptor(vault)
        var text = ""
        for (name, secret) in try secrets() {
            let envelope = VaultFiles.text(try encrypt(Array(secret.utf8)))
            let indented = envelope.split(separator: "\n").map { "          " + $0 }.joined(separator: "\n")
            text += (name.map { $0 + ": " } ?? "") + "!vault |\n\(indented)\n"
        }
        try VaultFiles.write(Array(text.utf8), to: output ?? "-")
    }

    /// The question first, then standard input, then the command line, as in Ansible.
    private func secrets() throws(Diagnostic) -> [(name: String?, secret: String)] {
        var secrets: [(name: String?, secret: String)] = []
        if prompt {
            let name = name.isEmpty ? try Prompt.answer("Variable name (enter for no name): ", echoes: true) : name[0]
            let secret = try Prompt.answer("String to encrypt: ", echoes: showInput)
            guard !secret.isEmpty else { throw Diagnostic(.usage, "The plaintext provided from the prompt was empty") }
            secrets.append((name.isEmpty ? nil : name, secret))
        }
        let arguments = strings.filter { $0 != "-" }
        if strings.count > arguments.count || stdinName != nil || arguments.isEmpty && !prompt {
            let secret = VaultFiles.text(StandardInput.bytes())
            guard !secret.isEmpty else { throw Diagnostic(.usage, "stdin was empty, not encrypting") }
            secrets.append((stdinName ?? (arguments.isEmpty ? name.first : nil), secret))
        }
        for (number, secret) in arguments.enumerated() {
            secrets.append((name.count > number ? name[number] : nil, secret))
        }
        return secrets
    }
}
