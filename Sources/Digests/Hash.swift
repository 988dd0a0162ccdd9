//! Checksums and hashes, computed by libcrypto.

import CCrypto

/// The result of a hash function.
package struct Digest: Sendable, Hashable {
    package let bytes: [UInt8]
    /// Lower-case hexadecimal digits.
    package var hex: String { Hexadecimal.text(bytes) }
}

/// The hash functions that Ansible's filters and modules name.
package enum Hash: String, Sendable, CaseIterable {
    case md5, sha1, sha224, sha256, sha384, sha512
    case sha512_224 = "sha512_224"
    case sha512_256 = "sha512_256"
    case sha3_224 = "sha3_224"
    case sha3_256 = "sha3_256"
    case sha3_384 = "sha3_384"
    case sha3_512 = "sha3_512"
    case blake2b, blake2s, ripemd160

    /// The digest of all bytes at once; nil where libcrypto does not offer the function (`ripemd160`, or md5 under FIPS).
    package func digest(_ bytes: some Sequence<UInt8>) -> Digest? {
        guard let stream = HashStream(self) else { return nil }
        stream.update(Array(bytes))
        return stream.finish()
    }

    package static func md5(_ bytes: [UInt8]) -> Digest { known(.md5, bytes) }
    package static func sha1(_ bytes: [UInt8]) -> Digest { known(.sha1, bytes) }
    package static func sha256(_ bytes: [UInt8]) -> Digest { known(.sha256, bytes) }
    package static func sha512(_ bytes: [UInt8]) -> Digest { known(.sha512, bytes) }

    private static func known(_ hash: Hash, _ bytes: [UInt8]) -> Digest {
        guard let digest = hash.digest(bytes) else {
            preconditionFailure("libcrypto does not offer \(hash.rawValue)")
        }
        return digest
    }

    fileprivate var algorithm: OpaquePointer? {
        switch self {
        case .sha512_224: EVP_get_digestbyname("SHA512-224")
        case .sha512_256: EVP_get_digestbyname("SHA512-256")
        case .sha3_224: EVP_get_digestbyname("SHA3-224")
        case .sha3_256: EVP_get_digestbyname("SHA3-256")
        case .sha3_384: EVP_get_digestbyname("SHA3-384")
        case .sha3_512: EVP_get_digestbyname("SHA3-512")
        case .blake2b: EVP_get_digestbyname("BLAKE2b512")
        case .blake2s: EVP_get_digestbyname("BLAKE2s256")
        default: EVP_get_digestbyname(rawValue)
        }
    }
}

/// A hash of bytes that come piece by piece. Not shared between threads.
package final class HashStream {
    private let context: OpaquePointer

    package init?(_ hash: Hash) {
        guard let algorithm = hash.algorithm, let context = EVP_MD_CTX_new() else { return nil }
        self.context = context
        guard EVP_DigestInit_ex(context, algorithm, nil) == 1 else { return nil }
    }

    deinit { EVP_MD_CTX_free(context) }

    package func update(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    /// Ends the computation.
    package func finish() -> Digest {
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        EVP_DigestFinal_ex(context, &output, &length)
        return Digest(bytes: Array(output.prefix(Int(length))))
    }
}
