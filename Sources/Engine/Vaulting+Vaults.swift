//! What the filters `vault` and `unvault` do, with real vaults.

import Diagnostics
import Templates
import Vaults

extension Vaulting {
    /// Encrypts and decrypts with the password that the template names.
    static let vaults = Vaulting(
        encrypt: { text, password, salt, id throws(Diagnostic) in
            let keyring = try keyring(password, id: id)
            return try keyring.encrypt(Array(text.utf8), id: id, salt: salt.map { Array($0.utf8) })
        },
        decrypt: { envelope, password throws(Diagnostic) in try keyring(password, id: nil).decrypt(envelope) })

    private static func keyring(_ password: String, id: String?) throws(Diagnostic) -> VaultKeyring {
        var keyring = VaultKeyring()
        keyring.add(try VaultSecret(id: id ?? "default", password: Array(password.utf8)))
        return keyring
    }
}
