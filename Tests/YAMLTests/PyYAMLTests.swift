//! Every document in the goldens means what PyYAML's safe loader says, and every mistake is refused.

import Diagnostics
import Foundation
import Testing
import Values
import YAML

/// One recorded answer.
struct PyYAMLAnswer: Sendable, CustomTestStringConvertible {
    let yaml: String
    /// nil where PyYAML refuses the document.
    let values: [Value]?

    var testDescription: String { yaml }

    static let all: [PyYAMLAnswer] = {
        let path = Bundle.module.bundlePath + "/Goldens/pyyaml.jsonl"
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let file = SourceFile(path: path, bytes: Array(line))
            guard let value = try? YAMLReader.documents(of: file).nodes.first?.value(),
                let yaml = value.dict?["yaml"]?.string
            else { return nil }
            return PyYAMLAnswer(yaml: yaml, values: value.dict?["values"]?.list?.compactMap(decoded))
        }
    }()
}

/// The value behind `["int", "5"]` and its like.
private func decoded(_ answer: Value) -> Value? {
    guard let parts = answer.list, let kind = parts.first?.string else { return nil }
    func int(_ index: Int) -> Int { parts[index].int ?? 0 }
    func items(_ value: Value) -> [Value] { value.list?.compactMap(decoded) ?? [] }
    switch kind {
    case "none": return Value.none
    case "bool", "str": return parts[1]
    case "int":
        let text = parts[1].string ?? ""
        return Int(text).map { .int($0) } ?? BigInteger(decimal: text).map { .big($0) }
    case "float": return (parts[1].string.flatMap { Double($0) }).map { .float($0) }
    case "bytes": return .bytes(parts[1].list?.compactMap { $0.int.map { UInt8($0) } } ?? [])
    case "date": return .date(DateValue(year: int(1), month: int(2), day: int(3)))
    case "datetime":
        let time = DateValue.TimeOfDay(
            hour: int(4), minute: int(5), second: int(6), microsecond: int(7), offset: parts[8].int)
        return .date(DateValue(year: int(1), month: int(2), day: int(3), time: time))
    case "list": return .list(items(parts[1]))
    case "tuple": return .tuple(items(parts[1]))
    case "dict":
        var map = OrderedMap()
        for pair in parts[1].list ?? [] {
            guard let key = pair.list?.first.flatMap(decoded), let value = pair.list?.last.flatMap(decoded) else {
                return nil
            }
            map[key] = value
        }
        return .dict(map)
    default: return nil
    }
}

/// Type and content, for comparing without Python's `1 == True`.
private func shown(_ value: Value) -> String {
    switch value {
    case .dict(let map): "{" + map.map { shown($0.key) + ": " + shown($0.value) }.joined(separator: ", ") + "}"
    case .list(let items): "[" + items.map(shown).joined(separator: ", ") + "]"
    case .tuple(let items): "(" + items.map(shown).joined(separator: ", ") + ")"
    case .string(let text): "string \(text.debugDescription)"
    case .big(let number): "big \(number.decimal)"
    default: "\(value)"
    }
}

@Suite struct PyYAMLTests {
    @Test func theGoldensAreThere() { #expect(PyYAMLAnswer.all.count == 203) }

    @Test(arguments: PyYAMLAnswer.all) func means(_ answer: PyYAMLAnswer) {
        let result = Result { () throws(Diagnostic) in
            var values: [Value] = []
            for node in try YAMLReader.documents(of: SourceFile(path: "t.yml", text: answer.yaml)).nodes {
                values.append(try node.value())
            }
            return values
        }
        switch (result, answer.values) {
        case (.success(let values), .some(let expected)):
            #expect(values.map(shown) == expected.map(shown))
        case (.failure(let diagnostic), .none): #expect(diagnostic.range != nil)
        case (.success(let values), .none): Issue.record("read as \(values.map(shown)), PyYAML refuses")
        case (.failure(let diagnostic), .some): Issue.record("\(FullRenderer().render(diagnostic))")
        }
    }
}
