//! known_hosts files: which keys a host may show.

import Glibc

/// The lines of known_hosts files.
package struct KnownHosts: Sendable {
    /// One line that holds a key.
    package struct Entry: Sendable {
        package enum Marker: Sendable { case none, certificateAuthority, revoked }

        package let marker: Marker
        package let patterns: [String]
        package let keyType: String
        /// The key in base64, as it stands in the file.
        package let key: String
        /// `file:line`.
        package let place: String
    }

    package enum Verdict: Sendable {
        case known
        case unknown
        case changed(Entry)
        case revoked(Entry)
    }

    package let entries: [Entry]

    /// Reads the files that exist.
    package init(files: [String]) {
        entries = files.flatMap { path in
            readFile(path).map { Self.parse(String(decoding: $0, as: UTF8.self), path: path) } ?? []
        }
    }

    package init(text: String, path: String) { entries = Self.parse(text, path: path) }

    private static func parse(_ text: String, path: String) -> [Entry] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            var fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).map(String.init)
            guard let first = fields.first, !first.hasPrefix("#") else { return nil }
            var marker = Entry.Marker.none
            if first.hasPrefix("@") {
                switch first {
                case "@cert-authority": marker = .certificateAuthority
                case "@revoked": marker = .revoked
                default: return nil
                }
                fields.removeFirst()
            }
            guard fields.count >= 3 else { return nil }
            return Entry(
                marker: marker, patterns: fields[0].split(separator: ",").map(String.init), keyType: fields[1],
                key: fields[2], place: "\(path):\(index + 1)")
        }
    }

    /// Whether the host may show this key.
    package func verdict(name: String, port: Int, keyType: String, key: String) -> Verdict {
        let own = entries(name: name, port: port)
        // A key noted without a port is good for any port, but says nothing against another key there.
        let plain = port == 22 ? [] : entries.filter { Self.matches($0.patterns, name) }
        if let revoked = (own + plain).first(where: { $0.marker == .revoked && $0.key == key }) {
            return .revoked(revoked)
        }
        let usable = own.filter { $0.marker == .none }
        if (usable + plain.filter { $0.marker == .none }).contains(where: { $0.key == key }) { return .known }
        guard let other = usable.first(where: { $0.keyType == keyType }) ?? usable.first else { return .unknown }
        return .changed(other)
    }

    /// The types of the keys that are known for a host, for asking it for one of them.
    package func keyTypes(name: String, port: Int) -> [String] {
        let plain = port == 22 ? [] : entries.filter { Self.matches($0.patterns, name) }
        return (entries(name: name, port: port) + plain).filter { $0.marker == .none }.map(\.keyType)
    }

    private func entries(name: String, port: Int) -> [Entry] {
        let name = Self.lookupName(name, port: port)
        return entries.filter { Self.matches($0.patterns, name) }
    }

    /// The name under which a host stands in the file.
    package static func lookupName(_ name: String, port: Int) -> String { port == 22 ? name : "[\(name)]:\(port)" }

    private static func matches(_ patterns: [String], _ name: String) -> Bool {
        let name = name.lowercased()
        var found = false
        for pattern in patterns {
            if pattern.hasPrefix("|1|") {
                found = found || matchesHash(pattern, name)
            } else if pattern.hasPrefix("!") {
                if Wildcard.matches(String(pattern.dropFirst()).lowercased(), name) { return false }
            } else {
                found = found || Wildcard.matches(pattern.lowercased(), name)
            }
        }
        return found
    }

    /// `|1|salt|hash`, both in base64.
    private static func matchesHash(_ pattern: String, _ name: String) -> Bool {
        let parts = pattern.split(separator: "|")
        guard parts.count == 3, let salt = Base64.decode(parts[1]), let hash = Base64.decode(parts[2]) else {
            return false
        }
        return HMACSHA1.authenticate(Array(name.utf8), key: salt) == hash
    }

    /// Appends a key; creates the file and its folder, private to the user.
    static func add(name: String, port: Int, keyType: String, key: String, to path: String) -> Bool {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { mkdir(String(path[..<slash]), 0o700) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { _ = close(descriptor) }
        // One write, so that many connections at once cannot mix their lines.
        let line = Array("\(lookupName(name, port: port)) \(keyType) \(key)\n".utf8)
        return write(descriptor, line, line.count) == line.count
    }
}
