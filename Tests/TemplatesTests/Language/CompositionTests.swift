//! Inheritance, includes, imports and macros.

import Diagnostics
import Templates
import Testing
import Values

@Suite struct CompositionTests {
    private let base = "<{% block head %}base {{ x }}{% endblock %}|{% block body scoped %}{% endblock %}>"

    @Test func childReplacesBlocks() throws {
        let text = try render(
            "{% extends 'base' %}ignored{% block head %}child {{ super() }}{% endblock %}", ["x": 1],
            templates: ["base": base])
        #expect(text == "<child base 1|>")
    }

    @Test func grandchildReachesBothParents() throws {
        let text = try render(
            "{% extends 'middle' %}{% block head %}3{{ super() }}{% endblock %}", ["x": 1],
            templates: ["base": base, "middle": "{% extends 'base' %}{% block head %}2{{ super() }}{% endblock %}"])
        #expect(text == "<32base 1|>")
    }

    @Test func topLevelVariablesOfTheChildAreSeenInItsBlocks() throws {
        let text = try render(
            "{% extends 'base' %}{% set x = 5 %}{% block body %}{{ x }}{% endblock %}", ["x": 1],
            templates: ["base": base])
        #expect(text == "<base 5|5>")
    }

    @Test func scopedBlocksSeeLoopVariables() throws {
        let parent = "{% for i in [1, 2] %}{% block item scoped %}{{ i }}{% endblock %}{% endfor %}"
        #expect(try render(parent) == "12")
        let child = "{% extends 'p' %}{% block item %}[{{ i }}]{% endblock %}"
        #expect(try render(child, templates: ["p": parent]) == "[1][2]")
    }

    @Test func selfRendersABlockAgain() throws {
        #expect(try render("{% block b %}x{% endblock %}{{ self.b() }}y") == "xxy")
    }

    @Test func requiredBlockMustBeReplaced() {
        #expect(mistake("{% block b required %}{% endblock %}")?.code == .templateRuntime)
    }

    @Test func includeSeesLocals() throws {
        let text = try render(
            "{% for i in [1, 2] %}{% include 'part' %}{% endfor %}", ["y": 7], templates: ["part": "{{ i }}{{ y }} "])
        #expect(text == "17 27 ")
    }

    @Test func includeWithoutContextSeesNothing() {
        #expect(
            mistake("{% include 'p' without context %}", ["y": 7], templates: ["p": "{{ y }}"])?.code
                == .undefinedVariable)
    }

    @Test func missingIncludes() throws {
        #expect(try render("a{% include 'nope' ignore missing %}b") == "ab")
        #expect(try render("{% include ['nope', 'yes'] %}", templates: ["yes": "found"]) == "found")
        #expect(mistake("{% include 'nope' %}")?.code == .fileNotFound)
    }

    @Test func importsMacrosAndVariables() throws {
        let library = "{% set v = 3 %}{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{% macro _p() %}{% endmacro %}"
        #expect(try render("{% import 'l' as l %}{{ l.m(1) }} {{ l.v }}", templates: ["l": library]) == "1-2 3")
        #expect(
            try render("{% from 'l' import m as q, v %}{{ q(0, b=9) }}{{ v }}!", templates: ["l": library]) == "0-93!")
        #expect(mistake("{% from 'l' import nope %}{{ nope }}", templates: ["l": library])?.code == .undefinedVariable)
    }

    @Test func importedMacrosSeeTheContextOnlyIfAsked() throws {
        let library = "{% macro m() %}{{ y }}{% endmacro %}"
        #expect(
            try render("{% import 'l' as l with context %}{{ l.m() }}.", ["y": 7], templates: ["l": library]) == "7.")
        #expect(
            mistake("{% import 'l' as l %}{{ l.m() }}", ["y": 7], templates: ["l": library])?.code == .undefinedVariable
        )
    }

    @Test func runawayIncludeEndsWithAMistake() {
        #expect(mistake("{% include 'a' %}", templates: ["a": "{% include 'a' %}"])?.code == .templateRecursion)
    }

    @Test func recursiveMacroSeesItself() throws {
        let template = "{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}"
        #expect(try render(template) == "3210")
    }
}
