//! A stream for tests that knows how much of it was asked for.

import Connections

/// Pieces of zeros; fails after the last one where it is told to.
actor CountedSource: ByteSource {
    private var left: Int
    private let failure: ByteSourceFailure?
    private(set) var taken = 0
    static let piece = 256 * 1024

    init(pieces: Int, failure: ByteSourceFailure? = nil) {
        left = pieces
        self.failure = failure
    }

    func next() async throws(ByteSourceFailure) -> [UInt8]? {
        guard left > 0 else {
            if let failure { throw failure }
            return nil
        }
        left -= 1
        taken += 1
        return [UInt8](repeating: 0, count: Self.piece)
    }
}
