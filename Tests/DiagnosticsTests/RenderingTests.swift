//! The four ways to print a diagnostic, byte for byte.

import Diagnostics
import Testing

private let file = SourceFile(path: "site.yml", text: "- hosts: web\n  tasks:\n\t- nmae: 日本 x\n")

/// The range of `text` in the sample.
private func range(of text: String, in file: SourceFile = file) -> SourceRange {
    let wanted = Array(text.utf8)
    let offset = file.bytes.indices.first { file.bytes[$0...].starts(with: wanted) } ?? 0
    return SourceRange(file: file, offset: offset, length: wanted.count)
}

private func sample() -> Diagnostic {
    var diagnostic = Diagnostic(
        .unknownKeyword, "'nmae' is not a keyword", at: range(of: "nmae"), label: "unknown",
        help: "did you mean 'name'?", notes: ["keywords are listed in the reference"])
    diagnostic.labels.append(.init(range(of: "hosts"), "in this play"))
    return diagnostic.traced("included here", at: range(of: "tasks"))
}

@Suite struct RenderingTests {
    @Test func fullShowsPlacesNotesHelpAndTrace() {
        let expected = """
            error[unknown-keyword]: 'nmae' is not a keyword
             --> site.yml:3:4
              |
            1 | - hosts: web
              |   ----- in this play
            ...
            3 |     - nmae: 日本 x
              |       ^^^^ unknown
              |
              = note: keywords are listed in the reference
              = help: did you mean 'name'?
              = included here (site.yml:2:3)
            """
        #expect(FullRenderer().render(sample()) == expected)
    }

    @Test func wideCharactersAndTabsDoNotShiftTheMark() {
        let text = FullRenderer().render(Diagnostic(.yamlSyntax, "odd", at: range(of: "x")))
        let lines = text.split(separator: "\n")
        // 4 cells of tab, `- nmae: ` is 8, two wide characters 4, a space 1.
        #expect(lines[4] == "  | " + String(repeating: " ", count: 17) + "^")
    }

    @Test func aMarkAtTheEndOfTheFileIsStillShown() {
        let end = SourceRange(file: file, offset: file.bytes.count, length: 0)
        #expect(FullRenderer().render(Diagnostic(.yamlSyntax, "ends", at: end)).contains("4 |\n  | ^"))
    }

    @Test func severalFilesHaveSeveralSnippets() {
        let other = SourceFile(path: "other.yml", text: "name: x\n")
        var diagnostic = Diagnostic(.yamlDuplicateKey, "twice", at: range(of: "hosts"), severity: .warning)
        diagnostic.labels.append(.init(range(of: "name", in: other), "first"))
        let text = FullRenderer().render(diagnostic)
        #expect(text.hasPrefix("warning[yaml-duplicate-key]: twice\n --> site.yml:1:3"))
        #expect(text.contains("\n ::: other.yml:1:1\n"))
    }

    @Test func sourceCannotSteerTheTerminal() {
        let hostile = SourceFile(path: "x", text: "a: \u{1B}[31mred\n")
        let text = FullRenderer().render(
            Diagnostic(.yamlSyntax, "bad \u{1B}]0;t\u{7}", at: range(of: "red", in: hostile)))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(FullRenderer(colours: true).render(sample()).contains("\u{1B}[1;31merror[unknown-keyword]\u{1B}[0m"))
    }

    @Test func longLinesAreCutAroundTheMark() {
        let long = SourceFile(
            path: "x", text: String(repeating: "a", count: 5_000) + "MARK" + String(repeating: "b", count: 99))
        let text = FullRenderer().render(Diagnostic(.yamlSyntax, "here", at: range(of: "MARK", in: long)))
        let lines = text.split(separator: "\n").map(Array.init)
        #expect(lines.allSatisfy { $0.count < 200 })
        let first = lines[4].firstIndex(of: "^") ?? 0
        #expect(String(lines[3][first..<(first + 4)]) == "MARK")
    }

    @Test func concise() {
        #expect(ConciseRenderer().render(sample()) == "site.yml:3:4: error[unknown-keyword]: 'nmae' is not a keyword")
        #expect(ConciseRenderer().render(Diagnostic(.usage, "no\nplace")) == "error[usage]: no place")
    }

    @Test func ansible() {
        let lines = AnsibleRenderer().render(sample()).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.prefix(2) == ["[ERROR]: 'nmae' is not a keyword", "Origin: site.yml:3:4"])
        #expect(AnsibleRenderer().render(Diagnostic(.usage, "w", severity: .warning)) == "[WARNING]: w")
    }

    @Test func jsonIsOneLineAndEscaped() {
        let text = JSONRenderer().render(Diagnostic(.usage, "a \"b\"\n\u{1}\\", at: range(of: "web"), help: "h"))
        #expect(
            text == #"{"severity":"error","code":"usage","message":"a \"b\"\n\u0001\\","path":"site.yml","line":1,"#
                + #""column":10,"endLine":1,"endColumn":13,"labels":[{"path":"site.yml","line":1,"column":10,"#
                + #""endLine":1,"endColumn":13,"text":""}],"help":"h","notes":[],"trace":[]}"#)
    }
}
