//! Secrets of a whole fleet, kept out of everything that a plan shows.

import Modules
import Values

/// Replaces the values of all secrets: a consumer's file may hold its provider's password.
struct FleetMask: Sendable {
    private static let stars = "********"

    private let values: [String]

    init(_ fleet: Fleet) {
        let all = fleet.services.flatMap { $0.secrets.values.compactMap(\.string) }
        // Longer ones first, since one may be part of another; very short ones would hide half of a text.
        values = Set(all).filter { $0.utf8.count >= 3 }.sorted { $0.utf8.count > $1.utf8.count }
    }

    func callAsFunction(_ text: String) -> String { values.reduce(text) { $0.replacing($1, with: Self.stars) } }

    /// The text from before may hold a secret that nobody here knows any more: a line that goes is hidden from where
    /// the line that comes hides something.
    func callAsFunction(_ difference: Difference) -> Difference {
        var difference = difference
        difference.after = self(difference.after)
        let coming = difference.after.split(separator: "\n", omittingEmptySubsequences: false)
        let stays = Set(coming)
        let fronts = coming.compactMap { line in line.firstRange(of: Self.stars).map { line[..<$0.lowerBound] } }
        difference.before = self(difference.before).split(separator: "\n", omittingEmptySubsequences: false).map {
            line in
            guard !line.isEmpty, !stays.contains(line), let front = fronts.first(where: { line.hasPrefix($0) }) else {
                return String(line)
            }
            return front + Self.stars
        }.joined(separator: "\n")
        return difference
    }
}
