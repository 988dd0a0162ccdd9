//! The images that a Dockerfile builds on, and the Dockerfile with their digests.

/// What `FROM` and `COPY --from` name, without stages of the file itself.
package struct BaseImages: Sendable, Equatable {
    /// With tag, each once, in the order of the file; without those that a digest or nothing can be told of.
    package let names: [String]
    /// The file, each of these images by its digest.
    let text: String

    /// `digests` are by name with tag.
    package init(_ dockerfile: String, arguments: [String: String], digests: [String: String] = [:]) {
        var reader = DockerfileReader(arguments: arguments, digests: digests)
        text = dockerfile.split(separator: "\n", omittingEmptySubsequences: false).map { reader.read($0) }
            .joined(separator: "\n")
        names = reader.names
    }
}

/// Goes through a Dockerfile line by line. Instructions that matter here stand on one line each, or begin on it.
private struct DockerfileReader {
    /// Global build arguments.
    private var values: [String: String] = [:]
    private let arguments: [String: String]
    private let digests: [String: String]
    private var stages: Set<String> = []
    private var isContinued = false
    private(set) var names: [String] = []

    init(arguments: [String: String], digests: [String: String]) {
        self.arguments = arguments
        self.digests = digests
    }

    mutating func read(_ line: Substring) -> String {
        let begins = !isContinued
        let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
        if words.first?.hasPrefix("#") != true { isContinued = words.last?.hasSuffix("\\") ?? false }
        guard begins, let instruction = words.first?.uppercased() else { return String(line) }
        switch instruction {
        case "ARG" where stages.isEmpty: words.dropFirst().forEach { declare($0) }
        case "FROM": return from(words.dropFirst(), in: line)
        case "COPY", "ADD":
            for word in words where word.hasPrefix("--from=") {
                return held(word.dropFirst("--from=".count), in: line, isPlain: true)
            }
        default: break
        }
        return String(line)
    }

    private mutating func declare(_ word: Substring) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let written = parts.count > 1 ? String(parts[1]).withoutQuotes : nil
        values[name] = arguments[name] ?? written.flatMap(expanded)
    }

    private mutating func from(_ words: ArraySlice<Substring>, in line: Substring) -> String {
        let words = words.drop { $0.hasPrefix("--") }
        guard let word = words.first else { return String(line) }
        let result = held(word, in: line, isPlain: false)
        // A stage without a name is a number; then `ARG` is no longer global.
        let isNamed = words.dropFirst().first?.lowercased() == "as"
        stages.insert(isNamed ? words.dropFirst(2).first?.lowercased() ?? "" : "\(stages.count)")
        return result
    }

    private mutating func held(_ word: Substring, in line: Substring, isPlain: Bool) -> String {
        let written = String(word).withoutQuotes
        guard let name = isPlain ? written : expanded(written), !name.isEmpty, name != "scratch",
            !stages.contains(name.lowercased()), !name.contains("$"), !name.allSatisfy(\.isNumber),
            !ImageReference.isID(name), ImageReference(name).digest == nil
        else { return String(line) }
        let image = ImageReference(name).withTag("latest")
        if !names.contains(image.familiar) { names.append(image.familiar) }
        guard let digest = digests[image.familiar] else { return String(line) }
        let held = ImageReference(repository: image.repository, tag: image.tag, digest: digest).text
        return line[..<word.startIndex] + held + line[word.endIndex...]
    }

    /// `$NAME`, `${NAME}`, `${NAME:-default}`; nil where one is not known.
    private func expanded(_ text: String) -> String? {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let isBraced = rest.first == "{"
            if isBraced { rest = rest.dropFirst() }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            rest = rest[name.endIndex...]
            var fallback: Substring?
            if isBraced {
                guard let end = rest.firstIndex(of: "}") else { return nil }
                if rest.hasPrefix(":-") {
                    fallback = rest[..<end].dropFirst(2)
                } else if rest.startIndex != end {
                    return nil
                }
                rest = rest[rest.index(after: end)...]
            }
            let known = values[String(name)]
            guard let value = known?.isEmpty == false ? known : fallback.map(String.init) else { return nil }
            result += value
        }
        return result + rest
    }
}

extension String {
    fileprivate var withoutQuotes: String {
        guard count > 1, let first, first == last, first == "\"" || first == "'" else { return self }
        return String(dropFirst().dropLast())
    }
}
