//! Patterns of names, as a shell writes them.

import Diagnostics
import Regexes

extension Pattern {
    /// Matches a whole name; `*` stands for slashes, too, as in Python's `fnmatch`.
    static func glob(_ glob: String) throws(Diagnostic) -> Pattern {
        var regex = "(?s:"
        var rest = Substring(glob)
        while let character = rest.popFirst() {
            switch character {
            case "*": regex += ".*"
            case "?": regex += "."
            case "[":
                let searched = rest.hasPrefix("!]") ? rest.dropFirst(2) : rest.hasPrefix("]") ? rest.dropFirst() : rest
                guard let end = searched.firstIndex(of: "]") else {
                    regex += "\\["
                    continue
                }
                var set = String(rest[..<end]).replacing("\\", with: "\\\\")
                if set.hasPrefix("!") { set = "^" + set.dropFirst() } else if set.hasPrefix("^") { set = "\\" + set }
                regex += "[\(set)]"
                rest = rest[rest.index(after: end)...]
            default: regex += escape(String(character))
            }
        }
        return try cached(regex + ")\\Z")
    }
}
