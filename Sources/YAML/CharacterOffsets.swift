//! From libyaml's positions, which count characters, to byte offsets.

/// Byte offsets of characters in UTF-8 text. Costs nothing to look up where the text is ASCII.
struct CharacterOffsets {
    /// Bytes of a byte order mark, which libyaml is not shown.
    let base: Int
    private let count: Int
    /// The offset of every 16th character; empty for ASCII text.
    private var checkpoints: [Int32] = []
    private var bytes: [UInt8] = []
    private static let stride = 16

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        base = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        count = bytes.count
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        self.bytes = Array(bytes)
        var characters = 0
        for offset in base..<bytes.count where !Self.continues(bytes[offset]) {
            if characters % Self.stride == 0 { checkpoints.append(Int32(clamping: offset)) }
            characters += 1
        }
    }

    func byte(ofCharacter index: Int) -> Int {
        guard !checkpoints.isEmpty else { return min(index + base, count) }
        let checkpoint = index / Self.stride
        guard checkpoint < checkpoints.count else { return count }
        var offset = Int(checkpoints[checkpoint])
        var remaining = index % Self.stride
        while remaining > 0, offset < count {
            offset += 1
            while offset < count, Self.continues(bytes[offset]) { offset += 1 }
            remaining -= 1
        }
        return offset
    }

    private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
