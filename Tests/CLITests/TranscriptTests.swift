//! Every recorded session runs again and has to say the same.

import Testing

@Suite("Transcripts")
struct TranscriptTests {
    static let noBinary: Comment = "the program has not been built beside the tests"

    /// `DROVER_RECORD=1` writes what the program says now; read the difference before it is committed.
    @Test("say the same again", .enabled(if: Stage.binary != nil, noBinary), arguments: Transcript.all)
    func again(_ transcript: Transcript) async throws {
        let actual = try await transcript.actual()
        if Transcript.isRecording { return try transcript.record(actual) }
        let expected = try transcript.expected()
        #expect(expected == actual, "\(transcript.name):\n\(difference(from: expected, to: actual))")
    }

    @Test("are there")
    func exist() { #expect(Transcript.all.count >= 10) }
}
