//! Patterns and replacements that Python refuses, and patterns that would never end.

import Diagnostics
import Regexes
import Testing

@Suite struct RegexMistakes {
    @Test(arguments: [
        ("(", "missing ), unterminated subpattern at position 0"),
        ("ab)", "unbalanced parenthesis at position 2"),
        ("[a", "unterminated character set at position 0"),
        ("*a", "nothing to repeat at position"),
        ("\\q", "bad escape \\q at position 0"),
        ("\\h", "bad escape \\h at position 0"),
        ("a(?i)b", "global flags not at the start of the expression at position 1"),
        ("(?<n>a)", "unknown extension ?<"),
        ("\\x1", "incomplete escape \\x1 at position 0"),
        ("a\\", "bad escape (end of pattern) at position 1"),
        ("(*ANY)a", "nothing to repeat at position 1"),
    ])
    func refusesWhatPythonRefuses(source: String, message: String) {
        do throws(Diagnostic) {
            _ = try Pattern(source)
            Issue.record("accepted \(source)")
        } catch { #expect(error.message.contains(message)) }
    }

    @Test(arguments: [("\\2", "invalid group reference 2"), ("\\q", "bad escape"), ("\\g<x>", "unknown group 'x'")])
    func refusesBadReplacements(template: String, message: String) throws {
        let pattern = try Pattern("(a)")
        do throws(Diagnostic) {
            _ = try pattern.replace(in: "a", with: template)
            Issue.record("accepted \(template)")
        } catch { #expect(error.message.contains(message)) }
    }

    @Test(arguments: [
        ("\\g<1>0", "a0"), ("\\\\n", "\\n"), ("\\n", "\n"), ("\\.", "\\."), ("\\0", "\0"), ("\\101", "A"), ("$1", "$1"),
    ])
    func expandsEscapes(template: String, expected: String) throws {
        #expect(try Pattern("(a)").replace(in: "a", with: template).text == expected)
    }

    @Test func givesUpOnCatastrophicPatterns() throws {
        let pattern = try Pattern("^(a+)+$")
        #expect(throws: Diagnostic.self) { try pattern.search(String(repeating: "a", count: 60) + "b") }
    }

    @Test func escapesAsPython() {
        #expect(Pattern.escape("a.b-c d/é\n#") == "a\\.b\\-c\\ d/é\\\n\\#")
    }

    @Test func cachesByPatternAndOptions() throws {
        #expect(try Pattern.cached("a") === Pattern.cached("a"))
        #expect(try Pattern.cached("a") !== Pattern.cached("a", options: .ignoreCase))
    }
}
