//! Options as one would give them to the `ssh` program (`ansible_ssh_common_args` and its like).

/// A parsed list of `ssh` options.
package struct SSHArguments: Sendable {
    package private(set) var settings = SSHSettings()
    /// `-F`: the configuration file instead of the usual ones; `none` for none.
    package private(set) var configurationFile: String?

    package struct Mistake: Error, Sendable {
        package let message: String
    }

    /// Options that take no value; those that say nothing to us are accepted.
    private static let flags = Set("46AaCfGgKkMNnqsTtVvXxYy")
    private static let withValue = Set("BbcDEeFIiJLlmOoPpQRSWw")

    package init(_ text: String) throws(Mistake) {
        var words = try Self.split(text)[...]
        while let word = words.popFirst() {
            guard word.hasPrefix("-"), word.count > 1 else {
                throw Mistake(message: "'\(word)' is not an option of ssh (in '\(text)')")
            }
            try take(word.dropFirst(), &words)
        }
    }

    /// One word such as `-C`, `-4C`, `-p22`, or `-p` with its value in the next word.
    private mutating func take(_ word: Substring, _ words: inout ArraySlice<String>) throws(Mistake) {
        var rest = word
        while let letter = rest.popFirst() {
            if Self.withValue.contains(letter) {
                guard let value = rest.isEmpty ? words.popFirst() : String(rest) else {
                    throw Mistake(message: "ssh's option -\(letter) needs a value")
                }
                return try set(letter, value)
            }
            guard Self.flags.contains(letter) else { throw Mistake(message: "ssh has no option -\(letter)") }
            switch letter {
            case "4": settings.add("AddressFamily", "inet")
            case "6": settings.add("AddressFamily", "inet6")
            case "C": settings.add("Compression", "yes")
            default: break
            }
        }
    }

    private mutating func set(_ letter: Character, _ value: String) throws(Mistake) {
        switch letter {
        case "o":
            let (keyword, value) = SSHConfiguration.keywordAndValue(value[...])
            guard let value, !keyword.isEmpty else {
                throw Mistake(message: "ssh's option -o wants Keyword=value, not '\(keyword)'")
            }
            settings.add(keyword, SSHConfiguration.unquoted(value))
        case "p": settings.add("Port", value)
        case "i": settings.add("IdentityFile", value)
        case "l": settings.add("User", value)
        case "J": settings.add("ProxyJump", value)
        case "F": configurationFile = configurationFile ?? value
        default: break
        }
    }

    /// Words as a shell would split them: quotes and backslashes, no expansions.
    static func split(_ text: String) throws(Mistake) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var characters = text[...]
        while let character = characters.popFirst() {
            if let open = quote {
                if character == open {
                    quote = nil
                } else if character == "\\", open == "\"", let next = characters.first, next == "\"" || next == "\\" {
                    word = (word ?? "") + String(characters.removeFirst())
                } else {
                    word = (word ?? "") + String(character)
                }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == "\\", let next = characters.popFirst() {
                word = (word ?? "") + String(next)
            } else if character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw Mistake(message: "a quote is not closed in the ssh options '\(text)'") }
        if let word { words.append(word) }
        return words
    }
}
