//! Python's text, order and arithmetic of values.

import Diagnostics
import Testing
import Values

@Suite struct ArithmeticTests {
    @Test(arguments: [
        (1e16, "1e+16"), (1e15, "1000000000000000.0"), (1e-5, "1e-05"), (0.0001, "0.0001"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-0.0, "-0.0"), (1.0 / 3, "0.3333333333333333"), (1.5e300, "1.5e+300"),
    ])
    func floatText(_ number: Double, _ text: String) { #expect(FloatText.representation(number) == text) }

    @Test func quoting() throws {
        #expect(try Value.string("it's").representation() == "\"it's\"")
        #expect(try Value.string("it's \"x\"").representation() == "'it\\'s \"x\"'")
        #expect(try Value.string("a\n\u{7}\u{2028}é").representation() == "'a\\n\\x07\\u2028é'")
    }

    @Test func bigIntegers() throws {
        let big = try Value.int(.max).adding(1)
        #expect(try big.text() == "9223372036854775808")
        #expect(try big.subtracting(1) == .int(.max))
        #expect(try Value.int(-7).floorDivided(by: 2) == -4)
        #expect(try Value.int(-7).modulo(2) == 1)
        #expect(try Value.int(2).raised(to: 100).text() == "1267650600228229401496703205376")
        #expect(try big.negated().floorDivided(by: 10).text() == "-922337203685477581")
    }

    @Test func canonicalEquivalenceIsNotEquality() throws {
        #expect(try !Value.string("\u{e9}").equals(.string("e\u{301}")))
        #expect(Value.string("\u{e9}") != Value.string("e\u{301}"))
    }

    @Test(
        arguments: [
            ("%05.1f|%-4s|%x", [.float(3.14159), "ab", 255], "003.1|ab  |ff"), ("%+d %s", [5, .none], "+5 None"),
            ("%e", [.float(12345.678)], "1.234568e+04"), ("%r", ["x"], "'x'"),
        ] as [(String, [Value], String)])
    func percentFormat(_ format: String, _ arguments: [Value], _ expected: String) throws {
        #expect(try Value.string(format).modulo(.tuple(arguments)) == .string(expected))
    }

    @Test func unorderableTypesAreAMistake() {
        #expect(throws: Diagnostic.self) { try Value.int(1).order("a") }
    }
}
