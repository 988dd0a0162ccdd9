//! What is written equals PyYAML's `dump` over libyaml, byte for byte.

import Diagnostics
import FoundationEssentials
import Testing
import Values
import YAML

@Suite struct YAMLWriting {
    @Test func equalsPyYAML() throws {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let bytes = Array(try Data(contentsOf: URL(filePath: "\(folder)/Goldens/pyyaml-dump.json")))
        let cases = try #require(try JSON.parse(bytes).list)
        #expect(cases.count > 700)
        for entry in cases {
            let fields = try #require(entry.list)
            let text = try fields[0].yaml(style(fields[1]))
            let name = Comment(rawValue: try fields[0].json() + (try fields[1].json()))
            #expect(text == fields[2].string, name)
        }
    }

    private func style(_ options: Value) -> YAMLStyle {
        var style = YAMLStyle()
        style.defaultFlowStyle = options["default_flow_style"]?.bool
        style.defaultStyle = options["default_style"]?.string
        style.indent = options["indent"]?.int
        style.width = options["width"]?.int
        style.sortKeys = options["sort_keys"]?.bool ?? true
        style.allowUnicode = options["allow_unicode"]?.bool ?? true
        style.explicitStart = options["explicit_start"]?.bool ?? false
        style.explicitEnd = options["explicit_end"]?.bool ?? false
        return style
    }

    @Test func writesDatesAndBytes() throws {
        let date = DateValue(year: 2024, month: 1, day: 2, time: .init(hour: 3, minute: 4, second: 5))
        let value: Value = ["d": .date(date), "b": .bytes([0, 255])]
        #expect(try value.yaml() == "b: !!binary |\n  AP8=\nd: 2024-01-02 03:04:05\n")
    }

    @Test func boundsNesting() {
        var value: Value = []
        for _ in 0..<1000 { value = .list([value]) }
        #expect(throws: Diagnostic.self) { try value.yaml() }
    }

    @Test func sharedContainersGetAnchorsInTheOrderOfTheirSecondAppearance() throws {
        let empty = Value.object(SharedValue([:]))
        let list = Value.object(SharedValue(["x", .object(SharedValue([1]))]))
        let value: Value = ["a": ["one": empty, "two": list], "b": ["one": list, "two": empty], "c": list]
        var style = YAMLStyle()
        style.defaultFlowStyle = false
        let expected = """
            a:
              one: &id002 {}
              two: &id001
              - x
              - - 1
            b:
              one: *id001
              two: *id002
            c: *id001

            """
        #expect(try value.yaml(style) == expected)
    }

    @Test func taggedTextIsABlock() throws {
        let value: Value = ["s": .object(TaggedText(tag: "!vault", "a\nb\n"))]
        var style = YAMLStyle()
        style.defaultFlowStyle = false
        #expect(try value.yaml(style) == "s: !vault |\n  a\n  b\n")
    }
}
