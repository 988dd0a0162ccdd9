//! What pip is asked for: a name with versions, or a place to fetch from.

/// One entry of `name`.
struct PipRequirement: Sendable {
    let text: String
    /// The name as Python compares names; empty for URLs and paths.
    let key: String
    /// `>=1.0,<2`; empty where any version will do.
    let specifier: String

    init(_ text: String) {
        self.text = text
        guard !text.contains("://"), !text.contains("/"), !text.contains("@"), !text.contains(";") else {
            (key, specifier) = ("", "")
            return
        }
        let name = text.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
        var rest = text[name.endIndex...].drop { $0 == " " }
        if rest.first == "[" { rest = (rest.firstIndex(of: "]").map { rest[rest.index(after: $0)...] }) ?? "" }
        key = Self.normal(String(name))
        specifier = rest.filter { $0 != " " }
    }

    func withVersion(_ version: String) -> PipRequirement {
        let isSpecifier = version.first.map { "<>=!~".contains($0) } ?? false
        return PipRequirement(text + (isSpecifier ? version : "==" + version))
    }

    /// Python's names do not tell case and the three separators apart.
    private static func normal(_ name: String) -> String {
        var result = ""
        for character in name.lowercased() {
            let isSeparator = "-_.".contains(character)
            if isSeparator, result.last == "-" { continue }
            result.append(isSeparator ? "-" : character)
        }
        return result
    }

    /// Names and versions of `pip list --format=freeze`.
    static func installed(_ lines: [String]) -> [String: String] {
        var all: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: "=", omittingEmptySubsequences: true)
            if parts.count == 2, line.contains("==") { all[normal(String(parts[0]))] = String(parts[1]) }
        }
        return all
    }

    /// nil where only pip can tell.
    func isSatisfied(by installed: [String: String]) -> Bool? {
        guard !key.isEmpty else { return nil }
        guard let version = installed[key] else { return false }
        if specifier.isEmpty { return true }
        guard specifier.hasPrefix("=="), !specifier.contains(","), !specifier.contains("*") else { return nil }
        return Self.release(String(specifier.drop { $0 == "=" })) == Self.release(version)
    }

    /// `1.0` and `1.0.0` are one version.
    private static func release(_ text: String) -> [Substring] {
        var parts = text.lowercased().split(separator: ".")
        while parts.count > 1, parts.last == "0" { parts.removeLast() }
        return parts
    }

    /// A list that was split at its commas has its versions put together again: `a>=1`, `<2`.
    static func joined(_ names: [String]) -> [String] {
        var result: [String] = []
        for name in names.map({ $0.trimmed }) {
            if let first = name.first, "<>=!~".contains(first), let last = result.popLast() {
                result.append("\(last),\(name)")
            } else {
                result.append(name)
            }
        }
        return result
    }
}
