//! Which release of which distribution a host runs, and on what processor.

import Values

/// A host as packages are made for it.
package struct Platform: Sendable, Hashable {
    /// As `/etc/os-release` spells it: `debian`, `rhel`.
    package let distribution: String
    /// The ways to name the release, the most precise first: `12.5`, `12`, `bookworm`.
    private let names: [String]
    package let architecture: String

    private init(_ distribution: String, _ names: [String?], _ architecture: String) {
        self.distribution = Self.spelt(distribution)
        var kept: [String] = []
        for case let name? in names where !name.isEmpty && name != "NA" && !kept.contains(name) { kept.append(name) }
        self.names = kept
        self.architecture = architecture
    }

    /// From `ansible_facts`; nil where they do not tell.
    package init?(facts: OrderedMap) {
        guard let distribution = facts["distribution"]?.string, let version = facts["distribution_version"]?.string
        else { return nil }
        self.init(
            distribution,
            [version, facts["distribution_major_version"]?.string, facts["distribution_release"]?.string],
            facts["architecture"]?.string ?? "")
    }

    /// What tells where no facts are there; read-only.
    static let probe = Probe("uname -m; cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null; :")

    init(_ observation: Observation) {
        let lines = observation.text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let release = OSRelease(lines.count > 1 ? String(lines[1]) : "")
        let version = release["VERSION_ID"]
        self.init(
            release.id, [version, version.map { String($0.prefix { $0 != "." }) }, release["VERSION_CODENAME"]],
            lines.first.map { String($0).withoutOuterBlanks } ?? "")
    }

    /// The release as pins name it: what does not change with updates.
    package var release: String {
        let version = names.first ?? "rolling"
        switch distribution {
        case "alpine": return "\(distribution) \(version.split(separator: ".").prefix(2).joined(separator: "."))"
        case "ubuntu", "opensuse-leap", "sles": return "\(distribution) \(version)"
        default:
            guard version.first?.isNumber == true else { return "\(distribution) \(names.last ?? version)" }
            return "\(distribution) \(version.prefix { $0 != "." })"
        }
    }

    /// Whether a release, as pins name it, is this one or an umbrella of it: `debian 12` is of `debian 12.5`.
    package func isOf(_ release: String) -> Bool {
        guard let (distribution, version) = Self.parts(of: release) else { return false }
        return distribution == self.distribution && names.contains { $0 == version || $0.hasPrefix(version + ".") }
    }

    /// `Debian 12` → (`debian`, `12`); nil where it is not a name and a version.
    package static func parts(of release: String) -> (distribution: String, version: String)? {
        let words = release.split(separator: " ")
        guard words.count >= 2, let version = words.last else { return nil }
        return (spelt(words.dropLast().joined(separator: " ")), String(version))
    }

    /// Facts and people spell distributions in other ways than the distributions themselves.
    private static func spelt(_ distribution: String) -> String {
        let name = distribution.lowercased()
        let others = [
            "redhat": "rhel", "oraclelinux": "ol", "amazon": "amzn", "archlinux": "arch",
            "opensuse leap": "opensuse-leap", "linux mint": "linuxmint",
        ]
        return others[name] ?? name
    }

    /// Debian's names of processors and the kernel's.
    private static let architectures = [
        "amd64": "x86_64", "arm64": "aarch64", "armhf": "armv7l", "i386": "i686", "ppc64el": "ppc64le",
    ]

    static func areSame(_ left: String, _ right: String) -> Bool {
        (architectures[left] ?? left) == (architectures[right] ?? right)
    }
}
