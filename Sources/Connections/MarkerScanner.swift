//! Finds the line that ends a reply in a stream of any bytes, in linear time.

import Glibc

/// The bytes of one stream that nobody has taken yet.
struct MarkerScanner {
    private var buffer: [UInt8] = []
    /// Where the bytes begin that are not taken.
    private var start = 0
    /// Up to here no marker begins.
    private var searched = 0

    mutating func append(_ bytes: [UInt8]) {
        if start > 0, start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity < 1 << 20)
            (start, searched) = (0, 0)
        }
        buffer += bytes
    }

    /// Everything that is there, for messages.
    var pending: [UInt8] { Array(buffer[start...]) }

    /// What precedes the marker, and what follows it on its line; nil until the whole line is there.
    mutating func take(through marker: [UInt8]) -> (before: [UInt8], rest: [UInt8])? {
        guard let position = find(marker) else {
            searched = max(start, buffer.count - marker.count + 1)
            return nil
        }
        searched = position
        let end = position + marker.count
        guard let newline = buffer[end...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let result = (Array(buffer[start..<position]), Array(buffer[end..<newline]))
        start = newline + 1
        searched = start
        return result
    }

    func contains(_ marker: [UInt8]) -> Bool {
        var copy = self
        copy.searched = start
        return copy.find(marker) != nil
    }

    /// A marker begins with a newline, so newlines are the only places to look at.
    private func find(_ marker: [UInt8]) -> Int? {
        buffer.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            var position = searched
            while bytes.count - position >= marker.count {
                let left = bytes.count - marker.count + 1 - position
                guard let newline = memchr(base + position, Int32(marker[0]), left) else { return nil }
                position = UnsafeRawPointer(newline) - base
                if memcmp(newline, marker, marker.count) == 0 { return position }
                position += 1
            }
            return nil
        }
    }
}
