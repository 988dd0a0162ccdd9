//! `ansible.cfg` and the `ANSIBLE_*` environment, in Ansible's precedence.

import Diagnostics
import Glibc
import Playbooks

/// Settings from the environment (stronger) and from the one configuration file that is read.
package struct Configuration: Sendable {
    /// The file that was read, if any.
    package let file: String?
    private let sections: [String: [String: String]]
    private let environment: [String: String]
    /// What is to be told about the configuration itself.
    package let warnings: [Diagnostic]

    package init(environment: [String: String]) throws(Diagnostic) {
        self.environment = environment
        var warnings: [Diagnostic] = []
        let path = Self.find(environment, &warnings)
        file = path
        self.warnings = warnings
        sections = try path.map(Self.parse(file:)) ?? [:]
    }

    /// A setting: the first environment variable that is set, else the key in its section.
    func text(_ variables: [String], _ section: String, _ key: String) -> String? {
        for name in variables { if let value = environment[name] { return value } }
        return sections[section]?[key]
    }

    func flag(_ variables: [String], _ section: String, _ key: String) -> Bool? {
        text(variables, section, key).map { ["1", "true", "yes", "on", "y", "t"].contains($0.lowercased()) }
    }

    func number(_ variables: [String], _ section: String, _ key: String) -> Int? {
        text(variables, section, key).flatMap { Int($0.trimmed) }
    }

    /// Paths separated by colons; relative ones in the file are beside the file.
    func paths(_ variables: [String], _ section: String, _ key: String) -> [String]? {
        for name in variables {
            if let value = environment[name] { return Self.split(value, base: nil) }
        }
        return sections[section]?[key].map { Self.split($0, base: file.map(Path.folder(of:))) }
    }

    func path(_ variables: [String], _ section: String, _ key: String) -> String? {
        paths(variables, section, key)?.first
    }

    private static func split(_ text: String, base: String?) -> [String] {
        text.split(separator: ":").map { part in
            let path = Path.expanded(String(part).trimmed)
            guard let base, !path.hasPrefix("/") else { return path }
            return Path.absolute(Path.join(base, path))
        }
    }

    // MARK: - The file

    /// `ANSIBLE_CONFIG`, the working folder unless anybody may write there, home, `/etc/ansible`.
    private static func find(_ environment: [String: String], _ warnings: inout [Diagnostic]) -> String? {
        if let named = environment["ANSIBLE_CONFIG"] {
            let path = Path.expanded(named)
            if Path.isFolder(path) { return Path.isFile(path + "/ansible.cfg") ? path + "/ansible.cfg" : nil }
            if Path.isFile(path) { return path }
        }
        let here = Path.absolute("ansible.cfg")
        if Path.isFile(here) {
            guard isWorldWritable(Path.currentFolder) else { return here }
            warnings.append(
                Diagnostic(
                    .usage,
                    "Ansible is being run in a world writable directory (\(Path.currentFolder)), ignoring it as an "
                        + "ansible.cfg source", help: "chmod o-w \(Path.currentFolder)", severity: .warning))
        }
        return [Path.expanded("~/.ansible.cfg"), "/etc/ansible/ansible.cfg"].first(where: Path.isFile)
    }

    private static func isWorldWritable(_ folder: String) -> Bool {
        var status = stat()
        return stat(folder, &status) == 0 && status.st_mode & S_IWOTH != 0
    }

    private static func parse(file path: String) throws(Diagnostic) -> [String: [String: String]] {
        let reader = SourceReader { envelope, range throws(Diagnostic) in
            throw Diagnostic(.vault, "a configuration file cannot be vaulted", at: range)
        }
        let source = try reader.read(path)
        var sections: [String: [String: String]] = [:]
        var section = "defaults"
        var lastKey: String?
        for line in String(decoding: source.bytes, as: UTF8.self).split(separator: "\n") {
            let text = String(line).trimmed
            if text.isEmpty || text.hasPrefix("#") || text.hasPrefix(";") { continue }
            if text.hasPrefix("["), text.hasSuffix("]") {
                section = String(text.dropFirst().dropLast())
                lastKey = nil
            } else if let lastKey, line.first == " " || line.first == "\t" {
                sections[section]?[lastKey]? += "\n" + text
            } else if let sign = text.firstIndex(where: { $0 == "=" || $0 == ":" }) {
                let key = String(text[..<sign]).trimmed
                sections[section, default: [:]][key] = value(String(text[text.index(after: sign)...]))
                lastKey = key
            }
        }
        return sections
    }

    /// Without the comment that a blank and `;` begin, and without quotes around it.
    private static func value(_ text: String) -> String {
        var text = text.trimmed
        if let comment = text.indices.first(where: {
            text[$0] == ";" && $0 > text.startIndex && text[text.index(before: $0)] == " "
        }) {
            text = String(text[..<comment]).trimmed
        }
        for quote in ["\"", "'"] where text.count > 1 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return text
    }
}
