//! Places, warnings and mistakes of the reader.

import Diagnostics
import Testing
import Values
import YAML

private func read(_ text: String) throws(Diagnostic) -> Node {
    let (nodes, _) = try YAMLReader.documents(of: SourceFile(path: "t.yml", text: text))
    guard let node = nodes.first else { throw Diagnostic(.internal, "no document") }
    return node
}

private func text(_ range: SourceRange) -> String {
    let end = Int(range.offset) + Int(range.length)
    return String(decoding: range.file.bytes[Int(range.offset)..<end], as: UTF8.self)
}

/// All nodes of a tree, parents first, keys before values.
private func all(_ node: Node) -> [Node] {
    switch node.content {
    case .scalar: [node]
    case .sequence(let nodes): [node] + nodes.flatMap(all)
    case .mapping(let entries): [node] + entries.flatMap { all($0.key) + all($0.value) }
    }
}

private func mistake(_ text: String) -> Diagnostic? {
    do throws(Diagnostic) {
        _ = try read(text)
        return nil
    } catch { return error }
}

@Suite struct YAMLReaderTests {
    @Test func rangesAreExactInBytes() throws {
        let node = try read("ключ: &a !!str значение  # c\n日本:\n  - 'é x'\n  - {a: [ü, b]}\n  - *a\n")
        let texts = all(node).dropFirst().map { text($0.range) }
        #expect(
            texts == [
                "ключ", "значение", "日本", "- 'é x'\n  - {a: [ü, b]}\n  - *a", "'é x'", "{a: [ü, b]}", "a", "[ü, b]",
                "ü",
                "b", "значение",
            ])
        #expect(all(node)[2].tag == "!!str")
        #expect(try read("\u{FEFF}é: x\n").range.offset == 3)
    }

    @Test func longTextsKeepTheirOffsets() throws {
        let lines = (0..<300).map { "k\($0): \"äöü\($0)\"" }.joined(separator: "\n")
        let values = all(try read(lines)).dropFirst().enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        #expect(values.enumerated().allSatisfy { text($0.element.range) == "\"äöü\($0.offset)\"" })
    }

    @Test func duplicateKeysWarnAndTheLastOneWins() throws {
        let (nodes, warnings) = try YAMLReader.documents(of: SourceFile(path: "t", text: "a: 1\nb: 2\na: 3\n"))
        #expect(try nodes[0].value() == ["a": 3, "b": 2])
        #expect(warnings.map(\.code) == [.yamlDuplicateKey])
        #expect(warnings[0].labels.map(\.range.position.line) == [3, 1])
        #expect(try YAMLReader.documents(of: SourceFile(path: "t", text: "1: a\n'1': b\n")).warnings.isEmpty)
        let many = (0..<40).map { "k\($0): x\n" }.joined() + "k3: y\n"
        #expect(try YAMLReader.documents(of: SourceFile(path: "t", text: many)).warnings.count == 1)
    }

    @Test func mergedKeysDoNotWarn() throws {
        let source = SourceFile(path: "t", text: "- &b {x: 1}\n- {<<: *b, x: 2}\n")
        let (nodes, warnings) = try YAMLReader.documents(of: source)
        #expect(warnings.isEmpty)
        #expect(try nodes[0].value() == [["x": 1], ["x": 2]])
    }

    @Test func billionLaughsAreRefused() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(mistake(text)?.message.contains("expand to more than") == true)
        #expect(mistake("a: &a [*a]\n")?.message.contains("inside its own anchor") == true)
        #expect(mistake(String(repeating: "[", count: 5_000)) != nil)
    }

    @Test(arguments: [
        ("a: {{ b }}\n", "begins with '{{'", 1, 4), ("a: {{ b }}/c\n", "begins with '{{'", 1, 4),
        ("- x\n- {{ b }} c\n", "begins with '{{'", 2, 3), ("a:\n\tb: c\n", "tab", 2, 1),
        ("a: b: c\n", "second ': '", 1, 5), ("a: \"b\nc: d\n", "never closed", 1, 4),
        ("a: b\nc:d\ne: f\n", "no space behind the colon", 2, 1), ("a: \"b\" c\n", "behind a closing quote", 1, 8),
        ("a: @b\n", "cannot begin with '@'", 1, 4), ("a: \"\\d\"\n", "unknown escape", 1, 5),
        ("a: *.txt\n", "quotes", 1, 4), ("a: - b\n", "list cannot begin", 1, 4),
        ("a:\n  - b\n c: d\n", "indented differently", 3, 2),
    ]) func commonMistakesAreExplained(_ source: String, _ hint: String, _ line: Int, _ column: Int) throws {
        let diagnostic = try #require(mistake(source))
        #expect((diagnostic.message + (diagnostic.help ?? "")).contains(hint), "\(diagnostic.message)")
        #expect(diagnostic.range?.description == "t.yml:\(line):\(column)")
        #expect(diagnostic.help != nil)
    }

    @Test func badBytesAreRefusedWithTheirPlace() {
        let file = SourceFile(path: "t", bytes: Array("a: x\nb: ".utf8) + [0xFF, 0x0A])
        do throws(Diagnostic) {
            _ = try YAMLReader.documents(of: file)
            Issue.record("read")
        } catch { #expect(error.range?.position.line == 2) }
        #expect(mistake("a: \u{0}\n") != nil)
    }

    @Test func unknownTagsAreRefusedWithASuggestion() throws {
        let node = try read("a: !valt x\n")
        #expect(throws: Diagnostic.self) { try node.value() }
        do { _ = try node.value() } catch { #expect(error.help == "did you mean '!vault'?") }
    }

    @Test func vaultedTextIsDecrypted() throws {
        let value = try read("!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n").value { envelope, _ in
            String(envelope.reversed())
        }
        #expect(value.string?.hasPrefix("\n2313\n") == true)
    }
}
