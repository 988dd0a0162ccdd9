//! Which algorithms a connection may use, in OpenSSH's words.

/// What `HostKeyAlgorithms` and its kin say. Old servers need `+ssh-rsa`.
package struct SSHAlgorithms: Sendable {
    package var hostKeys: String?
    package var publicKeys: String?
    package var keyExchanges: String?
    package var ciphers: String?
    package var macs: String?

    init() {}

    init(_ found: SSHSettings) {
        hostKeys = found["HostKeyAlgorithms"]
        publicKeys = found["PubkeyAcceptedAlgorithms"] ?? found["PubkeyAcceptedKeyTypes"]
        keyExchanges = found["KexAlgorithms"]
        ciphers = found["Ciphers"]
        macs = found["MACs"]
    }

    /// A list as it is, or a change of the usual one: `+` adds, `-` removes, `^` puts first.
    static func list(_ written: String?, usual: [String]) -> [String] {
        guard let written, let sign = written.first else { return usual }
        let names = written.drop { "+-^".contains($0) }.split(separator: ",").map(String.init)
        switch sign {
        case "+": return usual + names.filter { !usual.contains($0) }
        case "-": return usual.filter { algorithm in !names.contains { matches(algorithm, $0) } }
        case "^": return names + usual.filter { !names.contains($0) }
        default: return names
        }
    }

    /// `*` and `?`, as in names of hosts.
    private static func matches(_ name: String, _ pattern: String) -> Bool {
        matches(Array(name.utf8)[...], Array(pattern.utf8)[...])
    }

    private static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == UInt8(ascii: "*") {
            return matches(name, pattern.dropFirst()) || !name.isEmpty && matches(name.dropFirst(), pattern)
        }
        guard let next = name.first, first == UInt8(ascii: "?") || first == next else { return false }
        return matches(name.dropFirst(), pattern.dropFirst())
    }
}
