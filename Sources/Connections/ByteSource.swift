//! Content of any size: made piece by piece while it is sent.

/// Bytes that are asked for when there is room for them, so that they are never in memory as a whole.
package protocol ByteSource: Sendable {
    /// The next piece; nil at the end.
    func next() async throws(ByteSourceFailure) -> [UInt8]?
    /// How much there will have been at the end, as soon as it is known.
    var total: Int? { get async }
}

extension ByteSource {
    package var total: Int? { nil }
}

/// Why there are no more bytes.
package struct ByteSourceFailure: Error, Sendable {
    package let message: String
    package let help: String?

    package init(_ message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }
}
