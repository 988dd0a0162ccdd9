//! Python's `textwrap`: breaking a line into shorter ones.

import Diagnostics
import Regexes

struct TextWrapping {
    let width: Int
    let breaksLongWords: Bool
    let breaksOnHyphens: Bool

    private typealias Chunk = [Unicode.Scalar]

    /// The lines of a text without line breaks; tabs and spaces inside lines stay.
    func wrap(_ text: String) throws(Diagnostic) -> [String] {
        var chunks: [Chunk] = try self.chunks(of: text).reversed()
        var lines: [String] = []
        while !chunks.isEmpty {
            if !lines.isEmpty, let chunk = chunks.last, isBlank(chunk) { chunks.removeLast() }
            var line: [Chunk] = []
            var length = 0
            while let chunk = chunks.last, length + chunk.count <= width {
                line.append(chunks.removeLast())
                length += chunk.count
            }
            if let chunk = chunks.last, chunk.count > width { breakUp(&chunks, into: &line, used: length) }
            if let last = line.last, isBlank(last) { line.removeLast() }
            if !line.isEmpty { lines.append(String(String.UnicodeScalarView(line.joined()))) }
        }
        return lines
    }

    private func breakUp(_ chunks: inout [Chunk], into line: inout [Chunk], used: Int) {
        guard let word = chunks.last else { return }
        if breaksLongWords {
            var end = width < 1 ? 1 : width - used
            if breaksOnHyphens, word.count > end, let hyphen = word.prefix(end).lastIndex(of: "-"), hyphen > 0,
                word[..<hyphen].contains(where: { $0 != "-" })
            {
                end = hyphen + 1
            }
            line.append(Array(word.prefix(end)))
            chunks[chunks.count - 1] = Array(word.dropFirst(end))
        } else if line.isEmpty {
            line.append(chunks.removeLast())
        }
    }

    /// Words, runs of white space, and the parts of words with hyphens.
    private func chunks(of text: String) throws(Diagnostic) -> [Chunk] {
        let blank = "[\\t\\n\\x0b\\f\\r ]"
        guard breaksOnHyphens else { return pieces(try Pattern.cached("(\(blank)+)").split(text)) }
        let wordPart = "[\\w!\"'&.,?]"
        let letter = "[^\\d\\W]"
        let source =
            "(\(blank)+|(?<=\(wordPart))-{2,}(?=\\w)"
            + "|[^\\t\\n\\x0b\\f\\r ]+?(?:-(?:(?<=\(letter){2}-)|(?<=\(letter)-\(letter)-))(?=\(letter)-?\(letter))"
            + "|(?=\(blank)|\\Z)|(?<=\(wordPart))(?=-{2,}\\w)))"
        return pieces(try Pattern.cached(source).split(text))
    }

    private func pieces(_ parts: [String?]) -> [Chunk] {
        parts.compactMap { part in part.flatMap { $0.isEmpty ? nil : Array($0.unicodeScalars) } }
    }

    private func isBlank(_ chunk: Chunk) -> Bool { chunk.allSatisfy(TextTools.isSpace) }
}
