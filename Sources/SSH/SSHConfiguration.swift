//! `ssh_config` files: the settings that hold for one host.

import Glibc

/// Reads configuration files for one host.
package struct SSHConfiguration {
    package private(set) var settings: SSHSettings
    /// The name as it was asked for.
    private let host: String
    private let home: String
    private let user: String
    /// `Include` in a loop.
    private var depth = 0

    private static let deepest = 16

    /// Settings given before the files are read win, and `Match host` looks at them.
    package init(host: String, settings: SSHSettings, home: String, user: String) {
        self.host = host
        self.settings = settings
        self.home = home
        self.user = user
    }

    /// Reads a file; one that does not exist says nothing.
    package mutating func read(file path: String) {
        guard let bytes = readFile(expand(path)) else { return }
        read(String(decoding: bytes, as: UTF8.self), folder: folder(of: expand(path)))
    }

    /// Reads text; relative includes are looked for in `folder`.
    package mutating func read(_ text: String, folder: String) {
        var applies = true
        for line in text.split(whereSeparator: \.isNewline) {
            let (keyword, value) = Self.keywordAndValue(line)
            guard !keyword.isEmpty, !keyword.hasPrefix("#"), let value else { continue }
            switch keyword.lowercased() {
            case "host": applies = matches(Self.words(value))
            case "match": applies = matchesCriteria(Self.words(value))
            case "include": if applies { include(Self.words(value), folder: folder) }
            // The rest of these lines is one value, spaces and all.
            case "proxycommand": if applies { settings.add(keyword, value) }
            default: if applies { settings.add(keyword, Self.unquoted(value)) }
            }
        }
    }

    private mutating func include(_ patterns: [String], folder: String) {
        guard depth < Self.deepest else { return }
        depth += 1
        defer { depth -= 1 }
        for pattern in patterns {
            let path = expand(pattern)
            var found = glob_t()
            defer { globfree(&found) }
            guard glob(path.hasPrefix("/") ? path : "\(folder)/\(path)", 0, nil, &found) == 0 else { continue }
            for index in 0..<Int(found.gl_pathc) {
                if let name = found.gl_pathv[index] { read(file: String(cString: name)) }
            }
        }
    }

    private func matches(_ patterns: [String], _ text: String? = nil) -> Bool {
        let text = text ?? host
        var found = false
        for pattern in patterns {
            if pattern.hasPrefix("!") {
                if Wildcard.matches(String(pattern.dropFirst()), text) { return false }
            } else if Wildcard.matches(pattern, text) {
                found = true
            }
        }
        return found
    }

    /// `Match all`, `host`, `originalhost`, `user`, `localuser`; what we cannot judge does not match.
    private func matchesCriteria(_ words: [String]) -> Bool {
        var words = words[...]
        guard !words.isEmpty else { return false }
        while let word = words.popFirst() {
            let criterion = word.lowercased()
            let negated = criterion.hasPrefix("!")
            let result: Bool
            switch negated ? String(criterion.dropFirst()) : criterion {
            case "all": result = true
            case "final", "canonical": result = false
            case let name:
                guard let value = words.popFirst() else { return false }
                let list = value.split(separator: ",").map(String.init)
                switch name {
                case "host": result = matches(list, settings["HostName"] ?? host)
                case "originalhost": result = matches(list)
                case "user": result = matches(list, settings["User"] ?? user)
                case "localuser": result = matches(list, user)
                default: return false
                }
            }
            if result == negated { return false }
        }
        return true
    }

    private func expand(_ path: String) -> String { path.hasPrefix("~/") ? home + path.dropFirst() : path }

    private func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// `Keyword value`, `Keyword=value`; no value where there is none.
    static func keywordAndValue(_ line: Substring) -> (keyword: String, value: String?) {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let line = line.drop(while: isBlank)
        let keyword = line.prefix { !isBlank($0) && $0 != "=" }
        var rest = line[keyword.endIndex...].drop(while: isBlank)
        if rest.first == "=" { rest = rest.dropFirst().drop(while: isBlank) }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return (String(keyword), rest.isEmpty ? nil : String(rest))
    }

    static func unquoted(_ value: String) -> String {
        guard value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
        return String(value.dropFirst().dropLast())
    }

    /// Words between blanks; quotes hold blanks together.
    private static func words(_ text: String) -> [String] {
        (try? SSHArguments.split(text)) ?? text.split(separator: " ").map(String.init)
    }
}
