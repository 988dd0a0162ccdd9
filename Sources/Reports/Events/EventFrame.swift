//! Marks in the output by which ansible-runner finds the text that belongs to an event.

import Digests

/// Escape sequences that a terminal does not show, around base64 of a JSON object.
enum EventFrame {
    static func opening(_ uuid: String) -> String { frame("{\"uuid\": \"\(uuid)\"}") }
    static let closing = frame("{}")

    private static func frame(_ json: String) -> String {
        let characters = Array(Base64.encode(Array(json.utf8)))
        let pieces = stride(from: 0, to: characters.count, by: 78).map { start in
            let piece = characters[start..<min(start + 78, characters.count)]
            return "\(String(piece))\u{1B}[\(piece.count)D"
        }
        return "\u{1B}[K\(pieces.joined())\u{1B}[K"
    }
}
