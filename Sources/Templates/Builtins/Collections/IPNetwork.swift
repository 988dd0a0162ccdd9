//! IPv4 and IPv6 addresses with a prefix length.

import Glibc

/// An address, and the network it lies in if a prefix length or netmask was given.
struct IPNetwork: Equatable {
    let bytes: [UInt8]
    let prefix: Int
    /// Whether the text named a prefix length or netmask.
    let hasPrefix: Bool

    var isVersion6: Bool { bytes.count == 16 }
    var version: Int { isVersion6 ? 6 : 4 }
    var bits: Int { bytes.count * 8 }

    init(bytes: [UInt8], prefix: Int, hasPrefix: Bool = true) {
        self.bytes = bytes
        self.prefix = prefix
        self.hasPrefix = hasPrefix
    }

    /// `10.0.0.1`, `10.0.0.1/24`, `10.0.0.1/255.255.255.0`, `fe80::1/64`; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let bytes = IPNetwork.address(parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(bytes: bytes, prefix: bytes.count * 8, hasPrefix: false)
            return
        }
        guard let prefix = IPNetwork.prefix(parts[1], bits: bytes.count * 8) else { return nil }
        self.init(bytes: bytes, prefix: prefix)
    }

    private static func address(_ text: String) -> [UInt8]? {
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }

    private static func prefix(_ text: String, bits: Int) -> Int? {
        if let number = Int(text), text.allSatisfy(\.isNumber) { return (0...bits).contains(number) ? number : nil }
        guard bits == 32, let mask = address(text), mask.count == 4 else { return nil }
        let value = mask.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let ones = (~value).leadingZeroBitCount
        return value == (ones == 0 ? 0 : UInt32.max << UInt32(32 - ones)) ? ones : nil
    }

    static func text(_ bytes: [UInt8]) -> String {
        var buffer = [UInt8](repeating: 0, count: 64)
        let family = bytes.count == 16 ? AF_INET6 : AF_INET
        let made = buffer.withUnsafeMutableBytes { output in
            inet_ntop(family, bytes, output.bindMemory(to: CChar.self).baseAddress, socklen_t(output.count)) != nil
        }
        return made ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : ""
    }

    var address: String { IPNetwork.text(bytes) }

    var netmask: [UInt8] {
        bytes.indices.map { index in
            let ones = min(8, max(0, prefix - 8 * index))
            return UInt8(truncatingIfNeeded: 0xFF00 >> ones)
        }
    }

    /// The first address of the network.
    var network: [UInt8] { zip(bytes, netmask).map { $0 & $1 } }
    /// The last address of the network.
    var last: [UInt8] { zip(bytes, netmask).map { $0 | ~$1 } }

    /// The address `offset` behind the first one (or before the end, where negative); nil outside of the network.
    func host(_ offset: Int) -> [UInt8]? {
        guard offset.magnitude < 1 << 62 else { return nil }
        var result = offset < 0 ? last : network
        var carry = offset < 0 ? offset + 1 : offset
        for index in result.indices.reversed() {
            let sum = Int(result[index]) + carry
            result[index] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        return carry == 0 && contains(result) ? result : nil
    }

    func contains(_ other: [UInt8]) -> Bool {
        other.count == bytes.count && zip(zip(other, netmask).map { $0 & $1 }, network).allSatisfy { $0 == $1 }
    }

    /// 2 to the power of the bits for hosts; nil beyond 64 bits.
    var size: UInt64? { bits - prefix < 64 ? 1 << UInt64(bits - prefix) : nil }

    var isLoopback: Bool { isVersion6 ? bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1 : bytes[0] == 127 }
    var isMulticast: Bool { isVersion6 ? bytes[0] == 0xFF : (224...239).contains(bytes[0]) }
    var isLinkLocal: Bool {
        isVersion6 ? bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 : bytes[0] == 169 && bytes[1] == 254
    }
    var isPrivate: Bool {
        if isVersion6 { return bytes[0] & 0xFE == 0xFC }
        return bytes[0] == 10 || (bytes[0] == 172 && bytes[1] & 0xF0 == 16) || (bytes[0] == 192 && bytes[1] == 168)
    }
}
