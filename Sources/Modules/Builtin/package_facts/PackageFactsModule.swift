//! `package_facts`: what is installed, by name.

import Connections
import Diagnostics
import Values

package struct PackageFactsModule: Module {
    package static let spec = ModuleSpec(
        ["ansible.builtin.package_facts"], "Lists installed packages as facts",
        arguments: [
            ArgumentSpec(
                "manager", .list(of: .string), "Where to look: auto, apt, rpm, apk, pacman", default: ["auto"]),
            ArgumentSpec(
                "strategy", .string, "The first manager with an answer, or all of them", default: "first",
                choices: ["first", "all"]),
        ])

    /// Names of the tasks' managers → the source that packages are labelled with.
    private static let sources = [
        "apt": "apt", "rpm": "rpm", "dnf": "rpm", "dnf5": "rpm", "yum": "rpm", "zypper": "rpm", "apk": "apk",
        "pacman": "pacman",
    ]
    private let wanted: [String]
    private let takesAll: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        takesAll = arguments.string("strategy") == "all"
        var wanted: [String] = []
        for manager in arguments.strings("manager") ?? ["auto"] {
            if manager == "auto" {
                wanted += ["apt", "rpm", "apk", "pacman"]
                continue
            }
            guard let source = Self.sources[manager] else {
                throw arguments.invalid(
                    "manager", "there is no package manager '\(manager)' to list",
                    help: Suggestion.help(for: manager, among: Self.sources.keys)
                        ?? "use auto or one of \(Self.sources.keys.sorted().joined(separator: ", "))")
            }
            wanted.append(source)
        }
        self.wanted = wanted
    }

    private static let listings = [
        "apt": (
            "dpkg-query",
            "dpkg-query -W -f 'apt|${db:Status-Status}|${Package}|${Version}|${Architecture}|${Section}\\n'"
        ),
        "rpm": ("rpm", "rpm -qa --qf 'rpm|installed|%{NAME}|%{VERSION}|%{ARCH}|%{RELEASE}|%{EPOCH}\\n'"),
        "apk": ("apk", "apk list -I 2>/dev/null | sed 's/^/apk|/'"),
        "pacman": ("pacman", "pacman -Q | sed 's/^/pacman|/'"),
    ]

    package func start() throws(Diagnostic) -> Step {
        let questions = wanted.compactMap { source in
            Self.listings[source].map { tool, listing in
                "if command -v \(tool) >/dev/null 2>&1; then \(listing)\(takesAll ? "" : "; exit 0"); fi"
            }
        }
        return .observe(Probe("export LC_ALL=C\n" + questions.joined(separator: "\n"))) { observation in
            let lines = observation.text.split(separator: "\n")
            guard !lines.isEmpty else {
                return .done(
                    .failure(
                        "Could not detect a supported package manager from the following list: "
                            + wanted.joined(separator: ", ")
                    ))
            }
            var packages: [String: [Value]] = [:]
            for line in lines {
                guard let package = package(line), let name = package["name"]?.string else { continue }
                packages[name, default: []].append(.dict(package))
            }
            let facts: OrderedMap = [
                "packages": .dict(OrderedMap(packages.keys.sorted().map { ($0, .list(packages[$0] ?? [])) }))
            ]
            return .done(ModuleResult(fields: ["ansible_facts": .dict(facts)], effects: [.facts(facts)]))
        }
    }

    private func package(_ line: Substring) -> OrderedMap? {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0) }
        switch fields[0] {
        case "apt" where fields.count >= 6 && fields[1] == "installed":
            return [
                "name": .string(fields[2]), "version": .string(fields[3]), "arch": .string(fields[4]),
                "category": .string(fields[5]), "origin": "", "source": "apt",
            ]
        case "rpm" where fields.count >= 7:
            return [
                "name": .string(fields[2]), "version": .string(fields[3]), "arch": .string(fields[4]),
                "release": .string(fields[5]), "epoch": Int(fields[6]).map { .int($0) } ?? .none, "source": "rpm",
            ]
        case "apk" where fields.count >= 2: return alpine(fields[1])
        case "pacman" where fields.count >= 2:
            let words = fields[1].blankSeparatedWords
            guard words.count >= 2, let dash = words[1].lastIndex(of: "-") else { return nil }
            return [
                "name": .string(words[0]), "version": .string(String(words[1][..<dash])),
                "release": .string(String(words[1][words[1].index(after: dash)...])), "source": "pacman",
            ]
        default: return nil
        }
    }

    /// `musl-1.2.4-r2 x86_64 {musl} (MIT) [installed]`.
    private func alpine(_ text: String) -> OrderedMap? {
        let words = text.blankSeparatedWords
        guard words.count >= 2 else { return nil }
        let parts = words[0].split(separator: "-").map { String($0) }
        guard parts.count >= 3 else { return nil }
        return [
            "name": .string(parts.dropLast(2).joined(separator: "-")), "version": .string(parts[parts.count - 2]),
            "release": .string(parts[parts.count - 1]), "arch": .string(words[1]), "source": "apk",
        ]
    }
}
