//! Checksums of bytes, computed by libcrypto.

import CCrypto

/// The algorithms that hosts and playbooks name.
package enum MessageDigest: String, Sendable, CaseIterable {
    case md5, sha1, sha224, sha256, sha384, sha512

    /// How many hexadecimal digits a checksum has.
    package var hexLength: Int {
        switch self {
        case .md5: 32
        case .sha1: 40
        case .sha224: 56
        case .sha256: 64
        case .sha384: 96
        case .sha512: 128
        }
    }

    /// The raw checksum.
    package func bytes(of content: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard EVP_Digest(content, content.count, &digest, &length, EVP_get_digestbyname(rawValue), nil) == 1 else {
            return []
        }
        return Array(digest[..<Int(length)])
    }

    /// The checksum in lower-case hexadecimal digits; empty where the library refuses the algorithm (FIPS).
    package func hex(of content: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes(of: content).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
