//! YAML files as located nodes: aliases expanded, merge keys applied, duplicate keys reported.

import Diagnostics
import Values

/// Reads YAML.
package enum YAMLReader {
    /// All documents of a file; an empty file has none. Warnings tell of duplicate keys.
    package static func documents(of file: SourceFile) throws(Diagnostic) -> (nodes: [Node], warnings: [Diagnostic]) {
        try file.bytes.withUnsafeBufferPointer { bytes throws(Diagnostic) in
            var builder = try TreeBuilder(file, bytes: bytes)
            let nodes = try builder.documents()
            return (nodes, builder.warnings)
        }
    }

    /// The one document of a file; nil for an empty one.
    package static func document(of file: SourceFile) throws(Diagnostic) -> (node: Node?, warnings: [Diagnostic]) {
        let (nodes, warnings) = try documents(of: file)
        if nodes.count > 1 {
            throw Diagnostic(
                .yamlSyntax, "more than one document in this file", at: nodes[1].range, label: "the second one",
                help: "remove the '---' between them")
        }
        return (nodes.first, warnings)
    }
}

/// Builds the tree of one file from its events.
private struct TreeBuilder: ~Copyable {
    private struct Anchored {
        let node: Node
        let weight: Int
    }

    /// Nodes that aliases may add to what is written; beyond it lies only malice ("billion laughs").
    private static let aliasBudget = 1_000_000
    private static let deepest = 256

    private let file: SourceFile
    private var events: YAMLEventStream
    private var anchors: [String: Anchored] = [:]
    /// Anchors of collections that are still being read.
    private var open: [String] = []
    private var expanded = 0
    private var depth = 0
    var warnings: [Diagnostic] = []

    init(_ file: SourceFile, bytes: UnsafeBufferPointer<UInt8>) throws(Diagnostic) {
        self.file = file
        events = try YAMLEventStream(file, bytes: bytes)
    }

    mutating func documents() throws(Diagnostic) -> [Node] {
        var nodes: [Node] = []
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamStart, .documentEnd: continue
            case .documentStart: anchors.removeAll(keepingCapacity: true)
            case .streamEnd: return nodes
            default: nodes.append(try node(from: event).node)
            }
        }
    }

    /// The node that an event begins, and how many nodes it holds.
    private mutating func node(from event: YAMLEvent) throws(Diagnostic) -> Anchored {
        switch event.kind {
        case .alias(let name): return try alias(name, event)
        case .scalar(let scalar, let properties):
            let start = behindProperties(properties, from: event.start, to: event.end)
            let range = SourceRange(file: file, offset: start, length: max(event.end - start, 0))
            let node = Node(content: .scalar(scalar), range: range, tag: properties.tag)
            return try remember(Anchored(node: node, weight: 1), as: properties.anchor)
        case .sequenceStart(let properties):
            return try collection(event, properties) { b, e throws(Diagnostic) in try b.sequence(e) }
        case .mappingStart(let properties):
            return try collection(event, properties) { b, e throws(Diagnostic) in try b.mapping(e) }
        default: throw Diagnostic(.internal, "unexpected YAML event", at: range(of: event))
        }
    }

    private mutating func alias(_ name: String, _ event: YAMLEvent) throws(Diagnostic) -> Anchored {
        guard let anchored = anchors[name] else {
            if open.contains(name) {
                throw Diagnostic(.yamlSyntax, "the alias '*\(name)' stands inside its own anchor", at: range(of: event))
            }
            throw Diagnostic(
                .yamlSyntax, "no anchor '&\(name)' before this alias", at: range(of: event),
                help: Suggestion.help(for: name, among: anchors.keys.sorted())
                    ?? "put the value in quotes if it is not meant to be an alias")
        }
        expanded += anchored.weight
        guard expanded <= Self.aliasBudget else {
            throw Diagnostic(
                .yamlSyntax, "aliases in this file expand to more than \(Self.aliasBudget) values", at: range(of: event)
            )
        }
        return anchored
    }

    private mutating func collection(
        _ event: YAMLEvent, _ properties: YAMLEvent.Properties,
        _ body: (inout TreeBuilder, Int) throws(Diagnostic) -> (content: Node.Content, end: Int, weight: Int)
    ) throws(Diagnostic) -> Anchored {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw Diagnostic(.yamlSyntax, "more than \(Self.deepest) levels inside each other", at: range(of: event))
        }
        if let anchor = properties.anchor { open.append(anchor) }
        let start = behindProperties(properties, from: event.start, to: file.bytes.count)
        let (content, end, weight) = try body(&self, start)
        if properties.anchor != nil { open.removeLast() }
        let range = SourceRange(file: file, offset: start, length: max(end - start, 0))
        let node = Node(content: content, range: range, tag: properties.tag)
        return try remember(Anchored(node: node, weight: weight), as: properties.anchor)
    }

    private mutating func sequence(_ start: Int) throws(Diagnostic) -> (content: Node.Content, end: Int, weight: Int) {
        var nodes: [Node] = []
        var weight = 1
        var end = start
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind {
                return (.sequence(nodes), endOfCollection(event, from: start, lastChild: end), weight)
            }
            let child = try node(from: event)
            end = max(end, event.end, child.node.end(in: file))
            weight += child.weight
            nodes.append(child.node)
        }
    }

    private mutating func mapping(_ start: Int) throws(Diagnostic) -> (content: Node.Content, end: Int, weight: Int) {
        var entries = MappingEntries()
        var weight = 1
        var end = start
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind {
                let content = Node.Content.mapping(entries.merged())
                return (content, endOfCollection(event, from: start, lastChild: end), weight)
            }
            let key = try node(from: event)
            let valueEvent = try events.next()
            let value = try node(from: valueEvent)
            end = max(end, valueEvent.end, value.node.end(in: file))
            weight += key.weight + value.weight
            if let warning = try entries.add(Node.Entry(key: key.node, value: value.node)) { warnings.append(warning) }
        }
    }

    private mutating func remember(_ anchored: Anchored, as anchor: String?) throws(Diagnostic) -> Anchored {
        guard let anchor else { return anchored }
        if let first = anchors[anchor] {
            var mistake = Diagnostic(
                .yamlSyntax, "the anchor '&\(anchor)' exists already", at: anchored.node.range,
                help: "give one of them another name")
            mistake.labels.append(.init(first.node.range, "the first one"))
            throw mistake
        }
        anchors[anchor] = anchored
        return anchored
    }

    private func range(of event: YAMLEvent) -> SourceRange {
        SourceRange(file: file, offset: event.start, length: max(event.end - event.start, 0))
    }

    /// A block ends with its last child (libyaml would say: where the next token begins), a flow behind its bracket.
    private func endOfCollection(_ event: YAMLEvent, from start: Int, lastChild: Int) -> Int {
        guard start < file.bytes.count, event.end > event.start else { return lastChild }
        let opening = file.bytes[start]
        return opening == UInt8(ascii: "[") || opening == UInt8(ascii: "{") ? event.end : lastChild
    }

    /// Where a node begins behind its tag and anchor.
    private func behindProperties(_ properties: YAMLEvent.Properties, from start: Int, to end: Int) -> Int {
        guard properties.anchor != nil || properties.tag != nil else { return start }
        let bytes = file.bytes
        var offset = start
        while offset < end {
            switch bytes[offset] {
            case UInt8(ascii: "!"), UInt8(ascii: "&"):
                while offset < end, !bytes[offset].isBlank { offset += 1 }
            case UInt8(ascii: "#"):
                while offset < end, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
            case _ where bytes[offset].isBlank: offset += 1
            default: return offset
            }
        }
        return end
    }
}

extension Node {
    /// The offset behind the node; 0 for nodes of another place (expanded aliases lie before their use).
    fileprivate func end(in file: SourceFile) -> Int { range.file === file ? Int(range.offset) + Int(range.length) : 0 }
}

extension UInt8 {
    /// Space, tab or line break.
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
