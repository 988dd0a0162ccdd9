//! The entries of one mapping as Python's dict would keep them: one a key, merges first, the last value wins.

import Diagnostics
import Values

/// Collects a mapping's entries in order.
struct MappingEntries {
    private var entries: [Node.Entry] = []
    private var keys: [Value] = []
    /// Position by key, only for mappings that are too large to search.
    private var positions: [Value: Int] = [:]
    private var merges: [Node.Entry] = []
    private static let searchable = 12

    /// Adds an entry; returns a warning if its key was there.
    mutating func add(_ entry: Node.Entry) throws(Diagnostic) -> Diagnostic? {
        guard case .scalar(let scalar) = entry.key.content else { throw Self.unhashable(entry.key) }
        if scalar.style == .plain, scalar.text == "<<", entry.key.tag == nil {
            merges += try Self.merged(entry)
            return nil
        }
        var entry = entry
        if scalar.style == .plain, scalar.text == "=", entry.key.tag == nil {
            // PyYAML refuses `=` as a value but takes it as a key.
            let key = Node(content: .scalar(.init(text: "=", style: .plain)), range: entry.key.range, tag: "!!str")
            entry = Node.Entry(key: key, value: entry.value)
        }
        let key = scalar.identity(tag: entry.key.tag)
        guard let position = position(of: key) else {
            append(entry, key)
            return nil
        }
        let first = entries[position]
        // As in Python, the first key stays, with the last value.
        entries[position] = Node.Entry(key: first.key, value: entry.value)
        return Self.duplicate(scalar.text, first: first.key.range, second: entry.key.range)
    }

    /// All entries: what is merged comes first, and gives way to what is written.
    func merged() -> [Node.Entry] {
        guard !merges.isEmpty else { return entries }
        var all = MappingEntries()
        for entry in merges + entries {
            guard case .scalar(let scalar) = entry.key.content else { continue }
            let key = scalar.identity(tag: entry.key.tag)
            if let position = all.position(of: key) {
                all.entries[position] = Node.Entry(key: all.entries[position].key, value: entry.value)
            } else {
                all.append(entry, key)
            }
        }
        return all.entries
    }

    private mutating func append(_ entry: Node.Entry, _ key: Value) {
        entries.append(entry)
        keys.append(key)
        if keys.count == Self.searchable {
            for (position, key) in keys.enumerated() { positions[key] = position }
        } else if keys.count > Self.searchable {
            positions[key] = keys.count - 1
        }
    }

    private func position(of key: Value) -> Int? {
        keys.count < Self.searchable ? keys.firstIndex(of: key) : positions[key]
    }

    /// What `<<` brings in: a mapping, or a list of mappings of which the first ones win.
    private static func merged(_ entry: Node.Entry) throws(Diagnostic) -> [Node.Entry] {
        switch entry.value.content {
        case .mapping(let entries): return entries
        case .sequence(let nodes):
            var merged: [Node.Entry] = []
            for node in nodes.reversed() {
                guard case .mapping(let entries) = node.content else { throw notMergeable(node) }
                merged += entries
            }
            return merged
        case .scalar: throw notMergeable(entry.value)
        }
    }

    private static func notMergeable(_ node: Node) -> Diagnostic {
        Diagnostic(
            .yamlSyntax, "'<<' merges only a mapping or a list of mappings", at: node.range,
            help: "name an anchor of a mapping: '<<: *name'")
    }

    private static func unhashable(_ key: Node) -> Diagnostic {
        let start = Int(key.range.offset)
        let bytes = key.range.file.bytes
        if start > 0, bytes[start] == UInt8(ascii: "{"), bytes[start - 1] == UInt8(ascii: "{") {
            return Diagnostic(
                .yamlSyntax, "a value that begins with '{{' needs quotes",
                at: SourceRange(file: key.range.file, offset: start - 1, length: Int(key.range.length) + 2),
                help: "write \"{{ … }}\" in double quotes, from the beginning of the value to its end")
        }
        return Diagnostic(
            .yamlSyntax, "a list or mapping cannot be a key", at: key.range,
            help: "put the key in quotes if it is meant as text")
    }

    private static func duplicate(_ text: String, first: SourceRange, second: SourceRange) -> Diagnostic {
        var warning = Diagnostic(
            .yamlDuplicateKey, "duplicate key '\(text)', the last value is used", at: second, label: "this one is used",
            help: "remove one of them", severity: .warning)
        warning.labels.append(.init(first, "this one is not"))
        return warning
    }
}

extension Node.Scalar {
    /// What makes two keys the same: `1` and `01` are, `1` and `"1"` are not.
    fileprivate func identity(tag: String?) -> Value {
        guard style == .plain, tag == nil, case .value(let value) = PlainScalar.resolve(text) else {
            return .string(text)
        }
        return value
    }
}
