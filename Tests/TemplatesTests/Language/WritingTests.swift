//! What templates write: numbers, joined texts, captures, pairs and line breaks; expectations come from Jinja2.

import Diagnostics
import Templates
import Testing
import Values

@Suite struct WritingTests {
    private let variables: OrderedMap = [
        "d": ["a": 1, "b": 2], "x": 5, "n": .none, "m": ["a": ["b": ""]],
    ]

    @Test(arguments: [
        ("{{ -7 }},{{ 0 - 120 }},{{ x * 0 }},{{ x * 20 }}", "-7,-120,0,100"),
        ("<{{ -9223372036854775807 - 1 }}>", "<-9223372036854775808>"),
        ("{{ 's' ~ n ~ x ~ [1] }}|", "sNone5[1]|"),
        ("{{ n ~ n }}", "NoneNone"),
        ("{{ ['b', 'a'] | join(attribute=none, d='-') }}{{ 'a.b' | replace(new='-', old='.') }}", "b-aa-b"),
    ])
    func valuesBecomeText(template: String, text: String) throws { #expect(try render(template, variables) == text) }

    @Test(arguments: [
        (
            "{% for k, v in d.items() %}{{ loop.index }}{{ k }}{{ v }}{{ loop.previtem | default('') }} {% endfor %}",
            "1a1 2b2['a', 1] "
        ),
        ("{% for k, v in [(1, 2), [3, 4]] %}{{ v }}{{ k }} {% endfor %}", "21 43 "),
        ("{% for k, k in d.items() %}{{ k }}{% endfor %}", "12"),
        ("{% for p in d.items() %}{{ p[0] }}{{ p[1] }}{% endfor %}", "a1b2"),
        ("{% for k, v in d.items() if v > 1 %}{{ k }}{% endfor %}", "b"),
        ("{% for k, v in {}.items() %}x{% else %}none{% endfor %}", "none"),
    ])
    func loopsOverPairs(template: String, text: String) throws { #expect(try render(template, variables) == text) }

    @Test func aPairHasTwoItems() {
        #expect(mistake("{% for a, b in [[1, 2, 3]] %}{% endfor %}")?.message.contains("too many values") == true)
    }

    @Test(arguments: [
        ("a{% set c %}b{% set e %}c{{ x }}{% endset %}[{{ e }}]{% endset %}d{{ c }}", "adb[c5]"),
        (
            "{% for i in [1, 2] %}{% set c %}lost{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endset %}{{ c }} "
                + "{% endfor %}end", "lost1 end"
        ),
    ])
    func capturesAreApart(template: String, text: String) throws {
        var options = TemplateOptions()
        options.extensions = [.loopControls]
        #expect(try render(template, variables, options: options) == text)
    }

    @Test func aLoneCaptureKeepsItsType() throws {
        #expect(try evaluate("{% set c %}{{ x }}{% endset %}{{ c }}", variables) == 5)
    }

    @Test(arguments: [
        ("{% if m.a.b %}y{% else %}n{% endif %}{{ 1 if m.a.b else 0 }}", "n0"),
        ("{{ m.a.c is defined }} {{ m.a.b is defined }} {{ m.x is undefined }}", "False True True"),
        ("{% if x %}1{% endif %}{% if n %}2{% endif %}{% if d %}3{% endif %}", "13"),
    ])
    func conditionsLookAtPaths(template: String, text: String) throws {
        #expect(try render(template, variables) == text)
    }

    @Test(arguments: [
        ("{{ x }}\n", "5"), ("{{ 'a\n' }}\n", "a\n"), ("a{{ 'b\n' }}\n\n", "ab\n\n"),
    ])
    func endsWithTheLineBreaksOfItsTemplate(template: String, text: String) throws {
        #expect(try render(template, variables) == text)
    }
}
