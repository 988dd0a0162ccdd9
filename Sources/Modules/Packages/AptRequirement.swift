//! One entry of apt's `name`: a package, perhaps a version or a pattern.

import Diagnostics

/// `nginx`, `nginx=1.22*`, `nginx>=1.20`, `nginx:arm64`, `php8.2-*`.
struct AptRequirement: Sendable {
    enum Relation: String, Sendable { case equal = "=", atLeast = ">=" }

    /// With its architecture, if one was named.
    let name: String
    let relation: Relation?
    let version: String?

    init(_ text: String, in arguments: ModuleArguments) throws(Diagnostic) {
        guard let equals = text.firstIndex(of: "=") else {
            (name, relation, version) = (text, nil, nil)
            try check(in: arguments)
            return
        }
        let before = text[..<equals]
        let isAtLeast = before.hasSuffix(">")
        name = isAtLeast ? before.dropLast().withoutOuterBlanks : before.withoutOuterBlanks
        relation = isAtLeast ? .atLeast : .equal
        version = text[text.index(after: equals)...].withoutOuterBlanks
        try check(in: arguments)
    }

    private func check(in arguments: ModuleArguments) throws(Diagnostic) {
        let allowed = name.utf8.allSatisfy { $0.isNameByte || Self.otherBytes.contains($0) }
        guard allowed, !name.isEmpty, name.utf8.first != UInt8(ascii: "-") else {
            throw arguments.invalid(
                "name", "'\(name)' is no package name",
                help: "a package is written as name, name=version, name>=version or name:architecture")
        }
        if let version, version.isEmpty || version.contains(where: { $0 == "\"" || $0 == "'" || $0 == " " }) {
            throw arguments.invalid(
                "name", "'\(version)' is no version of package '\(name)'", help: "write the version without quotes")
        }
    }

    private static let otherBytes = Set("+-.:*?[]!".utf8)

    var isPattern: Bool { name.contains { $0 == "*" || $0 == "?" || $0 == "[" } }

    /// Whether a version meets what is asked.
    func isMet(by installed: String) -> Bool {
        guard let version, let relation else { return true }
        switch relation {
        case .equal: return ShellPattern(version).matches(installed)
        case .atLeast: return DebianVersion(installed) >= DebianVersion(version)
        }
    }
}
