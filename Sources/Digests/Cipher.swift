//! AES-256 in counter mode: libcrypto.

import CCrypto

/// A stream cipher: the same operation encrypts and decrypts.
package enum AES256Counter {
    /// nil where key (32 bytes) or counter (16 bytes) have a wrong length, or libcrypto refuses.
    package static func apply(_ input: [UInt8], key: [UInt8], counter: [UInt8]) -> [UInt8]? {
        guard key.count == 32, counter.count == 16, let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        guard EVP_EncryptInit_ex(context, EVP_aes_256_ctr(), nil, key, counter) == 1 else { return nil }
        var output = [UInt8](repeating: 0, count: input.count)
        var length: Int32 = 0
        guard input.count <= Int(Int32.max),
            EVP_EncryptUpdate(context, &output, &length, input, Int32(input.count)) == 1, Int(length) == input.count
        else { return nil }
        return output
    }
}

/// Padding to whole blocks as PKCS #7 has it.
package enum BlockPadding {
    private static let block = 16

    package static func add(to bytes: [UInt8]) -> [UInt8] {
        let count = block - bytes.count % block
        return bytes + [UInt8](repeating: UInt8(count), count: count)
    }

    /// nil where the padding is none.
    package static func remove(from bytes: [UInt8]) -> [UInt8]? {
        guard let last = bytes.last, bytes.count % block == 0, (1...block).contains(Int(last)) else { return nil }
        guard bytes.suffix(Int(last)).allSatisfy({ $0 == last }) else { return nil }
        return Array(bytes.dropLast(Int(last)))
    }
}
