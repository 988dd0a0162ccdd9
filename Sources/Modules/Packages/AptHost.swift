//! What a Debian host says about its packages and its package lists, parsed.

import Connections

/// A package that dpkg knows.
struct DpkgPackage: Sendable {
    let name: String
    let architecture: String
    let version: String
    /// The state without the wish: `installed`, `config-files`, `half-configured`, …
    let state: String
    let isHeld: Bool

    var isInstalled: Bool { state == "installed" || state == "triggers-awaited" || state == "triggers-pending" }
    var hasConfiguration: Bool { state != "not-installed" }

    /// Whether an entry of the task means this package.
    func isMeant(by requirement: AptRequirement) -> Bool {
        let (wanted, wantedArchitecture) = requirement.name.halves(at: ":") ?? (requirement.name, "")
        guard wantedArchitecture.isEmpty || wantedArchitecture == architecture || architecture == "all" else {
            return false
        }
        return requirement.isPattern ? ShellPattern(wanted).matches(name) : wanted == name
    }
}

/// One look at a host: the clock, the age of the lists, the packages asked for.
struct AptHost: Sendable {
    /// Seconds since 1970; nil where there are no lists at all.
    let listsUpdated: Int?
    let now: Int
    let packages: [DpkgPackage]
    /// Names that the lists offer for patterns.
    let offered: [String]
    /// Available versions by package, as the lists tell them (best first).
    let versions: [String: [String]]
    /// The apt version is old or apt is missing: its message.
    let missing: Bool

    init(_ text: String) {
        var listsUpdated: Int?
        var now = 0
        var packages: [DpkgPackage] = []
        var offered: [String] = []
        var versions: [String: [String]] = [:]
        var missing = false
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(\.withoutOuterBlanks)
            switch fields[0] {
            case "P" where fields.count >= 6:
                packages.append(
                    DpkgPackage(
                        name: fields[1], architecture: fields[2], version: fields[3], state: fields[4],
                        isHeld: fields[5] == "hold"))
            case "L" where fields.count >= 2: listsUpdated = Int(fields[1])
            case "N" where fields.count >= 2: now = Int(fields[1]) ?? 0
            case "O" where fields.count >= 2: offered.append(fields[1])
            case "V" where fields.count >= 3: versions[fields[1], default: []].append(fields[2])
            case "missing": missing = true
            default: break
            }
        }
        (self.listsUpdated, self.now, self.packages) = (listsUpdated, now, packages)
        (self.offered, self.versions, self.missing) = (offered, versions, missing)
    }

    /// Asks everything in one script. Patterns and lower bounds need the lists, plain names only dpkg.
    static func probe(for requirements: [AptRequirement]) -> String {
        var lines = [
            "export LC_ALL=C",
            "command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || { echo missing; exit 0; }",
            "f=/var/lib/apt/periodic/update-success-stamp; [ -e $f ] || f=/var/lib/apt/lists",
            "[ ! -e $f ] || echo \"L|$(stat -c %Y $f)\"; echo \"N|$(date +%s)\"",
        ]
        if !requirements.isEmpty {
            let names = requirements.map { $0.name.shellQuoted }.joined(separator: " ")
            let format = "P|${Package}|${Architecture}|${Version}|${db:Status-Status}|${db:Status-Want}\\n"
            lines.append("dpkg-query -W -f \(format.shellQuoted) \(names) 2>/dev/null")
        }
        if requirements.contains(where: \.isPattern) {
            lines.append("apt-cache pkgnames 2>/dev/null | sed 's/^/O|/'")
        }
        let bounded = requirements.filter { $0.relation == .atLeast && !$0.isPattern }
        for requirement in bounded {
            lines.append("apt-cache madison \(requirement.name.shellQuoted) 2>/dev/null | sed 's/^ */V|/'")
        }
        return lines.joined(separator: "\n") + "\n:"
    }
}

/// What `apt-get -s` says would happen.
struct AptSimulation: Sendable {
    let installs: [String]
    let removals: [String]
    /// The lines that apt shows a person, from "The following" to the summary.
    let summary: String
    /// A name that apt took for a regular expression or glob, which only hides typing mistakes.
    let guessedName: String?

    init(_ output: String) {
        let lines = output.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        installs = lines.filter { $0.hasPrefix("Inst ") }.compactMap { $0.blankSeparatedWords.dropFirst().first }
        removals = lines.filter { $0.hasPrefix("Remv ") || $0.hasPrefix("Purg ") }
            .compactMap { $0.blankSeparatedWords.dropFirst().first }
        let selecting = lines.first {
            $0.hasPrefix("Note, selecting ") && ($0.contains(" for regex ") || $0.contains(" for glob "))
        }
        guessedName = selecting?.split(separator: "'").last.map(String.init)
        let start = lines.firstIndex { $0.hasPrefix("The following ") && !$0.contains("no longer required") }
        let end = lines.lastIndex { $0.contains(" newly installed, ") }
        summary = if let start, let end, start <= end { lines[start...end].joined(separator: "\n") + "\n" } else { "" }
    }

    var changesSomething: Bool { !installs.isEmpty || !removals.isEmpty }
    var difference: Difference {
        Difference(beforeHeader: "", afterHeader: "", before: "", after: "", prepared: summary)
    }
}
