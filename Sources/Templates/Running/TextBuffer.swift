//! The bytes of a text while it grows.

import Glibc

/// Own memory and no array, because a template writes many short pieces and an array would ask for each of them whether
/// it is shared. This cannot be copied: nothing else refers to the memory, and it is freed exactly once.
struct TextBuffer: ~Copyable {
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    private(set) var count = 0

    /// Room that is enough for most texts.
    private static let firstCapacity = 256

    deinit { free(base) }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        room(for: bytes.count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        room(for: 1).storeBytes(of: byte, as: UInt8.self)
        count += 1
    }

    mutating func append(_ text: borrowing String) {
        let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { append($0) }
        if isWritten == nil { for byte in text.utf8 { append(byte) } }
    }

    /// Decimal digits.
    mutating func append(_ number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var power: UInt = 1
        while number.magnitude / power > 9 { power *= 10 }
        while power > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number.magnitude / power % 10))
            power /= 10
        }
    }

    /// Takes off all that was written after there were so many bytes.
    mutating func removeAll(after count: Int) {
        precondition(count <= self.count, "more bytes than there are")
        self.count = count
    }

    /// The bytes from a position on; not to be kept.
    private func bytes(from start: Int) -> UnsafeRawBufferPointer {
        precondition(start <= count, "more bytes than there are")
        guard let base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: base + start, count: count - start)
    }

    /// The text from a position on.
    func text(from start: Int) -> String { String(decoding: bytes(from: start), as: UTF8.self) }

    /// How often a byte is repeated at the end, from a position on.
    func countAtEnd(of byte: UInt8, from start: Int) -> Int {
        bytes(from: start).reversed().prefix { $0 == byte }.count
    }

    /// Where the next bytes go, once there is memory for so many.
    @inline(__always)
    private mutating func room(for additional: Int) -> UnsafeMutableRawPointer {
        if let base, capacity - count >= additional { return base + count }
        return grow(additional) + count
    }

    private mutating func grow(_ additional: Int) -> UnsafeMutableRawPointer {
        capacity = max(2 * capacity, count + additional, TextBuffer.firstCapacity)
        guard let larger = realloc(base, capacity) else { fatalError("out of memory") }
        base = larger
        return larger
    }
}
