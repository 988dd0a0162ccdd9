//! A recorded session at the terminal: commands, what they say, and how they end.

import FoundationEssentials
import Glibc
import Testing

/// A folder below `Transcripts/` with the files of the session and its `transcript.txt`.
struct Transcript: CustomTestStringConvertible {
    let name: String

    static let root = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Transcripts"
    static let isRecording = getenv("DROVER_RECORD").map { String(cString: $0) } == "1"

    /// All of them, by name.
    static let all: [Transcript] =
        ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
        .map(Transcript.init)

    var testDescription: String { name }
    var folder: String { "\(Self.root)/\(name)" }
    private var file: String { "\(folder)/transcript.txt" }

    func expected() throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
    }

    func record(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: file)) }

    /// Runs every command of the session, in order, in a copy of the folder.
    func actual() async throws -> String {
        let stage = try Stage(copying: folder)
        defer { stage.remove() }
        var text = ""
        for line in try expected().split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("$ ") else { continue }
            text += try await stage.run(String(line.dropFirst(2))).transcript + "\n"
        }
        return text
    }
}

/// The lines in which two texts differ, with the unchanged ones between them left out.
func difference(from expected: String, to actual: String) -> String {
    let (old, new) = (lines(expected), lines(actual))
    var text: [String] = []
    for change in new.difference(from: old) {
        switch change {
        case .remove(let offset, let line, _): text.append("- \(offset + 1): \(line)")
        case .insert(let offset, let line, _): text.append("+ \(offset + 1): \(line)")
        }
    }
    return text.joined(separator: "\n")
}

private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
