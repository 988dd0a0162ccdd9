//! Names of hosts and groups as inventories write them: `host:port`, IPv6 in brackets, ranges.

import Diagnostics

/// A host's name and, if one is written, its port.
struct HostAddress {
    let host: String
    let port: Int?

    /// `web`, `web:2222`, `[2001:db8::1]:22`, `2001:db8::1`; ranges in brackets are left as they are.
    init(_ text: String, at range: SourceRange?) throws(Diagnostic) {
        (host, port) = try Self.parts(text, range)
        try Self.check(host, range)
    }

    private static func parts(_ text: String, _ range: SourceRange?) throws(Diagnostic) -> (host: String, port: Int?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let inside = text[text.index(after: text.startIndex)..<end]
            if isIPv6(inside) {
                let rest = text[text.index(after: end)...]
                if rest.isEmpty { return (String(inside), nil) }
                guard rest.first == ":" else { throw invalid(text, range) }
                return (String(inside), try port(rest.dropFirst(), text, range))
            }
        }
        var colons: [String.Index] = []
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "[": depth += 1
            case "]": depth -= 1
            case ":" where depth == 0: colons.append(index)
            default: break
            }
        }
        guard let colon = colons.first else { return (text, nil) }
        if colons.count > 1 {
            guard isIPv6(text[...]) else { throw invalid(text, range) }
            return (text, nil)
        }
        return (String(text[..<colon]), try port(text[text.index(after: colon)...], text, range))
    }

    private static func port(_ digits: Substring, _ text: String, _ range: SourceRange?) throws(Diagnostic) -> Int {
        guard let port = Int(digits), (1...65_535).contains(port) else {
            throw Diagnostic(
                .inventorySyntax, "'\(text)' has no valid port behind ':'", at: range,
                help: "write 'host:port', or the host alone")
        }
        return port
    }

    static func check(_ host: String, _ range: SourceRange?) throws(Diagnostic) {
        if host.isEmpty { throw Diagnostic(.inventorySyntax, "a host without a name", at: range) }
        if host.utf8.first == UInt8(ascii: "-") {
            throw Diagnostic(
                .inventorySyntax, "the host name '\(host)' could be taken for an option", at: range,
                help: "choose a name without '-' at the beginning, and give the address as ansible_host")
        }
        if host.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") }) {
            throw invalid(host, range)
        }
    }

    private static func invalid(_ text: String, _ range: SourceRange?) -> Diagnostic {
        Diagnostic(.inventorySyntax, "'\(text)' is not a host name", at: range)
    }

    /// Hexadecimal digits, colons (two at least) and perhaps an IPv4 tail or a zone.
    static func isIPv6(_ text: Substring) -> Bool {
        let address = text.prefix { $0 != "%" }
        guard address.utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 2 else { return false }
        return address.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}

/// Rules for names of groups.
enum GroupName {
    /// A name with `_` for everything that a variable's name could not hold.
    static func safe(_ name: String) -> String {
        var safe = ""
        for scalar in name.unicodeScalars {
            let isWord = scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            let isFirstDigit = safe.isEmpty && scalar.properties.numericType != nil
            safe.unicodeScalars.append(isWord && !isFirstDigit ? scalar : "_")
        }
        return safe
    }

    static func check(_ name: String, at range: SourceRange?) throws(Diagnostic) {
        let isBad = name.utf8.contains { $0 <= 0x20 || $0 == 0x7F || "[]:,/".utf8.contains($0) }
        guard !name.isEmpty, !isBad, name.utf8.first != UInt8(ascii: "-") else {
            throw Diagnostic(
                .inventorySyntax, "'\(name)' cannot be a group's name", at: range,
                help: "use letters, digits and '_'")
        }
    }
}
