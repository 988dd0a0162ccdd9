//! One line of fstab, and what is mounted at its place.

struct MountEntry: Sendable {
    let source: String
    let path: String
    let type: String
    let options: String
    let dump: String
    let pass: String

    private var fields: [String] { [source, path, type, options, dump, pass].map(Self.escaped) }

    /// fstab writes blanks as octal numbers.
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\134").replacing(" ", with: "\\040").replacing("\t", with: "\\011")
    }

    static func unescaped(_ text: String) -> String {
        text.replacing("\\040", with: " ").replacing("\\011", with: "\t").replacing("\\012", with: "\n")
            .replacing("\\134", with: "\\")
    }

    private func isMine(_ words: [String]) -> Bool {
        guard words.count >= 4, !words[0].hasPrefix("#") else { return false }
        // Several swaps share the place "none".
        return Self.unescaped(words[1]) == path && (words[2] != "swap" || Self.unescaped(words[0]) == source)
    }

    /// The first line for the place is changed where it differs, else one is added.
    func added(to text: String) -> String {
        var isThere = false
        let lines = Self.lines(text).map { line in
            guard isMine(line.blankSeparatedWords) else { return line }
            isThere = true
            var words = line.blankSeparatedWords
            words += ["0", "0"].suffix(max(0, 6 - words.count))
            return Array(words.prefix(6)) == fields ? line : fields.joined(separator: " ")
        }
        return Self.text(isThere ? lines : lines + [fields.joined(separator: " ")])
    }

    func removed(from text: String) -> String {
        let lines = Self.lines(text)
        let kept = lines.filter { line in
            let words = line.blankSeparatedWords
            return !(isMine(words) && (source.isEmpty || words[0] == Self.escaped(source)))
        }
        return kept == lines ? text : Self.text(kept)
    }

    private static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}

/// What `/proc/self/mounts` says about one place.
struct MountTable: Sendable {
    private(set) var isMounted = false
    private(set) var source = ""
    /// A later mount at the same place hides the others; the kernel may name its device in another way.
    private(set) var isSame = true
    let hasFolder: Bool

    init(_ text: String, at path: String) {
        let lines = text.split(separator: "\n")
        hasFolder = lines.last == "folder"
        for words in lines.map({ String($0).blankSeparatedWords }) where words.count >= 4 {
            guard MountEntry.unescaped(words[1]) == path else { continue }
            isMounted = true
            source = MountEntry.unescaped(words[0])
            isSame = !source.hasPrefix("/dev/") || source.hasPrefix("/dev/mapper/")
        }
    }
}
