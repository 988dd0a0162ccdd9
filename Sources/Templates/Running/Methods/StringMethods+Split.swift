//! Methods of strings that divide and join.

import Diagnostics
import Values

extension StringMethods {
    static func divided(_ name: String, _ text: String, _ given: Arguments) throws(Diagnostic) -> Value? {
        switch name {
        case "split", "rsplit":
            let arguments = try MethodArguments(name, given, ["sep", "maxsplit"])
            let limit = try arguments.integer(1, default: -1)
            let separator = arguments.given(0) == nil ? nil : try arguments.text(0)
            return .list(try split(text, separator, limit < 0 ? .max : limit, fromEnd: name == "rsplit"))
        case "splitlines":
            let arguments = try MethodArguments(name, given, ["keepends"])
            return .list(lines(text, keepsEnds: try arguments.flag(0)).map { .string($0) })
        case "partition", "rpartition":
            let separator = try MethodArguments(name, given, ["sep"], required: 1).text(0)
            return .tuple(try partition(text, separator, fromEnd: name == "rpartition").map { .string($0) })
        case "join":
            return .string(try joined(try MethodArguments(name, given, ["iterable"], required: 1).value(0), text))
        default: return nil
        }
    }

    private static func split(_ text: String, _ separator: String?, _ limit: Int, fromEnd: Bool) throws(Diagnostic)
        -> [Value]
    {
        guard let separator else { return words(text, limit, fromEnd: fromEnd).map { .string($0) } }
        if separator.isEmpty { throw Diagnostic(.templateRuntime, "empty separator") }
        let (bytes, mark) = (Array(text.utf8), Array(separator.utf8))
        let parts = fromEnd ? Bytes.splitFromEnd(bytes, mark, limit: limit) : Bytes.split(bytes, mark, limit: limit)
        return parts.map { .string(String(decoding: $0, as: UTF8.self)) }
    }

    /// Splits at runs of whitespace.
    private static func words(_ text: String, _ limit: Int, fromEnd: Bool) -> [String] {
        var scalars = Array(text.unicodeScalars)
        if fromEnd { scalars.reverse() }
        var words: [[Unicode.Scalar]] = []
        var index = 0
        while true {
            while index < scalars.count, scalars[index].isPythonSpace { index += 1 }
            guard index < scalars.count else { break }
            if words.count == limit {
                words.append(Array(scalars[index...]))
                break
            }
            let start = index
            while index < scalars.count, !scalars[index].isPythonSpace { index += 1 }
            words.append(Array(scalars[start..<index]))
        }
        if fromEnd { words = words.map { $0.reversed() }.reversed() }
        return words.map { String(String.UnicodeScalarView($0)) }
    }

    static func lines(_ text: String, keepsEnds: Bool) -> [String] {
        let scalars = Array(text.unicodeScalars)
        var lines: [String] = []
        var start = 0
        var index = 0
        while index < scalars.count {
            guard scalars[index].isLineBreak else {
                index += 1
                continue
            }
            let length = scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n" ? 2 : 1
            lines.append(String(String.UnicodeScalarView(scalars[start..<(keepsEnds ? index + length : index)])))
            index += length
            start = index
        }
        if start < scalars.count { lines.append(String(String.UnicodeScalarView(scalars[start...]))) }
        return lines
    }

    private static func partition(_ text: String, _ separator: String, fromEnd: Bool) throws(Diagnostic) -> [String] {
        if separator.isEmpty { throw Diagnostic(.templateRuntime, "empty separator") }
        let (bytes, mark) = (Array(text.utf8), Array(separator.utf8))
        let parts = fromEnd ? Bytes.splitFromEnd(bytes, mark, limit: 1) : Bytes.split(bytes, mark, limit: 1)
        guard parts.count == 2 else { return fromEnd ? ["", "", text] : [text, "", ""] }
        return [String(decoding: parts[0], as: UTF8.self), separator, String(decoding: parts[1], as: UTF8.self)]
    }

    private static func joined(_ iterable: Value, _ separator: String) throws(Diagnostic) -> String {
        guard let items = try iterable.elements() else {
            throw Diagnostic(.templateRuntime, "can only join an iterable")
        }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            if case .undefined(let reason) = item { throw reason.diagnostic }
            guard case .string(let text) = try item.forced() else {
                throw Diagnostic(
                    .templateRuntime, "sequence item \(index): expected str instance, \(item.typeName) found")
            }
            texts.append(text)
        }
        return texts.joined(separator: separator)
    }
}
