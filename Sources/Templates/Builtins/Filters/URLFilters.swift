//! Filters for URLs.

import Diagnostics
import Values

enum URLFilters {
    static let all: [Builtin] = [
        .filter(
            "urlencode", summary: "The text, or the pairs of a dictionary, written for a URL.",
            example: "{{ 'a b/c' | urlencode }} → a%20b/c"
        ) { call throws(Diagnostic) in try encode(call) },
        .filter(
            "urldecode", value: "string", summary: "The text that a URL's text stands for.",
            example: "{{ 'a+b%20c' | urldecode }} → a b c"
        ) {
            call throws(Diagnostic) in
            guard case .string(let text) = call.value else {
                throw call.mistake("'\(call.value.typeName)' object has no attribute 'replace'")
            }
            return .string(PercentEncoding.decoded(text))
        },
        .filter(
            "urlsplit", [.optional("query", "")], summary: "The parts of a URL, or one of them.",
            example: "{{ 'http://h:80/p?x=1' | urlsplit('port') }} → 80"
        ) { call throws(Diagnostic) in
            guard let text = call.value.string else {
                throw call.mistake("'\(call.value.typeName)' object has no attribute 'decode'")
            }
            let parts = try URLParts(text).dictionary
            let name = try call.text(1)
            if name.isEmpty { return .dict(parts) }
            guard let part = parts[name] else {
                throw call.mistake(
                    "urlsplit: unknown URL component: \(name)",
                    help: Suggestion.help(for: name, among: parts.keys.compactMap(\.string)))
            }
            return part
        },
    ]

    private static func encode(_ call: BuiltinCall) throws(Diagnostic) -> Value {
        let pairs: [(Value, Value)]
        switch call.value {
        case .dict(let map): pairs = map.map { ($0.key, $0.value) }
        case .list, .tuple:
            var listed: [(Value, Value)] = []
            for item in try call.elements() {
                guard let pair = try item.elements() else {
                    throw call.mistake("cannot unpack non-iterable \(item.typeName) object")
                }
                guard pair.count == 2 else { throw call.mistake("expected pairs, got \(pair.count) values") }
                listed.append((pair[0], pair[1]))
            }
            pairs = listed
        default: return .string(PercentEncoding.encoded(try call.text(), keepsSlash: true, plus: false))
        }
        var texts: [String] = []
        for (key, value) in pairs {
            let sides = [try key.text(), try value.text()]
            texts.append(
                sides.map { PercentEncoding.encoded($0, keepsSlash: false, plus: true) }.joined(separator: "="))
        }
        return .string(texts.joined(separator: "&"))
    }
}

enum PercentEncoding {
    static func encoded(_ text: String, keepsSlash: Bool, plus: Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "~"):
                output.append(byte)
            case UInt8(ascii: "/") where keepsSlash: output.append(byte)
            case UInt8(ascii: " ") where plus: output.append(UInt8(ascii: "+"))
            default: output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// `+` is a space; a percent sign without two digits stays.
    static func decoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(position + 1)...(position + 2)], as: UTF8.self), radix: 16)
            {
                output.append(byte)
                position += 3
            } else {
                output.append(bytes[position] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[position])
                position += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// A URL taken apart as Python's `urlsplit` does.
struct URLParts {
    var (scheme, netloc, path, query, fragment) = ("", "", "", "", "")
    var (username, password, hostname): (String?, String?, String?) = (nil, nil, nil)
    var port: Int?

    init(_ url: String) throws(Diagnostic) {
        let trimmed = url.unicodeScalars.drop { $0.value <= 0x20 }
        var rest = String(String.UnicodeScalarView(trimmed.filter { !"\t\r\n".unicodeScalars.contains($0) }))[...]
        if let colon = rest.firstIndex(of: ":"), let first = rest.first, first.isASCII, first.isLetter,
            rest[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        {
            scheme = rest[..<colon].lowercased()
            rest = rest[rest.index(after: colon)...]
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
            netloc = String(rest[..<end])
            rest = rest[end...]
        }
        if let hash = rest.firstIndex(of: "#") {
            fragment = String(rest[rest.index(after: hash)...])
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        path = String(rest)
        try splitLocation()
    }

    private mutating func splitLocation() throws(Diagnostic) {
        var location = netloc[...]
        if let at = location.lastIndex(of: "@") {
            let parts = location[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            username = String(parts[0])
            password = parts.count > 1 ? String(parts[1]) : nil
            location = location[location.index(after: at)...]
        }
        var host = location
        var portText: Substring?
        if location.hasPrefix("["), let bracket = location.firstIndex(of: "]") {
            host = location.dropFirst()[..<bracket]
            let after = location[location.index(after: bracket)...]
            portText = after.hasPrefix(":") ? after.dropFirst() : nil
        } else if let colon = location.firstIndex(of: ":") {
            host = location[..<colon]
            portText = location[location.index(after: colon)...]
        }
        hostname = host.isEmpty ? nil : host.lowercased()
        guard let portText, !portText.isEmpty else { return }
        guard let number = Int(portText) else {
            throw Diagnostic(.templateRuntime, "Port could not be cast to integer value as '\(portText)'")
        }
        guard (0...65535).contains(number) else { throw Diagnostic(.templateRuntime, "Port out of range 0-65535") }
        port = number
    }

    var dictionary: OrderedMap {
        func optional(_ text: String?) -> Value { text.map(Value.string) ?? .none }
        return [
            "fragment": .string(fragment), "hostname": optional(hostname), "netloc": .string(netloc),
            "password": optional(password), "path": .string(path), "port": port.map(Value.int) ?? .none,
            "query": .string(query), "scheme": .string(scheme), "username": optional(username),
        ]
    }
}
