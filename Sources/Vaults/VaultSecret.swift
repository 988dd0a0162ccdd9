//! One vault password and what it does to bytes.

import Diagnostics
import Digests

/// A password with the id under which it is known. Printing one shows the id only.
package struct VaultSecret: Sendable, CustomStringConvertible, CustomReflectable {
    package let id: String
    private let password: [UInt8]
    private static let rounds = 10_000
    private static let saltLength = 32

    /// The password is taken as it is; it must not be empty.
    package init(id: String = "default", password: [UInt8]) throws(Diagnostic) {
        guard !password.isEmpty else { throw Diagnostic(.vault, "the vault password of '\(id)' is empty") }
        self.id = id
        self.password = password
    }

    package var description: String { "vault secret '\(id)'" }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }

    private struct Keys {
        let cipher: [UInt8]
        let authentication: [UInt8]
        let counter: [UInt8]
    }

    private func keys(salt: [UInt8]) throws(Diagnostic) -> Keys {
        guard
            let bytes = KeyDerivation.pbkdf2(password: password, salt: salt, rounds: Self.rounds, count: 80)
        else { throw Self.broken }
        return Keys(
            cipher: Array(bytes[0..<32]), authentication: Array(bytes[32..<64]), counter: Array(bytes[64..<80]))
    }

    /// nil where this is not the password.
    func decrypt(_ envelope: VaultEnvelope) throws(Diagnostic) -> [UInt8]? {
        let keys = try keys(salt: envelope.salt)
        guard let code = MessageAuthentication.sha256(envelope.ciphertext, key: keys.authentication) else {
            throw Self.broken
        }
        guard MessageAuthentication.isEqual(code, envelope.code) else { return nil }
        guard let padded = AES256Counter.apply(envelope.ciphertext, key: keys.cipher, counter: keys.counter) else {
            throw Self.broken
        }
        guard let content = BlockPadding.remove(from: padded) else {
            throw Diagnostic(.vault, "vault-encrypted data is authentic but not padded as it should be")
        }
        return content
    }

    /// A given salt makes the result the same every time; only for people who know what that gives away.
    func encrypt(_ content: [UInt8], labelled id: String?, salt: [UInt8]? = nil) throws(Diagnostic) -> VaultEnvelope {
        guard let salt = salt ?? RandomBytes.make(Self.saltLength) else { throw Self.broken }
        let keys = try keys(salt: salt)
        guard
            let ciphertext = AES256Counter.apply(
                BlockPadding.add(to: content), key: keys.cipher, counter: keys.counter),
            let code = MessageAuthentication.sha256(ciphertext, key: keys.authentication)
        else { throw Self.broken }
        return VaultEnvelope(id: id, salt: salt, code: code, ciphertext: ciphertext)
    }

    private static let broken = Diagnostic(.internal, "libcrypto cannot compute what a vault needs")
}
