//! `ansible.cfg`: sections of keys and values, each with its place.

import Diagnostics
import Playbooks

/// One configuration file as it is written.
struct ConfigurationFile: Sendable {
    struct Entry: Sendable {
        let section: String
        let key: String
        var value: String
        let range: SourceRange

        /// `section.key`.
        var name: String { "\(section).\(key)" }
    }

    let path: String
    let text: String
    private(set) var entries: [Entry] = []
    private var numbers: [String: Int] = [:]
    private let source: SourceFile

    init(_ path: String) throws(Diagnostic) {
        self.path = path
        let reader = SourceReader { envelope, range throws(Diagnostic) in
            throw Diagnostic(.vault, "a configuration file cannot be vaulted", at: range)
        }
        source = try reader.read(path)
        text = String(decoding: source.bytes, as: UTF8.self)
        try parse()
    }

    subscript(name: String) -> String? { numbers[name].map { entries[$0].value } }

    private mutating func parse() throws(Diagnostic) {
        var section: String?
        var isContinuing = false
        var offset = 0
        for line in source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = String(decoding: line, as: UTF8.self).trimmed
            let range = SourceRange(file: source, offset: offset, length: line.count)
            offset += line.count + 1
            if text.isEmpty || text.hasPrefix("#") || text.hasPrefix(";") { continue }
            if isContinuing, line.first == 0x20 || line.first == 0x09 {
                entries[entries.count - 1].value += "\n" + text
            } else if text.hasPrefix("["), text.hasSuffix("]") {
                section = String(text.dropFirst().dropLast())
                isContinuing = false
            } else {
                guard let section else {
                    throw Diagnostic(
                        .configuration, "a setting before the first section", at: range, help: "begin with [defaults]")
                }
                try add(text, section, range)
                isContinuing = true
            }
        }
    }

    private mutating func add(_ text: String, _ section: String, _ range: SourceRange) throws(Diagnostic) {
        guard let sign = text.firstIndex(where: { $0 == "=" || $0 == ":" }), sign != text.startIndex else {
            throw Diagnostic(.configuration, "expected 'key = value'", at: range)
        }
        let key = String(text[..<sign]).trimmed.lowercased()
        let value = Self.value(String(text[text.index(after: sign)...]))
        let entry = Entry(section: section, key: key, value: value, range: range)
        guard numbers.updateValue(entries.count, forKey: entry.name) == nil else {
            throw Diagnostic(
                .configuration, "'\(key)' stands twice in [\(section)]", at: range, help: "remove one of the lines")
        }
        entries.append(entry)
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
