//! UUIDs of events, plays and tasks.

import Digests

/// Plays and tasks keep theirs for the whole run; where one comes again, its event gets a number behind it.
struct EventIdentities {
    /// In place of a network card's address, and what tells runs apart.
    private let prefix = String(random().prefix(24))
    private var uses: [String: Int] = [:]

    static func random() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return NameUUID.text(bytes)
    }

    /// Of a play or task.
    func uuid(_ identity: Int) -> String {
        let digits = String(identity, radix: 16)
        return prefix + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    /// Of the event that tells of it.
    mutating func next(_ uuid: String) -> String {
        uses[uuid, default: 0] += 1
        let count = uses[uuid] ?? 1
        return count == 1 ? uuid : "\(uuid)_\(count)"
    }
}
