//! Every operation on many patterns and texts, against answers recorded from CPython's `re`.

import Diagnostics
import Regexes
import Testing
import Values

@Suite struct PythonAnswers {
    @Test func equalPythons() throws {
        let cases = try #require(try goldens("python-re.json").list)
        #expect(cases.count > 250)
        for entry in cases {
            let fields = try #require(entry.list)
            let source = try #require(fields[0].string)
            let subject = try #require(fields[2].string)
            let pattern = try Pattern(source, options: options(fields[1]))
            let name = Comment(rawValue: "\(source) on \(subject.debugDescription)")
            #expect(value(try pattern.match(subject), pattern) == fields[3], name)
            #expect(value(try pattern.search(subject), pattern) == fields[4], name)
            #expect(value(try pattern.fullMatch(subject), pattern) == fields[5], name)
            #expect(.list(try pattern.matches(in: subject).map { value($0, pattern) }) == fields[6], name)
            #expect(texts(try pattern.split(subject)) == fields[7], name)
            let replaced = try pattern.replace(in: subject, with: "<\\g<0>>")
            #expect([.string(replaced.text), .int(replaced.count)] == fields[8], name)
            #expect(texts(try pattern.split(subject, limit: 1)) == fields[9], name)
            #expect(.string(try pattern.replace(in: subject, with: "-", limit: 2).text) == fields[10], name)
        }
    }

    private func options(_ bits: Value) -> RegexOptions {
        var options: RegexOptions = []
        let bits = bits.int ?? 0
        if bits & 2 != 0 { options.insert(.ignoreCase) }
        if bits & 8 != 0 { options.insert(.multiline) }
        if bits & 16 != 0 { options.insert(.dotAll) }
        return options
    }

    private func value(_ match: RegexMatch?, _ pattern: Pattern) -> Value {
        guard let match else { return .none }
        return texts((0...pattern.groupCount).map(match.group))
    }

    private func texts(_ parts: [String?]) -> Value { .list(parts.map { $0.map(Value.string) ?? .none }) }
}
