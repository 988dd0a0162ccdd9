//! Passwords as Apache's own files keep them: `$apr1$`, `{SHA}` and what libcrypt knows.

/// Hashes of a web server's password file.
package enum ApacheHash {
    private static let magic = "$apr1$"

    /// A thousand rounds of MD5 over a salt of at most eight characters.
    package static func apr1(_ password: String, salt: String) -> String {
        let password = Array(password.utf8)
        let salt = Array(salt.utf8.prefix(8))
        let between = MessageDigest.md5.bytes(of: password + salt + password)
        var text = password + Array(magic.utf8) + salt
        for start in stride(from: 0, to: password.count, by: 16) {
            text += between.prefix(min(16, password.count - start))
        }
        var count = password.count
        while count > 0 {
            text.append(count & 1 == 1 ? 0 : password[0])
            count >>= 1
        }
        var digest = MessageDigest.md5.bytes(of: text)
        for round in 0..<1000 {
            var text = round & 1 == 1 ? password : digest
            if round % 3 != 0 { text += salt }
            if round % 7 != 0 { text += password }
            text += round & 1 == 1 ? digest : password
            digest = MessageDigest.md5.bytes(of: text)
        }
        return magic + String(decoding: salt, as: UTF8.self) + "$" + letters(of: digest)
    }

    private static let alphabet = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Three bytes are four letters; which three belong together is what the first such program did.
    private static func letters(of digest: [UInt8]) -> String {
        var letters: [UInt8] = []
        func add(_ bytes: [Int], count: Int) {
            var number = bytes.reduce(0) { $0 << 8 | Int(digest[$1]) }
            for _ in 0..<count {
                letters.append(alphabet[number & 63])
                number >>= 6
            }
        }
        for (first, second, third) in [(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)] {
            add([first, second, third], count: 4)
        }
        add([11], count: 2)
        return String(decoding: letters, as: UTF8.self)
    }

    package static func sha1(_ password: String) -> String {
        "{SHA}" + Base64.encode(MessageDigest.sha1.bytes(of: Array(password.utf8)))
    }

    /// Whether a line of such a file is of this password; what is no hash is the password itself.
    package static func isHash(_ hash: String, of password: String) -> Bool {
        if hash.hasPrefix(magic) {
            let salt = hash.dropFirst(magic.utf8.count).prefix { $0 != "$" }
            return apr1(password, salt: String(salt)) == hash
        }
        if hash.hasPrefix("{SHA}") { return sha1(password) == hash }
        return hash == password || PasswordHash.isHash(hash, of: password)
    }
}
