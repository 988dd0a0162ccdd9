//! Offsets in the text of a scalar lead back to the place in the file where that text was written.

import Diagnostics
import Templates
import Testing
import Values
import YAML

@Suite struct ScalarPlacesTests {
    @Test(arguments: [
        "a: x MARK y\n", "a: 'it''s MARK'\n", #"a: "\u00e9\t\"MARK\"""# + "\n", "a: |\n    one\n      two MARK\n",
        "a: >\n  one\n  two\n\n  MARK\n", "a: >-\n\n  one\n    MARK x\n", "a: one\n  two\n  MARK\n",
        "a: \"one\\\n     two\n\n  MARK\"\n", "a: 'one\n   two MARK'\n", "é: |2\n    x\n  MARK\n", "a: |\n  MARK\n",
    ]) func leadBack(_ source: String) throws {
        let file = SourceFile(path: "t", text: source)
        let (nodes, _) = try YAMLReader.documents(of: file)
        guard case .mapping(let entries) = nodes[0].content, case .scalar(let scalar) = entries[0].value.content else {
            Issue.record("no scalar")
            return
        }
        let bytes = Array(scalar.text.utf8)
        let mark = try #require(bytes.indices.first { bytes[$0...].starts(with: "MARK".utf8) })
        let range = entries[0].value.textRange.slice(ofText: scalar.text, from: mark, length: 4)
        let end = Int(range.offset) + Int(range.length)
        #expect(String(decoding: file.bytes[Int(range.offset)..<end], as: UTF8.self) == "MARK")
    }

    @Test func plainFilesMapOneToOne() {
        let file = SourceFile(path: "t.j2", text: "'a' \\n {{ x }}\n")
        let range = SourceRange(file: file, offset: 0, length: file.bytes.count)
        #expect(range.slice(ofText: "'a' \\n {{ x }}\n", from: 10, length: 1).offset == 10)
    }
}

@Suite struct TemplatedValueTests {
    private func read(_ text: String, vault: VaultDecryption? = nil) throws -> TemplatedValue {
        let (nodes, _) = try YAMLReader.documents(of: SourceFile(path: "t", text: text))
        return try TemplatedValue(nodes[0], vault: vault)
    }

    @Test func plainContainersAreOneConstant() throws {
        guard case .constant(let value) = try read("a: [1, {b: '{ {'}]\n") else { throw Diagnostic(.internal, "lazy") }
        #expect(value == ["a": [1, ["b": "{ {"]]])
    }

    @Test(arguments: [
        "a: '{{ x }}'\n", "a: ['{% if x %}{% endif %}']\n", "a: {b: 'x{# c #}'}\n", "a: !!str '{{ x }}'\n",
    ])
    func marksMakeTemplates(_ source: String) throws {
        guard case .dict = try read(source) else { throw Diagnostic(.internal, "constant") }
    }

    @Test func templatesKnowTheirPlace() throws {
        guard case .list(let items) = try read("- x\n- '{{ x }}'\n"), case .template(let template) = items[1] else {
            throw Diagnostic(.internal, "no template")
        }
        #expect(template.text == "{{ x }}")
        #expect(template.range?.offset == 7)
        #expect(template.range?.length == 7)
    }

    @Test func unsafeIsData() throws {
        guard case .constant(let value) = try read("a: !unsafe '{{ x }}'\nb: !unsafe ['{{ y }}']\n") else {
            throw Diagnostic(.internal, "not constant")
        }
        #expect(value == ["a": "{{ x }}", "b": ["{{ y }}"]])
    }

    @Test func vaultedIsDecryptedWhenUsed() throws {
        guard case .dict(let entries) = try read("a: !vault x\n"), case .deferred(let deferred) = entries[0].value
        else {
            throw Diagnostic(.internal, "not deferred")
        }
        #expect(throws: Diagnostic.self) { try deferred.compute() }
    }
}
