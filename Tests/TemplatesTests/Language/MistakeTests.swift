//! What goes wrong, and where it is said to be.

import Diagnostics
import Templates
import Testing
import Values

@Suite struct MistakeTests {
    private func located(_ source: String, from start: Int, length: Int, text: String) -> Diagnostic? {
        let file = SourceFile(path: "play.yml", text: source)
        let template = Template(text, at: SourceRange(file: file, offset: start, length: length))
        do throws(Diagnostic) {
            _ = try template.evaluate(in: scope(["http_port": 80]))
            return nil
        } catch {
            return error
        }
    }

    @Test func undefinedNamePointsIntoTheQuotedString() throws {
        let source = "port: \"a \\\" {{ htpt_port }}\"\n"
        let mistake = try #require(located(source, from: 6, length: 22, text: "a \" {{ htpt_port }}"))
        #expect(mistake.code == .undefinedVariable)
        #expect(mistake.message == "'htpt_port' is undefined")
        #expect(mistake.help == "did you mean 'http_port'?")
        #expect(mistake.range?.description == "play.yml:1:16")
        #expect(mistake.range?.length == 9)
    }

    @Test func placesInBlockScalars() throws {
        let source = "text: |\n    one\n    two {{ nope }}\n"
        let mistake = try #require(
            located(source, from: 6, length: source.utf8.count - 6, text: "one\ntwo {{ nope }}\n"))
        #expect(mistake.range?.description == "play.yml:3:12")
    }

    @Test func syntaxMistakesWaitUntilTheTemplateIsUsed() {
        let template = Template("{{ (1 }}", at: nil)
        #expect(template.mistake?.message == "Syntax error in template: unexpected '}', expected ')'")
        #expect(template.mistake?.code == .templateSyntax)
    }

    @Test func unknownFilterSuggestsANeighbour() {
        #expect(Template("{{ x | uper }}", at: nil).mistake?.help == "did you mean 'upper'?")
    }

    @Test(arguments: [
        "{{ loop1 }}", "{{ range(999999999999) | list }}", "{{ 'x' * 999999999 }}", "{{ 9 ** 99999999 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    ])
    func runawayTemplatesEnd(_ template: String) {
        #expect(mistake(template, ["loop1": "{{ loop2 }}", "loop2": "{{ loop1 }}"])?.code == .templateRecursion)
    }

    @Test func deepNestingIsRefused() {
        let template = "{{ " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000) + " }}"
        #expect(Template(template, at: nil).mistake?.code == .templateSyntax)
    }

    @Test func dataIsNeverATemplate() throws {
        let source = DictionarySource(["x": "{{ '{{ 1 }}' }}"])
        let value = try Template("{{ x }}", at: nil).evaluate(in: RenderScope(source, environment: .standard))
        #expect(value == "{{ 1 }}")
    }
}
