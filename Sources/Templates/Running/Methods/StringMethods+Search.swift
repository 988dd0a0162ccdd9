//! Methods of strings that look for parts, replace and cut them.

import Diagnostics
import Values

extension StringMethods {
    static func searched(_ name: String, _ text: String, _ given: Arguments) throws(Diagnostic) -> Value? {
        switch name {
        case "startswith", "endswith":
            let arguments = try MethodArguments(name, given, ["prefix", "start", "end"], required: 1)
            let part = try slice(text, arguments)
            for affix in try affixes(arguments, name) {
                if name == "startswith" ? part.utf8.starts(with: affix.utf8) : part.utf8.ends(with: affix.utf8) {
                    return .bool(true)
                }
            }
            return .bool(false)
        case "find", "rfind", "index", "rindex":
            let arguments = try MethodArguments(name, given, ["sub", "start", "end"], required: 1)
            let part = try arguments.text(0)
            let found = try position(of: part, in: text, arguments, fromEnd: name.hasPrefix("r"))
            if found < 0, name.hasSuffix("index") { throw Diagnostic(.templateRuntime, "substring not found") }
            return .int(found)
        case "count":
            let arguments = try MethodArguments(name, given, ["sub", "start", "end"], required: 1)
            let (bytes, part) = (Array(try slice(text, arguments).utf8), Array(try arguments.text(0).utf8))
            if part.isEmpty { return .int(String(decoding: bytes, as: UTF8.self).unicodeScalars.count + 1) }
            return .int(Bytes.split(bytes, part, limit: .max).count - 1)
        case "replace":
            if !given.named.isEmpty { throw Diagnostic(.templateRuntime, "str.replace() takes no keyword arguments") }
            let arguments = try MethodArguments(name, given, ["old", "new", "count"], required: 2)
            let limit = try arguments.integer(2, default: -1)
            return .string(try replaced(text, try arguments.text(0), try arguments.text(1), limit))
        case "removeprefix":
            let affix = try MethodArguments(name, given, ["prefix"], required: 1).text(0)
            let matches = text.utf8.starts(with: affix.utf8)
            return .string(matches ? String(decoding: text.utf8.dropFirst(affix.utf8.count), as: UTF8.self) : text)
        case "removesuffix":
            let affix = try MethodArguments(name, given, ["suffix"], required: 1).text(0)
            let matches = text.utf8.ends(with: affix.utf8)
            return .string(matches ? String(decoding: text.utf8.dropLast(affix.utf8.count), as: UTF8.self) : text)
        case "strip", "lstrip", "rstrip":
            return .string(try stripped(name, text, try MethodArguments(name, given, ["chars"])))
        default: return nil
        }
    }

    private static func affixes(_ arguments: MethodArguments, _ name: String) throws(Diagnostic) -> [String] {
        guard case .tuple(let items) = arguments.value(0) else { return [try arguments.text(0)] }
        var affixes: [String] = []
        for item in items {
            guard case .string(let text) = item else {
                throw Diagnostic(.templateRuntime, "tuple for \(name) must only contain str, not \(item.typeName)")
            }
            affixes.append(text)
        }
        return affixes
    }

    /// The part that `start` and `end` choose.
    private static func slice(_ text: String, _ arguments: MethodArguments) throws(Diagnostic) -> String {
        guard arguments.given(1) != nil || arguments.given(2) != nil else { return text }
        return try SliceObject(arguments.value(1), arguments.value(2), .none).apply(to: text)
    }

    private static func position(
        of part: String, in text: String, _ arguments: MethodArguments, fromEnd: Bool
    ) throws(Diagnostic) -> Int {
        let scalars = Array(text.unicodeScalars)
        let wanted = Array(part.unicodeScalars)
        func bound(_ index: Int) -> Int { min(max(index < 0 ? index + scalars.count : index, 0), scalars.count) }
        let first = arguments.given(1) == nil ? 0 : try arguments.integer(1, default: 0)
        if first > scalars.count { return -1 }
        let start = bound(first)
        let stop = bound(arguments.given(2) == nil ? scalars.count : try arguments.integer(2, default: 0))
        guard start + wanted.count <= stop else { return -1 }
        let starts = start...(stop - wanted.count)
        func matches(_ index: Int) -> Bool { scalars[index..<(index + wanted.count)].elementsEqual(wanted) }
        return (fromEnd ? starts.last(where: matches) : starts.first(where: matches)) ?? -1
    }

    static func replaced(_ text: String, _ old: String, _ new: String, _ limit: Int) throws(Diagnostic) -> String {
        if limit == 0 { return text }
        if old.isEmpty {
            var result = ""
            var done = 0
            for scalar in text.unicodeScalars {
                if limit < 0 || done < limit { result += new }
                done += 1
                result.unicodeScalars.append(scalar)
            }
            return limit < 0 || done < limit ? result + new : result
        }
        let parts = Bytes.split(Array(text.utf8), Array(old.utf8), limit: limit < 0 ? .max : limit)
        if parts.count == 1 { return text }
        let size = text.utf8.count + (parts.count - 1) * new.utf8.count
        if size > Output.maximumSize { throw Diagnostic(.templateRecursion, "replacing makes the text too long") }
        return String(decoding: Array(parts.joined(separator: Array(new.utf8))), as: UTF8.self)
    }

    private static func stripped(_ name: String, _ text: String, _ arguments: MethodArguments) throws(Diagnostic)
        -> String
    {
        var isStripped: (Unicode.Scalar) -> Bool = \.isPythonSpace
        if arguments.given(0) != nil {
            let characters = Set(try arguments.text(0).unicodeScalars)
            isStripped = { characters.contains($0) }
        }
        var rest = text.unicodeScalars[...]
        if name != "rstrip" { rest = rest.drop(while: isStripped) }
        if name != "lstrip" { while let last = rest.last, isStripped(last) { rest.removeLast() } }
        return String(rest)
    }
}

/// Searching and cutting of bytes; in UTF-8 no character is found inside of another.
enum Bytes {
    static func split(_ bytes: [UInt8], _ separator: [UInt8], limit: Int) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var (start, index) = (0, 0)
        while parts.count < limit, index + separator.count <= bytes.count {
            if bytes[index] == separator[0], bytes[index..<(index + separator.count)].elementsEqual(separator) {
                parts.append(bytes[start..<index])
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        return parts + [bytes[start...]]
    }

    /// The same from the end.
    static func splitFromEnd(_ bytes: [UInt8], _ separator: [UInt8], limit: Int) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var (end, index) = (bytes.count, bytes.count - separator.count)
        while parts.count < limit, index >= 0 {
            if bytes[index] == separator[0], bytes[index..<(index + separator.count)].elementsEqual(separator) {
                parts.append(bytes[(index + separator.count)..<end])
                end = index
                index -= separator.count
            } else {
                index -= 1
            }
        }
        return (parts + [bytes[..<end]]).reversed()
    }
}

extension String.UTF8View {
    func ends(with other: String.UTF8View) -> Bool { count >= other.count && suffix(other.count).elementsEqual(other) }
}
