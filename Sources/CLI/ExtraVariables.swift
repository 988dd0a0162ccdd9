//! `-e` in all its forms.

import Diagnostics
import Modules
import Playbooks
import Templates
import Values
import YAML

enum ExtraVariables {
    /// All `-e` arguments together, later ones winning.
    static func parse(
        _ arguments: [String], decrypt: @escaping VaultDecryption
    ) throws(Diagnostic) -> [String: TemplatedValue] {
        var all: [String: TemplatedValue] = [:]
        for argument in arguments { all.merge(try parse(argument, decrypt)) { _, new in new } }
        return all
    }

    private static func parse(
        _ argument: String, _ decrypt: @escaping VaultDecryption
    ) throws(Diagnostic) -> [String: TemplatedValue] {
        if argument.hasPrefix("@") {
            let path = Path.expanded(String(argument.dropFirst()))
            return try variables(in: SourceReader(decrypt: decrypt).read(path), decrypt)
        }
        if argument.hasPrefix("{") || argument.hasPrefix("[") || argument.hasPrefix("/") || argument.hasPrefix(".") {
            return try variables(in: SourceFile(path: "<-e>", text: argument), decrypt)
        }
        return try pairs(argument)
    }

    private static func variables(
        in file: SourceFile, _ decrypt: @escaping VaultDecryption
    ) throws(Diagnostic) -> [String: TemplatedValue] {
        guard let node = try YAMLReader.documents(of: file).nodes.first else { return [:] }
        guard case .mapping(let entries) = node.content else {
            throw Diagnostic(
                .usage, "Invalid extra vars data supplied: expected a dictionary", at: node.range,
                help: "write -e key=value, -e '{\"key\": \"value\"}' or -e @file")
        }
        var all: [String: TemplatedValue] = [:]
        for entry in entries {
            guard case .scalar(let key) = entry.key.content else { continue }
            all[key.text] = try TemplatedValue(entry.value, vault: decrypt)
        }
        return all
    }

    /// `a=1 b='x y'`: values are strings. Stray words are passed over, as Ansible does.
    private static func pairs(_ text: String) throws(Diagnostic) -> [String: TemplatedValue] {
        var all: [String: TemplatedValue] = [:]
        let source = SourceFile(path: "<-e>", text: text)
        guard let words = ShellWords.split(text) else {
            throw Diagnostic(.usage, "No closing quotation in '\(text)'", help: "close the quote, or escape it")
        }
        for word in words {
            guard let sign = word.firstIndex(of: "="), sign != word.startIndex else { continue }
            let name = String(word[..<sign]).trimmed
            let value = String(word[word.index(after: sign)...])
            let range = SourceRange(file: source, offset: 0, length: source.bytes.count)
            all[name] = TemplatedValue(text: value, at: range)
        }
        return all
    }
}
