//! Hashes for password files, computed by libcrypt.

import CCrypt
import CCrypto

/// The schemes of `password_hash` and the user module.
package enum PasswordScheme: String, Sendable, CaseIterable {
    case md5, blowfish, sha256, sha512

    /// The scheme under any of its names.
    package init?(name: String) {
        switch name {
        case "md5", "md5_crypt": self = .md5
        case "blowfish", "bcrypt": self = .blowfish
        case "sha256", "sha256_crypt": self = .sha256
        case "sha512", "sha512_crypt": self = .sha512
        default: return nil
        }
    }

    /// How long a salt is made where none is given.
    package var saltLength: Int {
        switch self {
        case .md5: 8
        case .blowfish: 22
        case .sha256, .sha512: 16
        }
    }

    package var defaultRounds: Int? {
        switch self {
        case .md5: nil
        case .blowfish: 12
        case .sha256: 535_000
        case .sha512: 656_000
        }
    }
}

package enum PasswordHash {
    /// Why a password cannot be hashed.
    package struct Mistake: Error, Sendable { package let message: String }

    private static let saltAlphabet = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// `rounds` nil means the scheme's own number, `ident` the variant of bcrypt (`2b`).
    package static func hash(
        _ password: String, scheme: PasswordScheme, salt: String? = nil, rounds: Int? = nil, ident: String? = nil
    ) throws(Mistake) -> String {
        let salt = salt ?? randomSalt(length: scheme.saltLength)
        try check(salt, scheme)
        return try crypt(password, setting: try setting(scheme, salt: salt, rounds: rounds, ident: ident))
    }

    /// The hash of old Unix systems, which takes eight characters.
    package static func des(_ password: String) throws(Mistake) -> String {
        try crypt(password, setting: randomSalt(length: 2))
    }

    /// Whether libcrypt takes the password for the one that was hashed.
    package static func isHash(_ hash: String, of password: String) -> Bool {
        (try? crypt(password, setting: hash)) == hash
    }

    /// Letters for a salt, from the system's random numbers.
    package static func randomSalt(length: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = (0..<length).map { _ in saltAlphabet.randomElement(using: &generator) ?? UInt8(ascii: ".") }
        return String(decoding: letters, as: UTF8.self)
    }

    private static func check(_ salt: String, _ scheme: PasswordScheme) throws(Mistake) {
        guard salt.utf8.allSatisfy(saltAlphabet.contains) else {
            throw Mistake(message: "invalid characters in salt")
        }
        if scheme == .blowfish, salt.utf8.count != 22 {
            throw Mistake(message: "bcrypt needs a salt of 22 characters, not \(salt.utf8.count)")
        }
        if salt.utf8.count > scheme.saltLength {
            throw Mistake(message: "salt is longer than \(scheme.saltLength) characters")
        }
    }

    private static func setting(
        _ scheme: PasswordScheme, salt: String, rounds: Int?, ident: String?
    ) throws(Mistake) -> String {
        let rounds = rounds ?? scheme.defaultRounds ?? 0
        switch scheme {
        case .md5: return "$1$\(salt)$"
        case .blowfish:
            guard (4...31).contains(rounds) else { throw Mistake(message: "rounds must be 4 to 31, not \(rounds)") }
            return "$\(ident ?? "2b")$\(rounds < 10 ? "0" : "")\(rounds)$\(salt)"
        case .sha256, .sha512:
            guard (1000...999_999_999).contains(rounds) else {
                throw Mistake(message: "rounds must be 1000 to 999999999, not \(rounds)")
            }
            let prefix = scheme == .sha256 ? "$5$" : "$6$"
            return rounds == 5000 ? "\(prefix)\(salt)$" : "\(prefix)rounds=\(rounds)$\(salt)$"
        }
    }

    private static func crypt(_ password: String, setting: String) throws(Mistake) -> String {
        if password.utf8.contains(0) { throw Mistake(message: "a password cannot contain NUL") }
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        data.initialize(to: crypt_data())
        defer {
            // What is left in the working memory could be used to find the password.
            OPENSSL_cleanse(data, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        guard let result = crypt_r(password, setting, data) else { throw Mistake(message: "libcrypt failed") }
        let hash = String(cString: result)
        guard !hash.hasPrefix("*") else { throw Mistake(message: "libcrypt does not know this scheme") }
        return hash
    }
}
