//! The marks that begin and end tags.

/// The delimiters of a template as bytes.
struct Delimiters: Sendable {
    enum Kind: Sendable { case comment, block, variable }

    struct Found {
        let kind: Kind
        let start: Int
        let length: Int
    }

    let blockStart: [UInt8]
    let blockEnd: [UInt8]
    let variableStart: [UInt8]
    let variableEnd: [UInt8]
    let commentEnd: [UInt8]
    /// Longest first: a delimiter may be the beginning of another.
    private let openings: [(kind: Kind, bytes: [UInt8])]

    init(_ options: TemplateOptions) {
        blockStart = Array(options.blockStart.utf8)
        blockEnd = Array(options.blockEnd.utf8)
        variableStart = Array(options.variableStart.utf8)
        variableEnd = Array(options.variableEnd.utf8)
        commentEnd = Array(options.commentEnd.utf8)
        let all: [(kind: Kind, bytes: [UInt8])] = [
            (.comment, Array(options.commentStart.utf8)), (.block, blockStart), (.variable, variableStart),
        ]
        openings = all.filter { !$0.bytes.isEmpty }.sorted { $0.bytes.count > $1.bytes.count }
    }

    /// The first tag that begins at or behind `start`.
    func next(in source: [UInt8], from start: Int) -> Found? {
        let (first, second, third) = (openings[0].bytes[0], openings[1].bytes[0], openings[2].bytes[0])
        return source.withUnsafeBufferPointer { bytes in
            var index = start
            while index < bytes.count {
                let byte = bytes[index]
                if byte == first || byte == second || byte == third, let found = match(bytes, at: index) {
                    return found
                }
                index += 1
            }
            return nil
        }
    }

    private func match(_ source: UnsafeBufferPointer<UInt8>, at index: Int) -> Found? {
        for (kind, bytes) in openings where index + bytes.count <= source.count {
            if (0..<bytes.count).allSatisfy({ source[index + $0] == bytes[$0] }) {
                return Found(kind: kind, start: index, length: bytes.count)
            }
        }
        return nil
    }
}
