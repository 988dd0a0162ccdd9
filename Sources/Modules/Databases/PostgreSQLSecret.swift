//! Whether a password is the one that a PostgreSQL server has on record.

import Digests

/// What `pg_authid.rolpassword` holds.
struct PostgreSQLSecret: Sendable {
    let stored: String

    /// A stored form instead of a password, which the server takes as it is.
    static func isStoredForm(_ text: String) -> Bool {
        text.hasPrefix("SCRAM-SHA-256$")
            || text.hasPrefix("md5") && text.utf8.count == 35 && Hexadecimal.bytes(String(text.dropFirst(3))) != nil
    }

    func isOf(_ password: String, user: String) -> Bool {
        if Self.isStoredForm(password) { return stored == password }
        if stored.hasPrefix("md5") { return stored == "md5" + MessageDigest.md5.hex(of: Array((password + user).utf8)) }
        return isScram(of: Array(password.utf8))
    }

    /// `SCRAM-SHA-256$<rounds>:<salt>$<stored key>:<server key>`, RFC 5803.
    private func isScram(of password: [UInt8]) -> Bool {
        let parts = stored.split(separator: "$").map(String.init)
        guard parts.count == 3, parts[0] == "SCRAM-SHA-256", let (rounds, salt) = parts[1].halves(at: ":"),
            let (key, _) = parts[2].halves(at: ":"), let rounds = Int(rounds), let salt = try? Base64.decode(salt),
            let salted = KeyDerivation.pbkdf2(password: password, salt: salt, rounds: rounds, count: 32),
            let client = MessageAuthentication.sha256(Array("Client Key".utf8), key: salted)
        else { return false }
        return Base64.encode(MessageDigest.sha256.bytes(of: client)) == key
    }
}
