//! Roles and files that a playbook imports and that are not there: gathered while loading, told all at once.

import Diagnostics

/// What was found missing so far.
struct MissingFiles {
    private var mistakes: [Diagnostic] = []

    /// Takes note of a mistake; false where it is of another kind.
    mutating func take(_ mistake: Diagnostic) -> Bool {
        guard [.roleNotFound, .fileNotFound].contains(mistake.code), let place = mistake.range else { return false }
        // A file that is loaded twice lacks the same twice.
        let isKnown = mistakes.contains { $0.range?.description == place.description && $0.message == mistake.message }
        if !isKnown { mistakes.append(mistake) }
        return true
    }

    /// One mistake for all of them; the first is shown, the others are named with their places.
    var mistake: Diagnostic? {
        guard var first = mistakes.first else { return nil }
        first.notes += mistakes.dropFirst().map { mistake in
            let place = mistake.range.map { "\($0.description): " } ?? ""
            return "\(place)\(mistake.message)" + (mistake.help.map { "\n\($0)" } ?? "")
        }
        return first
    }
}

extension PlaybookLoader {
    /// What `load` gives; nil where it needs a file that is missing and loading goes on to find all such files.
    func unlessMissing<T>(_ load: () throws(Diagnostic) -> T) throws(Diagnostic) -> T? {
        guard missingFiles != nil else { return try load() }
        do { return try load() } catch {
            guard missingFiles?.take(error) == true else { throw error }
            return nil
        }
    }
}
