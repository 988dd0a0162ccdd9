//! Inventories in the INI form: `[group]`, `[group:children]`, `[group:vars]`, host lines with variables.

import Diagnostics
import Templates
import Values

/// Reads one INI file into an inventory.
struct INIParser {
    private enum Section {
        case hosts(Int)
        case children(String)
        case variables(String)
    }

    private struct Pending {
        let name: String
        let range: SourceRange
    }

    private let file: SourceFile
    private(set) var inventory: Inventory
    private var section = Section.hosts(Inventory.ungrouped)
    /// Groups that have a section of their own, or hosts.
    private var declared: Set<String> = []
    /// Groups of `:children` and `:vars` that are not declared yet: parents and variables wait for them.
    private var waitingParents: [String: [Pending]] = [:]
    private var waitingVariables: [String: [(name: String, value: Located<TemplatedValue>)]] = [:]
    private var firstUse: [String: (range: SourceRange, section: String)] = [:]

    static func parse(_ file: SourceFile, into inventory: Inventory) throws(Diagnostic) -> Inventory {
        var parser = INIParser(file: file, inventory: inventory)
        try parser.parse()
        return parser.inventory
    }

    private init(file: SourceFile, inventory: Inventory) {
        self.file = file
        self.inventory = inventory
        declared = Set(inventory.groupNames)
    }

    private mutating func parse() throws(Diagnostic) {
        let bytes = file.bytes
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            var first = start
            var last = end
            while first < last, bytes[first].isBlank { first += 1 }
            while last > first, bytes[last - 1].isBlank { last -= 1 }
            if first < last, bytes[first] != UInt8(ascii: "#"), bytes[first] != UInt8(ascii: ";") {
                try line(first..<last)
            }
            start = end + 1
        }
        if let (name, use) = firstUse.filter({ !declared.contains($0.key) })
            .min(by: { $0.value.range.offset < $1.value.range.offset })
        {
            throw Diagnostic(
                .inventorySyntax, "the section [\(use.section)] names the group '\(name)', which is not defined",
                at: use.range, help: Suggestion.help(for: name, among: declared.sorted()) ?? "add a section [\(name)]")
        }
    }

    private mutating func line(_ line: Range<Int>) throws(Diagnostic) {
        if file.bytes[line.lowerBound] == UInt8(ascii: "["), try header(line) { return }
        switch section {
        case .hosts(let group): try host(line, group)
        case .children(let parent): try child(line, of: parent)
        case .variables(let group): try variable(line, of: group)
        }
    }

    // MARK: Sections

    /// `[name]`, `[name:kind]`; false for a host line that begins with an IPv6 address or a range.
    private mutating func header(_ line: Range<Int>) throws(Diagnostic) -> Bool {
        let bytes = file.bytes
        guard let close = bytes[line].firstIndex(of: UInt8(ascii: "]")) else {
            throw Diagnostic(.inventorySyntax, "a section that is not closed", at: range(line), help: "add the ']'")
        }
        let inside = text(line.lowerBound + 1..<close)
        let rest = bytes[close + 1..<line.upperBound].first { !$0.isBlank }
        if HostAddress.isIPv6(inside[...]) || (rest != nil && rest != UInt8(ascii: "#")) { return false }
        let place = SourceRange(file: file, offset: line.lowerBound + 1, length: inside.utf8.count)
        let parts = inside.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        try GroupName.check(name, at: place)
        switch parts.count > 1 ? parts[1] : "hosts" {
        case "hosts": section = .hosts(declare(name))
        case "children":
            _ = declare(name)
            section = .children(name)
        case "vars":
            if !declared.contains(name) { remember(name, place, "\(name):vars") }
            section = .variables(name)
        default:
            throw Diagnostic(
                .inventorySyntax, "the section [\(inside)] has the unknown kind '\(parts[1])'", at: place,
                help: Suggestion.help(for: String(parts[1]), among: ["hosts", "children", "vars"])
                    ?? "use [\(name)], [\(name):children] or [\(name):vars]")
        }
        return true
    }

    private mutating func declare(_ name: String) -> Int {
        let group = inventory.ensureGroup(name)
        declared.insert(name)
        for parent in waitingParents.removeValue(forKey: name) ?? [] {
            // A circle is noticed where its last link is written.
            _ = inventory.nest(group, in: inventory.ensureGroup(parent.name))
        }
        for (name, value) in waitingVariables.removeValue(forKey: name) ?? [] {
            inventory.set(name, value, ofGroup: group)
        }
        return group
    }

    private mutating func remember(_ name: String, _ range: SourceRange, _ section: String) {
        if firstUse[name] == nil { firstUse[name] = (range, section) }
    }

    // MARK: Lines

    private mutating func host(_ line: Range<Int>, _ group: Int) throws(Diagnostic) {
        let words = try ShellWord.split(line, of: file)
        guard let first = words.first else { return }
        let address = try HostAddress(first.text, at: first.range)
        var variables: [(name: String, value: Located<TemplatedValue>)] = []
        for word in words.dropFirst() {
            guard let equals = word.text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                throw Diagnostic(
                    .inventorySyntax, "expected 'name=value', found '\(word.text)'", at: word.range,
                    help: "write one host a line, and quote values with spaces")
            }
            let name = String(word.text[..<equals])
            let value = String(word.text[word.text.utf8.index(after: equals)...])
            let skipped = name.utf8.count + 1
            let place = word.isVerbatim ? word.range.slice(from: skipped, length: value.utf8.count) : word.range
            variables.append((name, Located(PythonLiteral.value(of: value, at: place), at: word.range)))
        }
        for name in try HostRange.expand(address.host, at: first.range) {
            let host = inventory.ensureHost(name, at: first.range)
            inventory.join(host: host, group: group)
            if let port = address.port {
                inventory.set("ansible_port", Located(.constant(.int(port)), at: first.range), ofHost: host)
            }
            for (name, value) in variables { inventory.set(name, value, ofHost: host) }
        }
    }

    private mutating func child(_ line: Range<Int>, of parent: String) throws(Diagnostic) {
        let words = try ShellWord.split(line, of: file)
        guard let word = words.first, words.count == 1 else {
            throw Diagnostic(
                .inventorySyntax, "expected the name of one group", at: range(line),
                help: "[\(parent):children] has one group a line")
        }
        try GroupName.check(word.text, at: word.range)
        guard declared.contains(word.text) else {
            waitingParents[word.text, default: []].append(Pending(name: parent, range: word.range))
            remember(word.text, word.range, "\(parent):children")
            return
        }
        guard inventory.nest(inventory.ensureGroup(word.text), in: inventory.ensureGroup(parent)) else {
            throw Diagnostic(
                .inventorySyntax, "group '\(word.text)' cannot stand below '\(parent)', which stands below it",
                at: word.range)
        }
    }

    private mutating func variable(_ line: Range<Int>, of group: String) throws(Diagnostic) {
        let content = text(line)
        guard let equals = content.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            throw Diagnostic(.inventorySyntax, "expected 'name=value', found '\(content)'", at: range(line))
        }
        let name = content[..<equals].trimmed
        let value = content[content.utf8.index(after: equals)...].trimmed
        let place = SourceRange(file: file, offset: line.upperBound - value.utf8.count, length: value.utf8.count)
        let located = Located(PythonLiteral.value(of: value, at: place), at: range(line))
        if declared.contains(group) {
            inventory.set(name, located, ofGroup: inventory.ensureGroup(group))
        } else {
            waitingVariables[group, default: []].append((name, located))
        }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: file.bytes[range], as: UTF8.self) }
    private func range(_ range: Range<Int>) -> SourceRange {
        SourceRange(file: file, offset: range.lowerBound, length: range.count)
    }
}

extension Substring {
    /// Without blanks around it.
    fileprivate var trimmed: String {
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { !$0.isBlank }), let last = bytes.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(self[first...last])
    }
}
