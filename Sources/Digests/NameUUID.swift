//! UUIDs that are computed from a name, and CRC-32.

package enum NameUUID {
    /// Version 5: the same namespace and name always give the same UUID. nil unless `namespace` is a UUID.
    package static func version5(_ name: String, namespace: String) -> String? {
        let digits = namespace.filter { !"{}-".contains($0) }
        guard let prefix = Hexadecimal.bytes(digits), prefix.count == 16 else { return nil }
        var bytes = Array(Hash.sha1(prefix + Array(name.utf8)).bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        return text(bytes)
    }

    /// The usual form with hyphens of 16 bytes.
    package static func text(_ bytes: [UInt8]) -> String {
        [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { Hexadecimal.text(bytes[$0]) }.joined(separator: "-")
    }
}

package enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    /// The checksum of zip, gzip and Python's `zlib.crc32`.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    }
}
