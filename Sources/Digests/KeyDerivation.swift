//! Keys from passwords, message authentication, random bytes: libcrypto.

import CCrypto

/// PBKDF2 with HMAC-SHA256.
package enum KeyDerivation {
    /// nil only where libcrypto refuses, e.g. for want of memory.
    package static func pbkdf2(password: [UInt8], salt: [UInt8], rounds: Int, count: Int) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: count)
        let isDone = password.withUnsafeBytes { password in
            PKCS5_PBKDF2_HMAC(
                password.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: password.count), salt,
                Int32(clamping: salt.count), Int32(clamping: rounds), EVP_sha256(), Int32(clamping: count), &key)
        }
        return isDone == 1 ? key : nil
    }
}

/// scrypt: slow, and in need of memory, so that guessing is dear.
package enum SlowDigest {
    /// 32 bytes, after about a tenth of a second and 64 MiB; nil only where libcrypto refuses.
    package static func scrypt(_ content: [UInt8], salt: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = content.withUnsafeBytes { content in
            EVP_PBE_scrypt(
                content.baseAddress?.assumingMemoryBound(to: CChar.self), content.count, salt, salt.count, 1 << 16, 8,
                1,
                1 << 27, &digest, digest.count)
        }
        return isDone == 1 ? digest : nil
    }
}

/// HMAC-SHA256.
package enum MessageAuthentication {
    package static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        guard HMAC(EVP_sha256(), key, Int32(clamping: key.count), message, message.count, &code, &length) != nil else {
            return nil
        }
        return code
    }

    /// Compares without telling by its time how much is equal.
    package static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}

/// Random bytes fit for keys and salts.
package enum RandomBytes {
    /// nil only where the system has no randomness to give.
    package static func make(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return RAND_bytes(&bytes, Int32(clamping: count)) == 1 ? bytes : nil
    }
}
