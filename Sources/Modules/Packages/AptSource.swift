//! One line of apt's `sources.list`.

struct AptSource: Sendable {
    let line: String
    let isDisabled: Bool
    /// Type, options, address, suite and components; blanks between them do not count.
    private let words: [String]
    private let address: String

    /// nil where the line is no source.
    init?(_ text: String) {
        var body = text.withoutOuterBlanks
        isDisabled = body.hasPrefix("#")
        body = body.drop { $0 == "#" }.withoutOuterBlanks
        guard !body.contains("\n") else { return nil }
        line = body
        var words = (body.split(separator: "#").first ?? "").blankSeparatedWords
        guard let type = words.first, type == "deb" || type == "deb-src" else { return nil }
        var options: [String] = []
        if words.count > 1, words[1].hasPrefix("[") {
            guard let end = words.firstIndex(where: { $0.hasSuffix("]") }) else { return nil }
            let inside = words[1...end].joined(separator: " ").dropFirst().dropLast()
            options = inside.blankSeparatedWords.sorted()
            words.removeSubrange(1...end)
        }
        guard words.count >= 3, words[1].contains(":") else { return nil }
        address = words[1]
        self.words = [type, options.joined(separator: " ")] + words.dropFirst()
    }

    func isSame(as other: AptSource) -> Bool { words == other.words }

    /// The address without scheme and user, everything but letters, digits and dashes made an underscore.
    var fileName: String {
        var rest = address[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        if let at = rest.firstIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let kept = rest.map { character in
            character.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "-") } ? String(character) : "_"
        }
        return kept.joined().split(separator: "_").joined(separator: "_")
    }
}
