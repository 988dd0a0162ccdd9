//! TOML 1.0 as located nodes, so that what reads YAML inventories reads these as well.

import Diagnostics
import YAML

/// Reads one file: tables, arrays of tables, dotted keys.
struct TOMLReader {
    private var scanner: TOMLScanner
    private let root = TOMLTable()
    private let file: SourceFile

    /// The whole document as one mapping.
    static func document(of file: SourceFile) throws(Diagnostic) -> Node {
        var reader = TOMLReader(file: file)
        try reader.read()
        return reader.root.node(at: SourceRange(file: file, offset: 0, length: file.bytes.count))
    }

    private init(file: SourceFile) {
        self.file = file
        scanner = TOMLScanner(file: file)
    }

    private mutating func read() throws(Diagnostic) {
        var table = root
        while true {
            scanner.skipBlanksAndBreaks()
            guard let byte = scanner.peek else { return }
            if byte == UInt8(ascii: "[") { table = try header() } else { try pair(into: table) }
            try scanner.endOfLine()
        }
    }

    /// `[a.b]` or `[[a.b]]`: the table that the following lines fill.
    private mutating func header() throws(Diagnostic) -> TOMLTable {
        let start = scanner.offset
        scanner.advance()
        let isArray = scanner.take("[")
        let keys = try scanner.keys()
        guard scanner.take("]"), !isArray || scanner.take("]") else { throw scanner.wrong("expected ']'") }
        let range = scanner.range(from: start)
        var table = root
        for key in keys.dropLast() { table = try table.step(key, isHeader: true) }
        guard let last = keys.last else { return table }
        return isArray ? try table.appendTable(last, at: range) : try table.define(last)
    }

    private mutating func pair(into table: TOMLTable) throws(Diagnostic) {
        try scanner.pair(into: table)
    }
}

/// A table while it is being filled.
final class TOMLTable {
    enum Item {
        case value(Node)
        case table(TOMLTable)
        case tables([TOMLTable], SourceRange)
    }

    private var items: [(key: TOMLKey, item: Item)] = []
    private var numbers: [String: Int] = [:]
    /// Whether a header or an inline table has defined it: it may not be defined again.
    private var isDefined = false

    /// The table below a dotted key, made where there is none.
    func step(_ key: TOMLKey, isHeader: Bool) throws(Diagnostic) -> TOMLTable {
        guard let number = numbers[key.text] else {
            let table = TOMLTable()
            insert(key, .table(table))
            return table
        }
        switch items[number].item {
        case .table(let table) where isHeader || !table.isDefined: return table
        case .tables(let tables, _) where isHeader:
            if let last = tables.last { return last }
            throw key.twice
        default: throw key.twice
        }
    }

    /// The table of a header.
    func define(_ key: TOMLKey) throws(Diagnostic) -> TOMLTable {
        let table = try step(key, isHeader: true)
        guard !table.isDefined, case .table? = numbers[key.text].map({ items[$0].item }) else { throw key.twice }
        table.isDefined = true
        return table
    }

    func appendTable(_ key: TOMLKey, at range: SourceRange) throws(Diagnostic) -> TOMLTable {
        let table = TOMLTable()
        table.isDefined = true
        if let number = numbers[key.text] {
            guard case .tables(let tables, let first) = items[number].item else { throw key.twice }
            items[number].item = .tables(tables + [table], first)
        } else {
            insert(key, .tables([table], range))
        }
        return table
    }

    func set(_ key: TOMLKey, _ value: Node) throws(Diagnostic) {
        guard numbers[key.text] == nil else { throw key.twice }
        insert(key, .value(value))
    }

    private func insert(_ key: TOMLKey, _ item: Item) {
        numbers[key.text] = items.count
        items.append((key, item))
    }

    func node(at range: SourceRange) -> Node {
        let entries = items.map { key, item in
            let value: Node =
                switch item {
                case .value(let node): node
                case .table(let table): table.node(at: key.range)
                case .tables(let tables, let range):
                    Node(content: .sequence(tables.map { $0.node(at: range) }), range: range)
                }
            return Node.Entry(key: .text(key.text, at: key.range), value: value)
        }
        return Node(content: .mapping(entries), range: range)
    }
}

/// One part of a key.
struct TOMLKey {
    let text: String
    let range: SourceRange

    var twice: Diagnostic {
        Diagnostic(.inventorySyntax, "'\(text)' is defined twice", at: range, help: "merge the two definitions")
    }
}

extension Node {
    static func text(_ text: String, at range: SourceRange) -> Node {
        Node(content: .scalar(.init(text: text, style: .doubleQuoted)), range: range)
    }
}
