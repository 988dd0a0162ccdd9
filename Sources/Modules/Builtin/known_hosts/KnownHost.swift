//! One line of a known_hosts file.

import Digests

struct KnownHost: Sendable {
    let marker: String?
    /// Names separated by commas, or one hashed name.
    let hosts: String
    let type: String
    let key: String
    let comment: String

    /// nil for comments and whatever else is no key.
    init?(_ line: String) {
        var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)[...]
        marker = words.first?.hasPrefix("@") == true ? words.removeFirst() : nil
        guard words.count >= 3, let hosts = words.popFirst(), !hosts.hasPrefix("#"), let type = words.popFirst(),
            let key = words.popFirst(), Self.isKey(type, key)
        else { return nil }
        (self.hosts, self.type, self.key) = (hosts, type, key)
        comment = words.joined(separator: " ")
    }

    private init(marker: String?, hosts: String, like other: KnownHost) {
        (self.marker, self.hosts) = (marker, hosts)
        (type, key, comment) = (other.type, other.key, other.comment)
    }

    private static func isKey(_ type: String, _ key: String) -> Bool {
        ["ssh-", "ecdsa-", "sk-"].contains { type.hasPrefix($0) } && key.hasPrefix("AAAA")
    }

    var line: String {
        [marker, hosts, type, key, comment].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }
    var isHashed: Bool { hosts.hasPrefix("|1|") }
    var isRevoked: Bool { marker == "@revoked" }

    func hasKey(_ other: KnownHost) -> Bool { type == other.type && key == other.key }

    /// Whether the line is about a server; patterns in it count as what they are written.
    func names(_ name: String) -> Bool {
        guard isHashed else { return hosts.split(separator: ",").contains { $0.lowercased() == name } }
        let parts = hosts.split(separator: "|").map(String.init)
        guard parts.count == 3, let salt = try? Base64.decode(parts[1]) else { return false }
        return Base64.encode(Self.digest(name, salt: salt)) == parts[2]
    }

    /// The same line with a name that only who knows it can find.
    func hashed(_ name: String) -> KnownHost {
        let salt = (0..<20).map { _ in UInt8.random(in: .min ... .max) }
        let hash = Base64.encode(Self.digest(name, salt: salt))
        return KnownHost(marker: marker, hosts: "|1|\(Base64.encode(salt))|\(hash)", like: self)
    }

    /// HMAC-SHA1, as OpenSSH hashes names.
    private static func digest(_ name: String, salt: [UInt8]) -> [UInt8] {
        let key = salt + [UInt8](repeating: 0, count: max(0, 64 - salt.count))
        let inner = MessageDigest.sha1.bytes(of: key.map { $0 ^ 0x36 } + Array(name.utf8))
        return MessageDigest.sha1.bytes(of: key.map { $0 ^ 0x5C } + inner)
    }
}
