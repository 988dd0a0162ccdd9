//! Comparing versions by the rules that the `version` test offers.

import Diagnostics
import Regexes
import Values

enum Versions {
    enum Scheme: String, CaseIterable { case loose, strict, semver, semantic, pep440 }

    /// -1, 0 or 1. Letters against numbers at the same place of loose versions are an error, as in Python.
    static func compare(_ left: String, _ right: String, _ scheme: Scheme) throws(Diagnostic) -> Int {
        switch scheme {
        case .loose: try compareLoose(left, right)
        case .strict: order(try strict(left), try strict(right))
        case .semver, .semantic: try SemanticVersion(left).compare(SemanticVersion(right))
        case .pep440: order(try pep440(left), try pep440(right))
        }
    }

    private static func order(_ left: [Int], _ right: [Int]) -> Int {
        let count = max(left.count, right.count)
        let (left, right) = (padded(left, count), padded(right, count))
        return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    private static func padded(_ numbers: [Int], _ count: Int) -> [Int] {
        numbers + Array(repeating: 0, count: count - numbers.count)
    }

    /// Numbers, letters and what stands between them, dots left out, compared one after the other.
    private static func compareLoose(_ left: String, _ right: String) throws(Diagnostic) -> Int {
        let (left, right) = (try looseParts(left), try looseParts(right))
        for (first, second) in zip(left, right) where first != second {
            switch (digits(first), digits(second)) {
            case (let first?, let second?):
                if first.count != second.count { return first.count < second.count ? -1 : 1 }
                if !first.elementsEqual(second) { return first.lexicographicallyPrecedes(second) ? -1 : 1 }
            case (nil, nil): return first.codePointOrder(second) == .ascending ? -1 : 1
            default:
                throw Diagnostic(
                    .templateRuntime,
                    "Version comparison failed: '<' not supported between instances of 'str' and 'int'",
                    help: "version_type='strict' or 'semver' may fit these versions")
            }
        }
        return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
    }

    /// The digits of a number of any size without leading zeros; nil for what is none.
    private static func digits(_ text: String) -> Substring.UTF8View? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.drop { $0 == "0" }.utf8
    }

    private static func looseParts(_ text: String) throws(Diagnostic) -> [String] {
        try Pattern.cached("(\\d+|[a-z]+|\\.)").split(text).compactMap { part in
            part.flatMap { $0.isEmpty || $0 == "." ? nil : $0 }
        }
    }

    private static func strict(_ text: String) throws(Diagnostic) -> [Int] {
        let pattern = try Pattern.cached("(\\d+)\\.(\\d+)(\\.(\\d+))?([ab](\\d+))?")
        guard let match = try pattern.fullMatch(text) else { throw invalid(text) }
        let numbers = [1, 2, 4].map { match.group($0).flatMap { Int($0) } ?? 0 }
        let stage = match.group(5).map { $0.hasPrefix("a") ? 0 : 1 } ?? 2
        return numbers + [stage, match.group(6).flatMap { Int($0) } ?? 0]
    }

    /// Epoch, six release numbers, and the place of dev, pre-, post- and plain releases among each other.
    private static func pep440(_ text: String) throws(Diagnostic) -> [Int] {
        let source =
            "(?i)\\s*v?(?:(\\d+)!)?(\\d+(?:\\.\\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\\d+)?)?"
            + "(?:-(\\d+)|[-_.]?(post|rev|r)[-_.]?(\\d+)?)?(?:[-_.]?(dev)[-_.]?(\\d+)?)?"
            + "(?:\\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\\s*"
        guard let match = try Pattern.cached(source).fullMatch(text) else { throw invalid(text) }
        func number(_ group: Int) -> Int { match.group(group).flatMap { Int($0) } ?? 0 }
        var release = (match.group(2) ?? "").split(separator: ".").map { Int($0) ?? 0 }
        while release.count < 8 { release.append(0) }
        let (pre, isPost, isDev) = (
            match.group(3), match.group(5) != nil || match.group(6) != nil, match.group(8) != nil
        )
        let stage: Int
        switch pre?.lowercased().first {
        case "a": stage = 1
        case "b": stage = 2
        case .some: stage = 3
        case nil: stage = isDev && !isPost ? 0 : 4
        }
        let post = isPost ? number(5) + number(7) + 1 : 0
        let local = match.group(10).map { $0.split { "-_.".contains($0) }.map { (Int($0) ?? -1) + 2 } } ?? []
        return [number(1)] + release + [stage, number(4), post, isDev ? number(9) : Int.max] + local
    }

    private static func invalid(_ text: String) -> Diagnostic {
        Diagnostic(.templateRuntime, "Version comparison failed: invalid version number '\(text)'")
    }
}

/// A version as semver.org defines it.
private struct SemanticVersion {
    let numbers: [Int]
    let prerelease: [String]

    init(_ text: String) throws(Diagnostic) {
        let source =
            "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?"
        guard let match = try Pattern.cached(source).fullMatch(text) else {
            throw Diagnostic(
                .templateRuntime, "Version comparison failed: invalid semantic version '\(text)'",
                help: "semantic versions have three numbers, such as 1.2.3")
        }
        numbers = (1...3).map { match.group($0).flatMap { Int($0) } ?? 0 }
        prerelease = match.group(4).map { $0.split(separator: ".").map(String.init) } ?? []
    }

    func compare(_ other: SemanticVersion) -> Int {
        if numbers != other.numbers { return numbers.lexicographicallyPrecedes(other.numbers) ? -1 : 1 }
        if prerelease == other.prerelease { return 0 }
        if prerelease.isEmpty || other.prerelease.isEmpty { return prerelease.isEmpty ? 1 : -1 }
        for (first, second) in zip(prerelease, other.prerelease) where first != second {
            switch (Int(first), Int(second)) {
            case (let first?, let second?): return first < second ? -1 : 1
            case (.some, nil): return -1
            case (nil, .some): return 1
            case (nil, nil): return first.codePointOrder(second) == .ascending ? -1 : 1
            }
        }
        return prerelease.count < other.prerelease.count ? -1 : 1
    }
}
