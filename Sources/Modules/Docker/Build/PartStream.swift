//! A stream made of pieces: some are at hand, others are files.

import Connections
import Glibc

/// A piece of a stream.
package enum StreamPart: Sendable {
    case bytes([UInt8])
    /// Exactly this much of a file.
    case file(path: String, size: Int)

    package var size: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(_, let size): size
        }
    }
}

/// Where the files of a stream are.
package protocol FileReading: Sendable {
    /// Up to `count` bytes; none at the end.
    func read(_ path: String, offset: Int, count: Int) async throws(ByteSourceFailure) -> [UInt8]
}

/// Files of the control node.
package struct LocalFiles: FileReading {
    package init() {}

    package func read(_ path: String, offset: Int, count: Int) throws(ByteSourceFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ByteSourceFailure("cannot read '\(path)': \(Self.reason)") }
        defer { _ = Glibc.close(file) }
        var got = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            got = pread(file, buffer.baseAddress, count, off_t(offset))
            length = max(got, 0)
        }
        guard got >= 0 else { throw ByteSourceFailure("cannot read '\(path)': \(Self.reason)") }
        return bytes
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

/// The parts of a stream, one after the other, in pieces of about a mebibyte.
package actor PartStream: ByteSource {
    private let parts: [StreamPart]
    private let files: any FileReading
    private var index = 0
    private var offset = 0

    private static let piece = 1 << 20

    package nonisolated let total: Int?

    package init(_ parts: [StreamPart], files: any FileReading) {
        self.parts = parts
        self.files = files
        total = parts.reduce(0) { $0 + $1.size }
    }

    package func next() async throws(ByteSourceFailure) -> [UInt8]? {
        var piece: [UInt8] = []
        while index < parts.count, piece.count < Self.piece {
            switch parts[index] {
            case .bytes(let bytes):
                piece += bytes
                index += 1
            case .file(let path, let size):
                guard offset < size else {
                    (index, offset) = (index + 1, 0)
                    continue
                }
                let bytes = try await files.read(path, offset: offset, count: min(Self.piece, size - offset))
                guard !bytes.isEmpty else {
                    throw ByteSourceFailure("'\(path)' became shorter while it was sent", help: "run again")
                }
                offset += bytes.count
                piece += bytes
            }
        }
        return piece.isEmpty ? nil : piece
    }
}
