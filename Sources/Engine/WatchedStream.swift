//! A stream that tells how far it has got.

import Connections

/// Hands on another stream and tells about each piece that was asked for.
actor WatchedStream: ByteSource {
    private let stream: any ByteSource
    private let host: String
    private let emit: @Sendable (RunEvent) -> Void
    private var bytes = 0
    private var told = ContinuousClock.now

    /// Nobody reads faster.
    private static let interval = Duration.milliseconds(100)

    init(_ stream: any ByteSource, to host: String, emit: @escaping @Sendable (RunEvent) -> Void) {
        self.stream = stream
        self.host = host
        self.emit = emit
    }

    var total: Int? { get async { await stream.total } }

    func next() async throws(ByteSourceFailure) -> [UInt8]? {
        let piece = try await stream.next()
        bytes += piece?.count ?? 0
        let now = ContinuousClock.now
        if piece == nil || now - told >= Self.interval {
            told = now
            emit(.transfer(TransferReport(host: host, bytes: bytes, total: await stream.total)))
        }
        return piece
    }
}
