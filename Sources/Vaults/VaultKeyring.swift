//! All vault passwords of a run, by id.

import Diagnostics

/// Decrypts with the password that fits, encrypts with the one that is asked for.
package struct VaultKeyring: Sendable {
    /// In the order in which they were given.
    package private(set) var secrets: [VaultSecret] = []
    /// Whether only passwords of the id that the data names are tried (`vault_id_match`).
    package var requiresMatchingID: Bool

    package init(requiresMatchingID: Bool = false) { self.requiresMatchingID = requiresMatchingID }

    package mutating func add(_ secret: VaultSecret) { secrets.append(secret) }

    /// Whether a file's content is vault-encrypted.
    package static func isEncrypted(_ content: [UInt8]) -> Bool { content.starts(with: VaultEnvelope.mark.utf8) }

    /// The content of an envelope. The first passwords tried are those whose id the data names.
    package func decrypt(_ content: [UInt8], at range: SourceRange? = nil) throws(Diagnostic) -> [UInt8] {
        let envelope = try VaultEnvelope(content, at: range)
        let matching = secrets.filter { $0.id == envelope.id }
        let others = secrets.filter { $0.id != envelope.id }
        let candidates = requiresMatchingID && envelope.id != nil ? matching : matching + others
        for secret in candidates {
            do throws(Diagnostic) {
                if let content = try secret.decrypt(envelope) { return content }
            } catch { throw error.located(at: range) }
        }
        throw failure(envelope, tried: candidates, at: range)
    }

    /// The same for text, as a `!vault` value or a whole YAML file.
    package func decrypt(_ text: String, at range: SourceRange? = nil) throws(Diagnostic) -> String {
        let content = try decrypt(Array(text.utf8), at: range)
        guard let text = String(validating: content, as: UTF8.self) else {
            throw Diagnostic(.vault, "the decrypted content is not UTF-8 text", at: range)
        }
        return text
    }

    /// The id of the secret that opens a content; nil where none does.
    package func secretID(for content: [UInt8]) -> String? {
        guard let envelope = try? VaultEnvelope(content, at: nil) else { return nil }
        return secrets.first { (try? $0.decrypt(envelope)) != nil }?.id
    }

    /// The envelope of a content, for the password of `id`, or for the first one. Passwords with an id of their own
    /// give the form 1.2, which names it.
    package func encrypt(_ content: [UInt8], id: String? = nil, salt: [UInt8]? = nil) throws(Diagnostic) -> String {
        guard let secret = id.map({ id in secrets.first { $0.id == id } }) ?? secrets.first else {
            let known = secrets.map(\.id)
            throw Diagnostic(
                .vault, id.map { "no vault password with the id '\($0)'" } ?? "no vault password was given",
                help: id.flatMap { Suggestion.help(for: $0, among: known) }
                    ?? "give one with --vault-id or --vault-password-file")
        }
        let label = secret.id == "default" ? nil : secret.id
        return try secret.encrypt(content, labelled: label, salt: salt).text
    }

    private func failure(_ envelope: VaultEnvelope, tried: [VaultSecret], at range: SourceRange?) -> Diagnostic {
        let wanted = envelope.id.map { " (encrypted for the vault id '\($0)')" } ?? ""
        guard !tried.isEmpty else {
            return Diagnostic(
                .vault, "no vault password for this encrypted data\(wanted)", at: range,
                help: "give one with --vault-id, --vault-password-file or --ask-vault-pass")
        }
        let ids = tried.map { "'\($0.id)'" }.joined(separator: ", ")
        return Diagnostic(
            .vault,
            "Decryption failed (no vault secrets were found that could decrypt)\(wanted)", at: range,
            help: "check the password, and that the data is complete", notes: ["tried the vault ids \(ids)"])
    }
}
