//! `name >= 1.0`: a package in any of several versions.

import Values

/// The blanks around the operator are what tells it from a name.
struct DnfComparison: Sendable {
    let name: String
    private let comparison: String
    private let version: String

    init?(_ text: String) {
        let words = text.blankSeparatedWords
        guard words.count == 3, ["=", "<", ">", "<=", ">="].contains(words[1]) else { return nil }
        (name, comparison, version) = (words[0], words[1], words[2])
    }

    /// Without a release in the wish any release of the version will do.
    func isMet(by installed: String) -> Bool {
        let (have, wanted) = (RpmVersion(installed), RpmVersion(version))
        return switch comparison {
        case "=": have == wanted
        case "<": have < wanted
        case ">": have > wanted
        case "<=": have <= wanted
        default: have >= wanted
        }
    }
}
