//! `key=value` text and free-form commands: `shell: chdir=/tmp creates=x echo hi`.

import Diagnostics
import Values

/// Splits the one-line form of a task's arguments. Quotes and Jinja's braces keep what they enclose together.
package enum FreeForm {
    /// One argument of the one-line form; its text may still be a template.
    package struct Argument: Sendable {
        package let name: String
        package let text: String
        /// Bytes in the parsed text, for messages.
        package let offset: Int
    }

    /// A word as written, quotes included, and where it begins.
    struct Word {
        var text: String
        var offset: Int
    }

    /// The arguments in `text`; what is not `key=value` becomes the argument that `spec` declares as free form.
    package static func parse(
        _ text: String, for spec: ModuleSpec, at range: SourceRange? = nil
    ) throws(Diagnostic) -> [Argument] {
        let options: Set<String>?
        let rest: String?
        switch spec.freeForm {
        case .none: (options, rest) = (nil, nil)
        case .argument(let name):
            // Only real options are taken out of a command: `FOO=1 make` and `cmd=x` are part of it.
            let names = spec.arguments.flatMap { [$0.name] + $0.aliases }.filter { $0 != name && $0 != "argv" }
            (options, rest) = (spec.acceptsAnyArgument ? nil : Set(names), name)
        }
        return try parse(text, options: options, rest: rest, at: range)
    }

    /// Takes `options` (nil: every `key=value` pair) out of `text`; the others form the argument `rest`.
    package static func parse(
        _ text: String, options: Set<String>?, rest: String?, at range: SourceRange? = nil
    ) throws(Diagnostic) -> [Argument] {
        let bytes = Array(text.utf8)
        var arguments: [Argument] = []
        var free: [UInt8] = []
        var copied = 0
        for word in try words(in: bytes, isFreeForm: rest != nil, at: range) {
            guard let (name, value) = pair(word.text), options?.contains(name) ?? true else {
                guard rest != nil else { throw notAPair(word, in: range) }
                continue
            }
            free += bytes[copied..<word.offset]
            copied = word.offset + word.text.utf8.count
            arguments.append(Argument(name: name, text: unquoted(value), offset: word.offset))
        }
        free += bytes[copied...]
        let command = String(decoding: free, as: UTF8.self).trimmed
        if let rest, !command.isEmpty { arguments.append(Argument(name: rest, text: command, offset: 0)) }
        return arguments
    }

    private static func pair(_ word: String) -> (name: String, value: String)? {
        guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return nil }
        let name = word[..<equals]
        guard name.utf8.allSatisfy({ $0.isNameByte || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) else {
            return nil
        }
        return (String(name), String(word[word.index(after: equals)...]))
    }

    private static func unquoted(_ text: String) -> String {
        guard let quote = text.first, quote == "'" || quote == "\"", text.count > 1, text.last == quote else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }

    private static func notAPair(_ word: Word, in range: SourceRange?) -> Diagnostic {
        Diagnostic(
            .invalidArgument, "'\(word.text)' is not of the form key=value", at: range,
            help: "this module takes no free-form text; write the arguments as a dictionary below the module's name")
    }

    /// The words of `bytes`, separated by white space outside of quotes and Jinja's braces.
    private static func words(
        in bytes: [UInt8], isFreeForm: Bool, at range: SourceRange?
    ) throws(Diagnostic) -> [Word] {
        var scanner = WordScanner(bytes)
        var words: [Word] = []
        while let found = scanner.next() { words.append(found) }
        guard scanner.isBalanced || isFreeForm else {
            throw Diagnostic(
                .invalidArgument, "failed at splitting arguments, either an unbalanced jinja2 block or quotes",
                at: range, help: "close every quote and every {{, {% and {#, or write the arguments as a dictionary")
        }
        return words
    }
}

/// Walks over words byte by byte.
private struct WordScanner {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var isBalanced = true

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> FreeForm.Word? {
        while position < bytes.count, bytes[position].isBlank { position += 1 }
        guard position < bytes.count else { return nil }
        let start = position
        var quote: UInt8?
        var closer: [UInt8]?
        while position < bytes.count {
            let byte = bytes[position]
            if let ending = closer {
                if bytes[position...].starts(with: ending) {
                    closer = nil
                    position += 1
                }
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                position += 1
            } else if let ending = Self.closers.first(where: { bytes[position...].starts(with: $0.opener) })?.closer {
                closer = ending
                position += 1
            } else if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte.isBlank {
                break
            }
            position += 1
        }
        position = min(position, bytes.count)
        if quote != nil || closer != nil { isBalanced = false }
        return FreeForm.Word(text: String(decoding: bytes[start..<position], as: UTF8.self), offset: start)
    }

    private static let closers: [(opener: [UInt8], closer: [UInt8])] = [
        (Array("{{".utf8), Array("}}".utf8)), (Array("{%".utf8), Array("%}".utf8)),
        (Array("{#".utf8), Array("#}".utf8)),
    ]
}
