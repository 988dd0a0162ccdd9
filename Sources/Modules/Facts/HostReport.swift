//! What the facts script answered: named sections, and small files by path.

/// The parsed output of `FactsProbe`. Sections come first to stay: a later one of the same name is ignored,
/// so that what a host's own fact scripts print (they run last) cannot replace what the system said.
struct HostReport: Sendable {
    private var sections: [String: String] = [:]
    /// Names of sections in the order of the report.
    private(set) var names: [String] = []
    /// Content of the files that could be read, by path. An empty file is absent.
    private(set) var files: [String: String] = [:]
    /// Paths that exist, whatever they are.
    private(set) var existing: Set<String> = []

    static let separator: UInt8 = 0x1e

    init(_ output: [UInt8]) {
        let newline = UInt8(ascii: "\n")
        var start: Int?
        func close(at end: Int) {
            guard let start else { return }
            let body = output[start..<end]
            guard let lineEnd = body.firstIndex(of: newline) else { return }
            let name = String(decoding: body[..<lineEnd], as: UTF8.self)
            if sections[name] == nil {
                sections[name] = String(decoding: body[(lineEnd + 1)...], as: UTF8.self)
                names.append(name)
            }
        }
        for (index, byte) in output.enumerated()
        where byte == Self.separator && (index == 0 || output[index - 1] == newline) {
            close(at: index == 0 ? 0 : index - 1)
            start = index + 1
        }
        close(at: output.count)
        existing = Set((sections["exists"] ?? "").split(separator: "\n").map(String.init))
        files = Self.filesByPath(sections["files"] ?? "")
    }

    private static func filesByPath(_ text: String) -> [String: String] {
        var lines: [String: [Substring]] = [:]
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            lines[String(line[..<colon]), default: []].append(line[line.index(after: colon)...])
        }
        return lines.mapValues { $0.joined(separator: "\n") }
    }

    /// The text of a section; empty where there is none.
    func section(_ name: String) -> String { sections[name] ?? "" }

    func lines(_ name: String) -> [Substring] { section(name).split(separator: "\n") }

    /// A file's content without blanks around it; nil where it is absent, unreadable or empty.
    func file(_ path: String) -> String? { files[path].map(\.withoutOuterBlanks) }

    /// The paths of read files and existing paths below a folder, relative to it.
    func names(below folder: String) -> [String] {
        let paths = Array(files.keys) + Array(existing)
        return Set(paths.filter { $0.hasPrefix(folder) }.map { String($0.dropFirst(folder.count)) }).sorted()
    }
}

extension StringProtocol {
    /// The text without spaces, tabs and line ends around it.
    var withoutOuterBlanks: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(self[first...last])
    }

    /// The words between blanks.
    var blankSeparatedWords: [String] {
        split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }).map { String($0) }
    }

    /// The text up to and behind the first separator, both without blanks around them.
    func halves(at separator: Character) -> (String, String)? {
        guard let index = firstIndex(of: separator) else { return nil }
        return (self[..<index].withoutOuterBlanks, self[self.index(after: index)...].withoutOuterBlanks)
    }
}
