//! `alternatives`: which program stands behind a common name.

import Connections
import Diagnostics
import Values

package struct AlternativesModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.alternatives"], "Chooses the program behind a common name",
        arguments: [
            ArgumentSpec("name", .string, "The common name", required: true),
            ArgumentSpec("path", .path, "The program"),
            ArgumentSpec("link", .path, "Where the name is linked; needed for new names"),
            ArgumentSpec("priority", .int, "Priority; 50 for a new alternative"),
            ArgumentSpec(
                "state", .string, "selected, known (present), chosen by priority (auto), or absent",
                default: "selected", choices: ["present", "selected", "auto", "absent"]),
            ArgumentSpec("family", .string, "Family of the alternative (Red Hat and its kin)"),
            ArgumentSpec(
                "subcommands", .list(of: .dict), "Links that go with it, each with name, link and path",
                aliases: ["slaves"]),
        ], readsAhead: true)

    private let arguments: ModuleArguments
    private let name: String
    private let path: String?
    private let state: String
    private let subcommands: [[String]]

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        self.arguments = arguments
        name = arguments.string("name") ?? ""
        path = arguments.string("path")
        state = arguments.string("state") ?? "selected"
        if path == nil, arguments.string("family") == nil, state != "auto" {
            throw Diagnostic(
                .missingArgument, "'path' is needed to tell which alternative of '\(name)' is meant",
                at: arguments.range, help: "add `path:`")
        }
        for text in [name, path ?? "/x"] where text.hasPrefix("-") || text.contains("\n") || text.isEmpty {
            throw arguments.invalid("name", "'\(text)' cannot be used with alternatives")
        }
        var subcommands: [[String]] = []
        for entry in arguments.list("subcommands") ?? [] {
            let words = ["link", "name", "path"].compactMap { entry.dict?[.string($0)]?.string }
            guard words.count == 3 else {
                throw arguments.invalid("subcommands", "each subcommand needs name, link and path")
            }
            subcommands.append(words)
        }
        self.subcommands = subcommands
    }

    private static let tool = "t=$(command -v update-alternatives || command -v alternatives) || exit 127"

    package func start() throws(Diagnostic) -> Step {
        let probe = """
            export LC_ALL=C; \(Self.tool)
            "$t" --query \(name.shellQuoted) 2>/dev/null || "$t" --display \(name.shellQuoted) 2>/dev/null || :
            """
        return .observe(Probe(probe)) { found throws(Diagnostic) in
            guard found.status == 0 else {
                return .done(.failure("this host has no update-alternatives"))
            }
            return try decide(AlternativesGroup(found.text))
        }
    }

    private func decide(_ group: AlternativesGroup) throws(Diagnostic) -> Step {
        var commands: [String] = []
        let known = path.flatMap { group.priorities[$0] }
        if state == "absent" {
            if let path, known != nil { commands.append("\"$t\" --remove \(name.shellQuoted) \(path.shellQuoted)") }
        } else if let path {
            let wantedPriority = arguments.int("priority") ?? known ?? 50
            let lacksLinks = !subcommands.isEmpty && known != nil && !hasSubcommands(group, path)
            if known != wantedPriority || lacksLinks {
                guard let link = arguments.string("link") ?? group.link else {
                    return .done(
                        .failure("Needed to install the alternative, but unable to do so as we are missing the link"))
                }
                commands.append(install(link, path, wantedPriority))
            }
        }
        switch state {
        case "selected":
            let wanted = path ?? arguments.string("family") ?? ""
            if group.selected != wanted || group.isAutomatic && group.best != wanted || !commands.isEmpty {
                commands.append("\"$t\" --set \(name.shellQuoted) \(wanted.shellQuoted)")
            }
        case "auto":
            if !group.isAutomatic { commands.append("\"$t\" --auto \(name.shellQuoted)") }
        default: break
        }
        let after = path ?? "auto"
        var plan = CommandList(commands: commands, fields: ["msg": ""], complaint: "cannot set the alternative")
        if !commands.isEmpty {
            plan.commands.insert("\(Self.tool)", at: 0)
            plan.differences = [
                Difference(
                    beforeHeader: name, afterHeader: name, before: "\(group.selected ?? "")\n", after: "\(after)\n")
            ]
        }
        return plan.step()
    }

    private func hasSubcommands(_ group: AlternativesGroup, _ path: String) -> Bool {
        subcommands.allSatisfy { group.subcommands[path]?[$0[1]] == $0[2] }
    }

    private func install(_ link: String, _ path: String, _ priority: Int) -> String {
        var words = ["--install", link, name, path, String(priority)]
        if let family = arguments.string("family") { words += ["--family", family] }
        for subcommand in subcommands { words += ["--slave"] + subcommand }
        return "\"$t\" " + words.map(\.shellQuoted).joined(separator: " ")
    }
}

/// What `update-alternatives --query` (Debian) or `alternatives --display` (Red Hat) says about a name.
struct AlternativesGroup: Sendable {
    private(set) var link: String?
    private(set) var selected: String?
    private(set) var best: String?
    private(set) var isAutomatic = false
    private(set) var priorities: [String: Int] = [:]
    /// By path, then by name.
    private(set) var subcommands: [String: [String: String]] = [:]

    init(_ text: String) {
        var current: String?
        for line in text.split(separator: "\n").map(String.init) {
            if let (key, value) = line.halves(at: ":"), !line.hasPrefix("/") {
                switch key {
                case "Link": link = value.trimmed
                case "Status": isAutomatic = value.trimmed == "auto"
                case "Best": best = value.trimmed
                case "Value": selected = value.trimmed == "none" ? nil : value.trimmed
                case "Alternative": current = value.trimmed
                case "Priority": if let current { priorities[current] = Int(value.trimmed) }
                default: break
                }
            }
            readDisplay(line)
            let words = line.blankSeparatedWords
            if let current, line.hasPrefix(" "), words.count == 2, words[1].hasPrefix("/") {
                subcommands[current, default: [:]][words[0]] = words[1]
            }
        }
    }

    /// `java - status is auto.`, ` link currently points to /x`, `/x - priority 5`
    private mutating func readDisplay(_ line: String) {
        if line.hasSuffix(" - status is auto.") { isAutomatic = true }
        let points = "link currently points to "
        if line.trimmed.hasPrefix(points) { selected = String(line.trimmed.dropFirst(points.count)) }
        let words = line.blankSeparatedWords
        if line.hasPrefix("/"), let index = words.firstIndex(of: "priority"), index + 1 < words.count {
            priorities[words[0]] = Int(words[index + 1])
        }
    }
}
