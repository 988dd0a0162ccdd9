//! JSON read and written as CPython's `json` does.

import Diagnostics
import Testing
import Values

@Suite struct JSONReading {
    @Test(arguments: [
        (" [1, -2, 0, 1.5, 1e3, -0.0]", "[1, -2, 0, 1.5, 1000.0, -0.0]"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        (#"{"b": 1, "a": {"x": null}, "b": true}"#, #"{"b": true, "a": {"x": null}}"#),
        (#""\u00e9\ud83d\ude00\n\/""#, #""\u00e9\ud83d\ude00\n/""#),
        ("[NaN, -Infinity, Infinity]", "[NaN, -Infinity, Infinity]"),
        ("1e999", "Infinity"),
        ("\"\u{7f}é\"", #""\u007f\u00e9""#),
    ])
    func readsAndWritesBack(text: String, expected: String) throws {
        #expect(try JSON.parse(text).json() == expected)
    }

    @Test(arguments: [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("[1,]", "Illegal trailing comma before end of array: line 1 column 3 (char 2)"),
        ("{\"a\": 1,\n \"b\" 2}", "Expecting ':' delimiter: line 2 column 6 (char 14)"),
        ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
        ("{a: 1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("1 2", "Extra data: line 1 column 3 (char 2)"),
        ("01", "Extra data: line 1 column 2 (char 1)"),
        ("\"abc", "Unterminated string starting at: line 1 column 1 (char 0)"),
        ("\"\\x\"", "Invalid \\escape: line 1 column 2 (char 1)"),
        ("\"é\\u12\"", "Invalid \\uXXXX escape: line 1 column 4 (char 3)"),
        ("\"a\tb\"", "Invalid control character at: line 1 column 3 (char 2)"),
        ("tru", "Expecting value: line 1 column 1 (char 0)"),
        ("\"\\", "Unterminated string starting at: line 1 column 2 (char 1)"),
    ])
    func namesThePlaceOfTheMistake(text: String, expected: String) {
        #expect(throws: Diagnostic.self) { try JSON.parse(text) }
        do throws(Diagnostic) { _ = try JSON.parse(text) } catch { #expect(error.message == expected) }
    }

    @Test func refusesDeepNestingInsteadOfCrashing() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: Diagnostic.self) { try JSON.parse(bytes) }
    }

    @Test func placesErrorsInTheFile() {
        let file = SourceFile(path: "x.json", text: "{\n  \"a\": nope\n}")
        do throws(Diagnostic) {
            _ = try JSON.parse(file.bytes, file: file)
            Issue.record("accepted")
        } catch { #expect(error.range?.description == "x.json:2:8") }
    }
}

@Suite struct JSONWriting {
    let value: Value = ["b": [1, [], ["x": .none]], "a": .dict([:]), "é": "\u{1}\"\\"]

    @Test func indents() throws {
        #expect(
            try value.json(indent: 4, sortKeys: true, ascii: false) == """
                {
                    "a": {},
                    "b": [
                        1,
                        [],
                        {
                            "x": null
                        }
                    ],
                    "é": "\\u0001\\"\\\\"
                }
                """)
    }

    @Test func writesKeysOfOtherTypes() throws {
        let map = OrderedMap(pairs: [(.int(1), "i"), (.none, "n"), (.bool(false), "b"), (.float(2.5), "f")])
        #expect(try Value.dict(map).json() == #"{"1": "i", "null": "n", "false": "b", "2.5": "f"}"#)
    }

    @Test func refusesUndefined() {
        #expect(throws: Diagnostic.self) { try Value.list([.undefined(Undefined("'x' is undefined"))]).json() }
    }
}
