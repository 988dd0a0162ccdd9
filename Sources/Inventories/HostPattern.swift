//! Host patterns: `web:!db:&prod`, `~regex`, `web*`, `web[0:2]`, lists with commas.

import Diagnostics
import Regexes

/// One part of a pattern.
struct HostPattern {
    enum Kind: Equatable { case union, intersection, exclusion }

    let kind: Kind
    /// Without `!` or `&`, and without a subscript.
    let name: String
    /// As written.
    let text: String
    let subscripts: Subscript?

    struct Subscript: Equatable {
        let first: Int
        /// The last one; nil up to the end. Equal to `first` for a single host.
        let last: Int?
        let isSingle: Bool

        func applied(to hosts: [Int]) -> [Int] {
            let first = first < 0 ? hosts.count + first : first
            guard first >= 0, first < hosts.count else { return [] }
            if isSingle { return [hosts[first]] }
            let end = last.map { min($0, hosts.count - 1) } ?? hosts.count - 1
            return first <= end ? Array(hosts[first...end]) : []
        }
    }

    /// The parts of a pattern; an address with a port or of IPv6 is one part.
    static func split(_ pattern: String) -> [HostPattern] {
        var parts: [String] = []
        for item in pattern.split(separator: ",") {
            let text = item.trimmingBlanks
            if text.isEmpty { continue }
            if isAddress(text) { parts.append(text) } else { parts += splitAtColons(text) }
        }
        return parts.filter { !$0.isEmpty }.map(HostPattern.init(text:))
    }

    private static func isAddress(_ text: String) -> Bool {
        if text.hasPrefix("~") || HostAddress.isIPv6(text[...]) { return true }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return HostAddress.isIPv6(text[text.index(after: text.startIndex)..<end])
        }
        return parts.count == 2 && !parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func splitAtColons(_ text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        for character in text {
            if character == "[" { depth += 1 }
            if character == "]" { depth = max(depth - 1, 0) }
            if character == ":", depth == 0 {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        return (parts + [part]).map { $0[...].trimmingBlanks }
    }

    private init(text: String) {
        self.text = text
        var name = text[...]
        switch name.first {
        case "!": kind = .exclusion
        case "&": kind = .intersection
        default: kind = .union
        }
        if kind != .union { name = name.dropFirst() }
        if name.first != "~", let open = name.lastIndex(of: "["), name.last == "]", open > name.startIndex,
            let parsed = Self.parse(name[name.index(after: open)...].dropLast())
        {
            subscripts = parsed
            name = name[..<open]
        } else {
            subscripts = nil
        }
        self.name = String(name)
    }

    private static func parse(_ text: Substring) -> Subscript? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let first = Int(parts[0]), !parts[0].hasPrefix("+") else { return nil }
        if parts.count == 1 { return Subscript(first: first, last: first, isSingle: true) }
        guard parts.count == 2, first >= 0 else { return nil }
        if parts[1].isEmpty { return Subscript(first: first, last: nil, isSingle: false) }
        guard let last = Int(parts[1]), last >= 0 else { return nil }
        return Subscript(first: first, last: last, isSingle: false)
    }
}

/// Decides which names a pattern's part means.
enum NameMatcher {
    case exact(String)
    case glob([UInt8])
    case regex(Pattern)

    init(_ name: String) throws(Diagnostic) {
        if name.hasPrefix("~") {
            do throws(Diagnostic) { self = .regex(try Pattern(String(name.dropFirst()))) } catch {
                throw Diagnostic(.hostPattern, "the host pattern '\(name)' is no regular expression: \(error.message)")
            }
        } else if name.utf8.contains(where: { "*?[".utf8.contains($0) }) {
            self = .glob(Array(name.utf8))
        } else {
            self = .exact(name)
        }
    }

    func matches(_ name: String) throws(Diagnostic) -> Bool {
        switch self {
        case .exact(let exact): exact == name
        case .glob(let glob): Glob.matches(glob[...], Array(name.utf8)[...])
        case .regex(let pattern): try pattern.match(name) != nil
        }
    }
}

extension Substring {
    /// Without spaces and tabs around it.
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
